/**
 * A buffer for bytes that one write sends. It grows by doubling, and has a `DataView` that stores
 * numbers of 4 or 8 bytes at any offset.
 *
 * @module
 */
const NO_BYTES = new Uint8Array(0);

/** Reserves `bytes` more memory; false if it is refused. A negative number gives memory back. */
export type Grant = (bytes: number) => boolean;

/** A buffer may not grow: its {@linkcode Grant} refused the memory. */
export class MemoryError extends Error {
  /** The class's name, for messages. */
  override name = "MemoryError";
}

/** A growable array of bytes; `bytes[0]` to `bytes[length - 1]` are filled. */
export class ByteBuffer {
  /** The storage, at least as long as the filled part. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same storage, for loads and stores of numbers of 4 or 8 bytes. */
  view: DataView<ArrayBuffer>;
  /** How many bytes are filled. */
  length = 0;

  #grant: Grant | null;
  #granted = 0; // bytes beyond the first capacity, which needs no grant

  /**
   * An empty buffer.
   *
   * @param capacity How many bytes it can hold before it grows.
   * @param grant Asked before the buffer grows; without it the buffer may always grow.
   */
  constructor(capacity: number, grant: Grant | null = null) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.#grant = grant;
  }

  /**
   * Makes room for `count` more bytes and moves `length` past them.
   *
   * @returns The offset of the first of them, which the caller fills.
   * @throws {MemoryError} If the buffer must grow and may not; it is unchanged then.
   */
  extend(count: number): number {
    const at = this.length;
    const end = at + count;
    if (end > this.bytes.length) this.#resize(Math.max(end, this.bytes.length * 2));
    this.length = end;
    return at;
  }

  /** Appends one byte. */
  push(byte: number): void {
    const at = this.extend(1);
    this.bytes[at] = byte;
  }

  /** Appends the bytes of `source` from offset `start` up to (not including) `end`. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    const at = this.extend(end - start);
    if (end - start > 32) {
      this.bytes.set(source.subarray(start, end), at);
    } else { // for a few bytes a loop is faster than a subarray and a call
      const { bytes } = this;
      for (let i = start, to = at; i < end; i++, to++) bytes[to] = source[i];
    }
  }

  /** The filled part from an offset on, without a copy: valid until the next change. */
  filled(start = 0): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(start, this.length);
  }

  /** Frees the memory at once, without the garbage collector. The buffer is empty then. */
  free(): void {
    this.uncount();
    this.bytes.buffer.transfer(0);
    this.bytes = NO_BYTES;
    this.view = new DataView(NO_BYTES.buffer);
    this.length = 0;
  }

  /** Ends the count of the granted bytes, but keeps the array: a write may still read it. */
  uncount(): void {
    this.#grant?.(-this.#granted);
    this.#granted = 0;
  }

  #resize(capacity: number): void {
    const more = capacity - this.bytes.length;
    if (this.#grant !== null && !this.#grant(more)) {
      throw new MemoryError(`Cannot get ${more} more bytes for a buffer`);
    }
    this.#granted += more;
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(capacity));
    this.view = new DataView(this.bytes.buffer);
  }
}
