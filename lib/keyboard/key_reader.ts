/**
 * What a terminal in raw mode sends, as keys and stretches of text.
 *
 * @module
 */
import { concat } from "@std/bytes";

/** A key that does something; letters come as text. */
export type Key =
  | "enter"
  | "line feed"
  | "end of input"
  | "left"
  | "right"
  | "up"
  | "down"
  | "word left"
  | "word right"
  | "home"
  | "end"
  | "backspace"
  | "delete"
  | "delete word"
  | "delete to start"
  | "delete to end"
  | "clear screen";

const ESCAPE = 0x1b;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;
/** No sequence of a key is longer than this, in bytes. */
const MAX_SEQUENCE_BYTES = 32;

const NO_BYTES = new Uint8Array(0);
const ctrl = (letter: string) => letter.charCodeAt(0) & 0x1f;

/** The keys that are one byte, as in a shell. */
const CONTROLS = new Map<number, Key>([
  [ctrl("A"), "home"],
  [ctrl("B"), "left"],
  [ctrl("D"), "end of input"],
  [ctrl("E"), "end"],
  [ctrl("F"), "right"],
  [ctrl("H"), "backspace"],
  [DELETE, "backspace"],
  [LINE_FEED, "line feed"],
  [ctrl("K"), "delete to end"],
  [ctrl("L"), "clear screen"],
  [RETURN, "enter"],
  [ctrl("N"), "down"],
  [ctrl("P"), "up"],
  [ctrl("U"), "delete to start"],
  [ctrl("W"), "delete word"],
]);

/** The keys that are sequences: xterm's, and those of the terminals before it. */
const SEQUENCES = new Map<string, Key>([
  ["[A", "up"],
  ["OA", "up"],
  ["[B", "down"],
  ["OB", "down"],
  ["[C", "right"],
  ["OC", "right"],
  ["[D", "left"],
  ["OD", "left"],
  ["[H", "home"],
  ["OH", "home"],
  ["[1~", "home"],
  ["[7~", "home"],
  ["[F", "end"],
  ["OF", "end"],
  ["[4~", "end"],
  ["[8~", "end"],
  ["[3~", "delete"],
  ["[1;3C", "word right"],
  ["[1;5C", "word right"],
  ["f", "word right"],
  ["[1;3D", "word left"],
  ["[1;5D", "word left"],
  ["b", "word left"],
  ["\x7f", "delete word"],
]);

const SEQUENCE = // deno-lint-ignore no-control-regex
  /^\x1b(\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O\x1b])/;
const UNENDED = // deno-lint-ignore no-control-regex
  /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

/** Tells keys from text. A sequence may be spread over several reads. */
export class KeyReader {
  #held: Uint8Array = NO_BYTES; // a sequence that has not ended
  #afterReturn = false; // a line feed that follows belongs to it

  /**
   * Takes in what was read.
   *
   * @returns Keys, and the text between them, as UTF-8 that is valid until the next read.
   */
  *keys(read: Uint8Array): Generator<Key | Uint8Array> {
    const bytes = this.#held.length > 0 ? concat([this.#held, read]) : read;
    this.#held = NO_BYTES;
    for (let at = 0; at < bytes.length;) {
      const end = textEnd(bytes, at);
      if (end > at) {
        this.#afterReturn = false;
        yield bytes.subarray(at, end);
        at = end;
      } else if (bytes[at] === ESCAPE) {
        const { length, key } = sequence(bytes, at);
        if (length === 0) {
          this.#held = bytes.slice(at);
          return;
        }
        if (key !== undefined) yield key;
        at += length;
      } else {
        const key = this.#control(bytes[at]);
        if (key !== undefined) yield key;
        at++;
      }
    }
  }

  #control(byte: number): Key | undefined {
    const second = this.#afterReturn && byte === LINE_FEED;
    this.#afterReturn = byte === RETURN;
    return second ? undefined : CONTROLS.get(byte);
  }
}

/** Where the text ends that begins at `at`; `at` itself if that is a key. */
function textEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && isText(bytes[end])) end++;
  return end;
}

function isText(byte: number): boolean {
  return byte >= SPACE && byte !== DELETE || byte === TAB;
}

/** The sequence that begins at `at`; its length is 0 if it has not been read to its end. */
function sequence(bytes: Uint8Array, at: number): { length: number; key: Key | undefined } {
  const text = String.fromCharCode(...bytes.subarray(at, at + MAX_SEQUENCE_BYTES));
  const name = SEQUENCE.exec(text)?.[1];
  if (name === undefined) {
    const unended = text.length < MAX_SEQUENCE_BYTES && UNENDED.test(text);
    return { length: unended ? 0 : 1, key: undefined };
  }
  const key = SEQUENCES.get(name);
  // Escape and a letter that mean nothing together are the letter.
  return { length: key === undefined && name.length === 1 ? 1 : 1 + name.length, key };
}
