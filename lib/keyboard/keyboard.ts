/**
 * Lines from a person at a terminal, with a prompt, line editing and a history. The terminal is in
 * raw mode: a terminal that edits lines itself cuts them at 4,095 bytes.
 *
 * @module
 */
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import { readStdin } from "../terminal/stdin.ts";
import { utf8Bytes } from "../wire/text.ts";
import { type Key, KeyReader } from "./keys.ts";
import { LineEditor } from "./line_editor.ts";
import { LineView } from "./line_view.ts";
import { setRaw, untilEmptyLine } from "./terminal_lines.ts";

/** The line is drawn at most this often. */
const DRAW_MS = 10;

/** A terminal in raw mode until {@linkcode Keyboard.close}. */
export class Keyboard {
  /** The lines, as UTF-8. */
  readonly texts: AsyncIterable<Uint8Array>;
  /** Resolves with a shell's exit code for a signal that ends the program. */
  readonly interrupted: Promise<number>;
  #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #keys = new KeyReader();
  #editor: LineEditor;
  #view = new LineView();
  #ready: (Uint8Array | null)[] = []; // lines that the client has not taken; null: end of input
  #ended = false; // after an empty line or the end of input: further lines are not sent
  #edited = new WeakSet<Uint8Array>(); // lines that the terminal edited, before it was in raw mode
  #open = true;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #listeners: [Deno.Signal, () => void][];

  /**
   * Sets raw mode and shows the prompt. A line longer than `maxBytes` is cut, but stays longer.
   * `outputs` write to the same terminal. `say` shows a message about the lines.
   */
  constructor(maxBytes: number, outputs: BlockingOutput[], say: (message: string) => void) {
    this.#editor = new LineEditor(maxBytes + 1);
    this.texts = this.#texts(say);
    const { promise, resolve } = Promise.withResolvers<number>();
    this.interrupted = promise;
    const endsWith = (exitCode: number) => () => {
      this.close();
      resolve(exitCode);
    };
    this.#listeners = [
      ["SIGINT", endsWith(130)],
      ["SIGTERM", endsWith(143)],
      ["SIGHUP", endsWith(129)],
      ["SIGQUIT", endsWith(131)],
      ["SIGCONT", this.#begin], // after Ctrl+Z the shell has changed the mode
      ["SIGWINCH", this.#drawSoon],
    ];
    for (const [signal, listener] of this.#listeners) Deno.addSignalListener(signal, listener);
    globalThis.addEventListener("unload", this.close);
    const beforeLines = () => {
      this.#view.erase();
      this.#drawSoon();
    };
    for (const output of outputs) output.beforeLines = beforeLines;
    this.#begin();
  }

  /** Whether the next line was read already. */
  more(): boolean {
    return (this.#ready[0]?.length ?? 0) > 0;
  }

  /** Restores the terminal. */
  close = (): void => {
    if (!this.#open) return;
    this.#open = false;
    if (this.#editor.empty) this.#view.erase();
    else this.#leave();
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
    globalThis.removeEventListener("unload", this.close);
    setRaw(false);
  };

  #leave(): void {
    this.#editor.press("end"); // this also ends a search
    this.#view.draw(this.#editor);
    this.#view.leave(); // the line stays on the screen
  }

  #begin = (): void => {
    setRaw(true);
    this.#view = new LineView(); // the shell has written below the line
    this.#drawSoon();
  };

  /** Draws the line after the other output of this moment; during a paste, not after each read. */
  #drawSoon = (): void => {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      if (this.#open && !this.#ended) this.#view.draw(this.#editor);
    }, DRAW_MS);
  };

  async *#texts(say: (message: string) => void): AsyncGenerator<Uint8Array> {
    const unfinished = () => this.#editor.take() === "" ? 0 : 1;
    try {
      yield* untilEmptyLine(this.#lines(), say, (line) => this.#edited.has(line), unfinished);
    } finally {
      this.close();
    }
  }

  async *#lines(): AsyncGenerator<Uint8Array> {
    for (let read; (read = await this.#read()) !== null;) {
      for (const item of this.#keys.keys(read)) {
        if ("text" in item) this.#editor.type(item.text);
        else this.#press(item.key);
      }
      this.#drawSoon();
      for (let line; (line = this.#ready.shift()) !== undefined;) {
        if (line === null) return;
        yield line;
      }
      if (this.#ended) yield new Uint8Array(0); // the paste goes on, though no line is complete
    }
  }

  /** Reads available keys and text; null at the end of input, and if the terminal is gone. */
  async #read(): Promise<string | null> {
    const buffer = new Uint8Array(65_536);
    const count = await readStdin(buffer).catch(() => null);
    if (count === null) return null;
    const bytes = buffer.subarray(0, count);
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.#decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      // Half of a surrogate pair for each bad byte: such a line is not well-formed.
      const units = Array.from(bytes, (byte) => byte < 0x80 ? byte : 0xdc00 + byte);
      return String.fromCharCode(...units);
    }
  }

  #press(key: Key): void {
    if (key === "enter" || key === "line feed") this.#enter(key);
    else if (key === "clear screen") this.#view.clear();
    else if (key !== "end of input") this.#editor.press(key);
    else if (!this.#editor.empty) this.#editor.press("delete right");
    else this.#ended = this.#ready.push(null) > 0;
  }

  #enter(key: Key): void {
    if (!this.#ended) this.#leave();
    const text = this.#editor.take();
    const line = utf8Bytes(text);
    if (!text.isWellFormed()) line[0] = 0xff; // never UTF-8: the client refuses the line
    if (key === "line feed") this.#edited.add(line);
    this.#ended ||= line.length === 0;
    this.#ready.push(line);
  }
}
