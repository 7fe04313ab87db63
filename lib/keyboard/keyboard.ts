/**
 * Lines from a person at a terminal, with a prompt, line editing and a history. The terminal is in
 * raw mode: a terminal that edits lines itself cuts them at 4,095 bytes.
 *
 * @module
 */
import { concat } from "@std/bytes";
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import { readStdin } from "../terminal/stdin.ts";
import { utf8Bytes } from "../wire/text.ts";
import { type Key, KeyReader } from "./keys.ts";
import { LineEditor } from "./line_editor.ts";
import { LineView } from "./line_view.ts";
import { endedByEmptyLine, reportCut, setRaw, untilQuiet } from "./terminal_lines.ts";

/** The signals that end the program after the terminal is restored, and a shell's exit codes. */
const ENDING = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const;
/** The line is drawn at most this often. */
const DRAW_MS = 10;

/** A terminal in raw mode until {@linkcode Keyboard.close}. */
export class Keyboard {
  /** The lines, as UTF-8. */
  readonly texts: AsyncIterable<Uint8Array>;
  /** Settles with the exit code when a signal ends the program. */
  readonly interrupted: Promise<number>;
  #say: (message: string) => void;
  #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #keys = new KeyReader();
  #editor: LineEditor;
  #view = new LineView();
  #ready: Uint8Array[] = []; // whole lines that the client has not taken
  #end: "empty line" | "end of input" | null = null;
  #unsent = 0; // lines after the end
  #open = true;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #listeners: [Deno.Signal, () => void][] = [];

  /**
   * Sets raw mode and shows the prompt.
   *
   * @param maxBytes The longest line. Of a longer one, enough is returned to see that it is too long.
   * @param outputs What else is written to the terminal.
   * @param say Shows a message about the lines.
   */
  constructor(maxBytes: number, outputs: BlockingOutput[], say: (message: string) => void) {
    this.#say = say;
    this.#editor = new LineEditor(maxBytes + 1);
    this.texts = this.#lines();
    const interrupted = Promise.withResolvers<number>();
    this.interrupted = interrupted.promise;
    for (const [signal, code] of ENDING) {
      this.#listen(signal, () => {
        this.close();
        interrupted.resolve(code);
      });
    }
    this.#listen("SIGCONT", this.#begin); // after Ctrl+Z the shell has changed the mode
    this.#listen("SIGWINCH", this.#drawSoon);
    globalThis.addEventListener("unload", this.close);
    for (const output of outputs) {
      output.beforeLines = () => {
        this.#view.erase();
        this.#drawSoon();
      };
    }
    this.#begin();
  }

  /** Whether the next line was read already. */
  more(): boolean {
    return this.#ready.length > 0;
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

  /** Leaves the line on the screen. */
  #leave(): void {
    this.#editor.press("end"); // this also ends a search
    this.#view.draw(this.#editor);
    this.#view.leave();
  }

  #listen(signal: Deno.Signal, listener: () => void): void {
    this.#listeners.push([signal, listener]);
    Deno.addSignalListener(signal, listener);
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
      if (this.#open && this.#end === null) this.#view.draw(this.#editor);
    }, DRAW_MS);
  };

  async *#lines(): AsyncGenerator<Uint8Array> {
    try {
      while (this.#end === null) {
        const read = await this.#read().catch(() => null); // the terminal is gone
        if (read === null) break;
        this.#handle(read);
        while (this.#ready.length > 0) yield this.#ready.shift()!;
      }
      if (this.#end === "empty line") await this.#dropRest();
    } finally {
      this.close();
    }
  }

  async #read(): Promise<string | null> {
    const buffer = new Uint8Array(65_536);
    const count = await readStdin(buffer);
    if (count === null) return null;
    const bytes = buffer.subarray(0, count);
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.#decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      // Half of a surrogate pair for each bad byte: such a line is not well-formed.
      return String.fromCharCode(
        ...Array.from(bytes, (byte) => byte < 0x80 ? byte : 0xdc00 + byte),
      );
    }
  }

  #handle(read: string): void {
    for (const item of this.#keys.keys(read)) {
      if ("text" in item) this.#editor.type(item.text);
      else this.#press(item.key);
    }
    this.#drawSoon();
  }

  #press(key: Key): void {
    if (key === "enter" || key === "line feed") this.#enter(key);
    else if (key === "clear screen") this.#view.clear();
    else if (key !== "end of input") this.#editor.press(key);
    else if (this.#editor.empty) this.#end ??= "end of input";
    else this.#editor.press("delete right");
  }

  #enter(key: Key): void {
    if (this.#end === null) this.#leave();
    const text = this.#editor.take();
    // Bytes that were not UTF-8 stay bytes that are not: the client refuses the line.
    const line = text.isWellFormed()
      ? utf8Bytes(text)
      : concat([utf8Bytes(text), Uint8Array.of(0xff)]);
    if (this.#end !== null) {
      this.#unsent += line.length > 0 ? 1 : 0;
    } else if (line.length === 0) {
      this.#end = "empty line";
    } else {
      this.#ready.push(line);
      // A line feed: the terminal edited this line, before it was in raw mode.
      if (key === "line feed") reportCut(line, this.#say);
    }
  }

  /** Reads what was pasted after the empty line, so that the shell does not run it. */
  async #dropRest(): Promise<void> {
    for await (const read of untilQuiet(() => this.#read())) this.#handle(read);
    if (this.#editor.take() !== "") this.#unsent++;
    this.#say(endedByEmptyLine(this.#unsent));
  }
}
