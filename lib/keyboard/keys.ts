/**
 * Separates keys from text in the input of a terminal in raw mode.
 *
 * @module
 */

/** What each key sends: bash's control characters, and sequences of xterm, rxvt and the Linux console. */
const KEYS = [
  ["enter", "\r"],
  ["line feed", "\n"],
  ["end of input", "\x04"],
  ["left", "\x02", "\x1b[D", "\x1bOD"],
  ["right", "\x06", "\x1b[C", "\x1bOC"],
  ["up", "\x10", "\x1b[A", "\x1bOA"],
  ["down", "\x0e", "\x1b[B", "\x1bOB"],
  ["word left", "\x1bb", "\x1b[1;3D", "\x1b[1;5D", "\x1bOd"],
  ["word right", "\x1bf", "\x1b[1;3C", "\x1b[1;5C", "\x1bOc"],
  ["start", "\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"],
  ["end", "\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"],
  ["delete left", "\x08", "\x7f"],
  ["delete right", "\x1b[3~"],
  ["delete word left", "\x17", "\x1b\x7f", "\x1b\x08"],
  ["delete word right", "\x1bd"],
  ["delete to start", "\x15"],
  ["delete to end", "\x0b"],
  ["yank", "\x19"],
  ["undo", "\x1f"],
  ["search", "\x12"],
  ["cancel", "\x07"],
  ["clear screen", "\x0c"],
] as const;

/** A key that has a meaning. */
export type Key = (typeof KEYS)[number][0];

const KEY_OF = new Map<string, Key>(
  KEYS.flatMap(([key, ...inputs]) => inputs.map((input) => [input, key] as const)),
);

/** The escape sequence of a key, a control character, or text. */
const TOKEN = // deno-lint-ignore no-control-regex
  /\x1b(?:\[\[[A-E]|\[\d+\$|\[[0-?]*[ -/]*[@-~]|O[ -~]|[\x08\x7f]|[^[O\0-\x1f])|[\0-\x08\n-\x1f\x7f]|[^\0-\x08\n-\x1f\x7f]+/gu;
/** The beginning of an escape sequence. A sequence has at most 32 characters. */
const UNFINISHED = // deno-lint-ignore no-control-regex
  /\x1b(?:\[\[?|\[[0-?]{1,29}[ -/]{0,2}|O)?$/;

/** Reads keys. A sequence may arrive in several reads. */
export class KeyReader {
  #held = ""; // the beginning of a sequence
  #afterReturn = false;

  /** The keys and the text in what was read. Keys without a meaning are left out. */
  *keys(read: string): Generator<{ key: Key } | { text: string }> {
    const input = this.#held + read;
    this.#held = UNFINISHED.exec(input)?.[0] ?? "";
    for (const [token] of input.slice(0, input.length - this.#held.length).matchAll(TOKEN)) {
      const key = KEY_OF.get(token);
      const repeated = this.#afterReturn && token === "\n"; // \r\n is one line end
      this.#afterReturn = token === "\r";
      if (key !== undefined && !repeated) yield { key };
      if (key === undefined && (token >= " " || token[0] === "\t")) yield { text: token };
    }
  }
}
