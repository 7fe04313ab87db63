/**
 * Lines from a person at a terminal: a prompt, editing, a history. The terminal
 * does not gather them, since it would cut them at 4,095 bytes.
 *
 * @module
 */
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import { type Key, KeyReader } from "./key_reader.ts";
import { LineEditor } from "./line_editor.ts";
import { LineView } from "./line_view.ts";
import { endedByEmptyLine, perhapsCut, readTerminal, setRaw, untilQuiet } from "./raw_input.ts";

/** The signals that end the program, and their numbers: the terminal must be put right first. */
const ENDING: [Deno.Signal, number][] = [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
  ["SIGQUIT", 3],
];
/** What a shell adds to a signal's number for the exit code. */
const EXIT_BY_SIGNAL = 128;

/** What a keyboard is for. */
export interface KeyboardParts {
  /** The program's name. */
  name: string;
  /** What can be typed, for a line above the prompt. */
  hint: string;
  /** The longest line wanted, in bytes; of a longer one, as much comes as tells that it is. */
  maxBytes: number;
  /** Where other lines go, while one is being typed. */
  out: BlockingOutput;
  /** The same; the hint goes there. */
  log: BlockingOutput;
}

/** A terminal in raw mode until {@linkcode Keyboard.close}. */
export class Keyboard {
  /** The lines, as they are typed. */
  readonly texts: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Settles with the exit code when a signal ends the program. */
  readonly interrupted: Promise<number>;
  #parts: KeyboardParts;
  #keys = new KeyReader();
  #editor: LineEditor;
  #view = new LineView();
  #ready: Uint8Array<ArrayBuffer>[] = []; // lines that are whole and not handed out
  #end: "empty line" | "end of input" | null = null;
  #unsent = 0; // lines after the end
  #open = true;
  #drawingSoon = false;
  #listeners: [Deno.Signal, () => void][] = [];

  /** Makes the terminal raw, for what `parts` say. */
  constructor(parts: KeyboardParts) {
    this.#parts = parts;
    this.#editor = new LineEditor(parts.maxBytes + 1);
    this.texts = this.#lines();
    const interrupted = Promise.withResolvers<number>();
    this.interrupted = interrupted.promise;
    for (const [signal, number] of ENDING) {
      this.#listen(signal, () => {
        this.close();
        interrupted.resolve(EXIT_BY_SIGNAL + number);
      });
    }
    this.#listen("SIGCONT", this.#begin); // after Ctrl+Z the shell has made the terminal its own
    this.#listen("SIGWINCH", this.#drawSoon);
    globalThis.addEventListener("unload", this.close);
    for (const output of [parts.out, parts.log]) {
      output.beforeLines = () => {
        if (!this.#view.drawn) return;
        this.#view.erase();
        this.#drawSoon();
      };
    }
    parts.log.line(parts.log.paint("dim", `${parts.name}: ${parts.hint}`));
    this.#begin();
  }

  /** Whether the next line is at hand. */
  more(): boolean {
    return this.#ready.length > 0;
  }

  /** A person needs no line number. */
  place(): string {
    return "";
  }

  /** Leaves the terminal as it was. */
  close = (): void => {
    if (!this.#open) return;
    this.#open = false;
    if (this.#editor.line.length > 0) this.#view.leave();
    else this.#view.erase();
    for (const [signal, listener] of this.#listeners) Deno.removeSignalListener(signal, listener);
    globalThis.removeEventListener("unload", this.close);
    setRaw(false);
  };

  #listen(signal: Deno.Signal, listener: () => void): void {
    this.#listeners.push([signal, listener]);
    Deno.addSignalListener(signal, listener);
  }

  #begin = (): void => {
    setRaw(true);
    this.#drawSoon();
  };

  /** Draws the line once all is said that is to be said now. */
  #drawSoon = (): void => {
    if (this.#drawingSoon) return;
    this.#drawingSoon = true;
    queueMicrotask(() => {
      this.#drawingSoon = false;
      if (this.#open && this.#end === null) this.#view.draw(this.#editor.line);
    });
  };

  async *#lines(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      while (this.#end === null) {
        const read = await readTerminal().catch(() => null); // the terminal has gone
        if (read === null) break;
        this.#takeIn(read);
        while (this.#ready.length > 0) yield this.#ready.shift()!;
      }
      if (this.#end === "empty line") await this.#dropRest();
    } finally {
      this.close();
    }
  }

  #takeIn(read: Uint8Array): void {
    for (const key of this.#keys.keys(read)) {
      if (typeof key !== "string") this.#editor.line.insert(key);
      else this.#press(key);
    }
    this.#drawSoon();
  }

  #press(key: Key): void {
    const { line } = this.#editor;
    if (key === "enter" || key === "line feed") {
      this.#enter(key === "line feed");
    } else if (key === "clear screen") {
      this.#view.clear();
    } else if (key === "end of input" && line.length === 0) {
      this.#end ??= "end of input";
    } else {
      this.#editor.press(key);
    }
  }

  /** @param gathered Whether the terminal has gathered the line, before it was raw. */
  #enter(gathered: boolean): void {
    if (this.#end === null) {
      this.#view.draw(this.#editor.line);
      this.#view.leave();
    }
    const line = this.#editor.take();
    if (this.#end !== null) {
      this.#unsent += line.length > 0 ? 1 : 0;
    } else if (line.length === 0) {
      this.#end = "empty line";
    } else {
      this.#ready.push(line);
      const cut = gathered ? perhapsCut(line) : undefined;
      if (cut !== undefined) this.#say(cut);
    }
  }

  /** Takes what was pasted after the empty line, so that no shell runs it. */
  async #dropRest(): Promise<void> {
    for await (const read of untilQuiet(readTerminal)) this.#takeIn(read);
    if (this.#editor.take().length > 0) this.#unsent++;
    this.#say(endedByEmptyLine(this.#unsent));
  }

  #say(message: string): void {
    this.#parts.log.line(`${this.#parts.name}: ${message}`);
  }
}
