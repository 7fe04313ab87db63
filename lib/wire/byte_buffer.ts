/**
 * Bytes being gathered for one write: they grow by doubling, and carry the
 * `DataView` that stores whole words at any offset.
 *
 * @module
 */

const NO_BYTES = new Uint8Array(0);

/** A growable run of bytes; `bytes[0]` to `bytes[length - 1]` are filled. */
export class ByteBuffer {
  /** The storage, longer than what is filled. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same storage, for word-sized loads and stores. */
  view: DataView<ArrayBuffer>;
  /** How many bytes are filled. */
  length = 0;

  /** An empty buffer with room for `capacity` bytes. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /**
   * Makes room for `count` more bytes and moves `length` past them.
   *
   * @param count How many bytes the caller is about to fill.
   * @returns The offset of the first of them.
   */
  extend(count: number): number {
    const at = this.length;
    const end = at + count;
    if (end > this.bytes.length) {
      this.#resize(Math.max(end, this.bytes.length * 2));
    }
    this.length = end;
    return at;
  }

  /** Appends one byte. */
  push(byte: number): void {
    const at = this.extend(1);
    this.bytes[at] = byte;
  }

  /** Appends `source[start]` to `source[end - 1]`. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    const at = this.extend(end - start);
    if (end - start > 32) {
      this.bytes.set(source.subarray(start, end), at);
    } else { // a loop beats the view and the call for short runs
      const { bytes } = this;
      for (let i = start, to = at; i < end; i++, to++) bytes[to] = source[i];
    }
  }

  /** The filled part, without a copy: valid until the next change. */
  filled(): Uint8Array<ArrayBuffer> {
    return this.length === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.length);
  }

  /** The filled part from an offset on, without a copy: valid until the next change. */
  from(start: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(start, this.length);
  }

  /** Gives the memory back at once, without waiting for the collector. */
  free(): void {
    this.bytes.buffer.transfer(0);
    this.bytes = NO_BYTES;
    this.view = new DataView(NO_BYTES.buffer);
    this.length = 0;
  }

  #resize(capacity: number): void {
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(capacity));
    this.view = new DataView(this.bytes.buffer);
  }
}
