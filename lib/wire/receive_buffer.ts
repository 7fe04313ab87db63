/**
 * Where received bytes wait until they are a frame. It guards memory: the buffer
 * grows with what has come, never with what a header announces.
 *
 * @module
 */

/** What a connection that says nothing costs: room for a first frame of usual size. */
const IDLE_BYTES = 256;
/** The most that one read brings, so that one busy peer does not hold up the rest. */
const READ_BYTES = 65_536;

/** Not enough memory for the frame that is coming in. */
export class MemoryError extends Error {
  /** The class's name, for messages. */
  override name = "MemoryError";
}

/** Asks for more bytes of memory, or gives some back (negative), and says whether it may. */
export type Grant = (bytes: number) => boolean;

/** Received bytes: `bytes[head]` to `bytes[tail - 1]` are not yet used. */
export class ReceiveBuffer {
  /** The storage. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(IDLE_BYTES);
  /** Offset of the first byte that is not used yet. */
  head = 0;
  /** Offset behind the last byte that has come. */
  tail = 0;

  #full = false; // whether the last read filled its room: more is waiting
  #grant: Grant;

  /** An empty buffer; memory beyond the first few bytes comes from `grant`. */
  constructor(grant: Grant) {
    this.#grant = grant;
  }

  /**
   * Where the next read may put bytes. Never empty.
   *
   * @param frameBytes The length of the frame that is coming in, as far as it is
   * known: the buffer grows up to that.
   * @throws {MemoryError} If more memory is needed and not granted.
   */
  roomFor(frameBytes: number): Uint8Array<ArrayBuffer> {
    if (this.head === this.tail) this.head = this.tail = 0;
    if (this.#full) {
      this.bytes.copyWithin(0, this.head, this.tail);
      this.tail -= this.head;
      this.head = 0;
      if (this.bytes.length < READ_BYTES || this.tail === this.bytes.length) {
        this.#grow(Math.max(READ_BYTES, frameBytes));
      }
      this.#full = false;
    }
    return this.tail === 0 ? this.bytes : this.bytes.subarray(this.tail);
  }

  /** Takes in the bytes that a read put into {@linkcode roomFor}. */
  received(count: number): void {
    this.tail += count;
    this.#full = this.tail === this.bytes.length;
  }

  /** Gives back memory that use has grown beyond `maxBytes`, if no byte waits in it. */
  shrink(maxBytes: number): void {
    if (this.head !== this.tail || this.bytes.length <= Math.max(maxBytes, IDLE_BYTES)) return;
    const { buffer } = this.bytes;
    this.release();
    buffer.transfer(0); // frees it at once
  }

  /** Forgets everything received, and gives the memory back. */
  release(): void {
    this.head = this.tail = 0;
    this.#full = false;
    if (this.bytes.length === IDLE_BYTES) return;
    this.#grant(IDLE_BYTES - this.bytes.length);
    this.bytes = new Uint8Array(IDLE_BYTES);
  }

  #grow(maxBytes: number): void {
    const { length } = this.bytes;
    const target = Math.min(length * (length < READ_BYTES ? 4 : 2), maxBytes);
    if (target <= length) return;
    if (!this.#grant(target - length)) {
      if (this.tail < length) return; // growth is optional here: the buffer still has room
      throw new MemoryError(`Cannot get ${target - length} more bytes for a frame`);
    }
    // transfer() frees the old bytes at once, so growing leaves no garbage.
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(target));
  }
}
