/**
 * The buffer of received bytes. It grows when the bytes that have arrived fill it. The length in a
 * header is only the upper limit: a wrong header cannot make it allocate memory.
 *
 * @module
 */
import { type Grant, MemoryError } from "./byte_buffer.ts";

/** The buffer's first size: enough for a frame of usual size. */
const IDLE_BYTES = 256;
/** For small frames the buffer grows up to this size: one read takes at most this many bytes. */
const READ_BYTES = 65_536;

/** Received bytes; those from `bytes[head]` to `bytes[tail - 1]` are not consumed. */
export class ReceiveBuffer {
  /** The storage. Replaced when it grows. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(IDLE_BYTES);
  /** Offset of the first byte that is not consumed. */
  head = 0;
  /** Offset behind the last received byte. */
  tail = 0;

  #full = false; // whether the last read filled the free part: more bytes probably wait
  #grant: Grant;

  /** An empty buffer. Memory beyond the first 256 bytes comes from `grant`. */
  constructor(grant: Grant) {
    this.#grant = grant;
  }

  /**
   * The free part of the buffer, for the next read. Never empty.
   *
   * @param frameBytes The size of the current frame, as far as it is known. The buffer grows up to
   * this size, or to the size of one read.
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

  /** Counts the bytes that a read put into {@linkcode roomFor}. */
  onReceived(count: number): void {
    this.tail += count;
    this.#full = this.tail === this.bytes.length;
  }

  /** Replaces a buffer of more than `maxBytes` by a small one, if every received byte is consumed. */
  shrink(maxBytes: number): void {
    if (this.head !== this.tail || this.bytes.length <= Math.max(maxBytes, IDLE_BYTES)) return;
    const { buffer } = this.bytes;
    this.release();
    buffer.transfer(0); // frees it at once
  }

  /** Drops all received bytes and gives the memory back. */
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
      if (this.tail < length) return; // a part is still free: the buffer can grow later
      throw new MemoryError(`Cannot get ${target - length} more bytes for a frame`);
    }
    // transfer() frees the old bytes at once, so growing leaves no garbage.
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(target));
  }
}
