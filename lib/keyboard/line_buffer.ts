/**
 * The bytes of a line that is being typed, with a cursor in them.
 *
 * @module
 */
import { firstGraphemeBytes, lastGraphemeBytes } from "./graphemes.ts";

const NO_BYTES = new Uint8Array(0);
const FIRST_BYTES = 256;
const SPACE = 0x20;

/** What deleting and moving work on. */
export type Stretch = "character" | "word" | "all";

/**
 * A line under the cursor. What is before the cursor stands at the beginning of
 * the storage, what is after it at the end, so that typing moves nothing.
 */
export class LineBuffer {
  #bytes = new Uint8Array(FIRST_BYTES);
  #cursor = 0;
  #rest = FIRST_BYTES; // where what is after the cursor begins
  #maxBytes: number;

  /** An empty line; what is typed beyond `maxBytes` is dropped. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes the line has. */
  get length(): number {
    return this.#cursor + this.#bytes.length - this.#rest;
  }

  /** What is before the cursor; valid until the next change. */
  get before(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#cursor);
  }

  /** What is after the cursor; valid until the next change. */
  get after(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#rest);
  }

  /** Types bytes, which may be a part of a character. */
  insert(bytes: Uint8Array): void {
    const typed = bytes.subarray(0, this.#maxBytes - this.length);
    if (typed.length > this.#rest - this.#cursor) this.#grow(typed.length);
    this.#bytes.set(typed, this.#cursor);
    this.#cursor += typed.length;
  }

  /** Moves the cursor towards the beginning. */
  back(stretch: Stretch): void {
    const count = this.#backBytes(stretch);
    this.#bytes.copyWithin(this.#rest - count, this.#cursor - count, this.#cursor);
    this.#cursor -= count;
    this.#rest -= count;
  }

  /** Moves the cursor towards the end. */
  forward(stretch: Stretch): void {
    const count = this.#forwardBytes(stretch);
    this.#bytes.copyWithin(this.#cursor, this.#rest, this.#rest + count);
    this.#cursor += count;
    this.#rest += count;
  }

  /** Deletes what is before the cursor. */
  deleteBack(stretch: Stretch): void {
    this.#cursor -= this.#backBytes(stretch);
  }

  /** Deletes what is after the cursor. */
  deleteForward(stretch: Stretch): void {
    this.#rest += this.#forwardBytes(stretch);
  }

  /** A copy of the line. */
  copy(): Uint8Array<ArrayBuffer> {
    const line = new Uint8Array(this.length);
    line.set(this.before);
    line.set(this.after, this.#cursor);
    return line;
  }

  /** Puts another line in its place, with the cursor at its end. */
  replace(line: Uint8Array): void {
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, line.length));
    this.#cursor = 0;
    this.#rest = this.#bytes.length;
    this.insert(line);
  }

  /** The line, which is empty from now on. */
  take(): Uint8Array<ArrayBuffer> {
    const line = this.copy();
    this.replace(NO_BYTES);
    return line;
  }

  #grow(count: number): void {
    const after = this.after;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + count));
    larger.set(this.before);
    this.#rest = larger.length - after.length;
    larger.set(after, this.#rest);
    this.#bytes = larger;
  }

  #backBytes(stretch: Stretch): number {
    const { before } = this;
    if (stretch === "all") return before.length;
    if (stretch === "character") return lastGraphemeBytes(before);
    let start = before.length;
    while (start > 0 && before[start - 1] <= SPACE) start--;
    while (start > 0 && before[start - 1] > SPACE) start--;
    return before.length - start;
  }

  #forwardBytes(stretch: Stretch): number {
    const { after } = this;
    if (stretch === "all") return after.length;
    if (stretch === "character") return firstGraphemeBytes(after);
    let end = 0;
    while (end < after.length && after[end] <= SPACE) end++;
    while (end < after.length && after[end] > SPACE) end++;
    return end;
  }
}
