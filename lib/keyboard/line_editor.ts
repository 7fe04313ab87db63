/**
 * A line being typed, and those that were typed before it.
 *
 * @module
 */
import type { Key } from "./key_reader.ts";
import { LineBuffer } from "./line_buffer.ts";

/** The most that is remembered, in bytes and in lines. */
const HISTORY_BYTES = 4 * 1024 * 1024;
const HISTORY_LINES = 1_000;

/** The lines of the session, for the arrow keys. */
class History {
  #lines: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #at = 0; // which one is shown; after the last: the line that is being typed
  #typed: Uint8Array<ArrayBuffer> | null = null; // that line, while another is shown

  /** Remembers a line, unless it is the last one again. */
  add(line: Uint8Array<ArrayBuffer>): void {
    const last = this.#lines.at(-1);
    if (line.length > 0 && !(last !== undefined && equal(last, line))) {
      this.#lines.push(line);
      this.#bytes += line.length;
    }
    while (this.#bytes > HISTORY_BYTES || this.#lines.length > HISTORY_LINES) {
      this.#bytes -= this.#lines.shift()!.length;
    }
    this.#at = this.#lines.length;
    this.#typed = null;
  }

  /** The line before or after the one that is shown; undefined at either end. */
  step(by: 1 | -1, shown: LineBuffer): Uint8Array<ArrayBuffer> | undefined {
    const to = this.#at + by;
    if (to < 0 || to > this.#lines.length) return undefined;
    if (this.#at === this.#lines.length) this.#typed = shown.copy();
    this.#at = to;
    return this.#lines[to] ?? this.#typed!;
  }
}

/** Does what the keys say. */
export class LineEditor {
  /** The line as it stands. */
  readonly line: LineBuffer;
  #history = new History();

  /** An empty line of up to `maxBytes`, and no history yet. */
  constructor(maxBytes: number) {
    this.line = new LineBuffer(maxBytes);
  }

  /** Does what a key says that edits. */
  press(key: Key): void {
    const { line } = this;
    switch (key) {
      case "left":
        return line.back("character");
      case "right":
        return line.forward("character");
      case "word left":
        return line.back("word");
      case "word right":
        return line.forward("word");
      case "home":
        return line.back("all");
      case "end":
        return line.forward("all");
      case "backspace":
        return line.deleteBack("character");
      case "delete":
      case "end of input": // on a line that is not empty
        return line.deleteForward("character");
      case "delete word":
        return line.deleteBack("word");
      case "delete to start":
        return line.deleteBack("all");
      case "delete to end":
        return line.deleteForward("all");
      case "up":
        return this.#recall(-1);
      case "down":
        return this.#recall(1);
    }
  }

  /** The line, which is remembered; another begins. */
  take(): Uint8Array<ArrayBuffer> {
    const line = this.line.take();
    this.#history.add(line);
    return line;
  }

  #recall(by: 1 | -1): void {
    const line = this.#history.step(by, this.line);
    if (line !== undefined) this.line.replace(line);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
