/**
 * Counts what all clients of a server use together, and refuses more than its limits.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

// Index of each counter in the shared memory.
const CONNECTIONS = 0;
const BUFFER_BYTES = 1;
const COUNTERS = 2;
/** There is headroom while less than 1/8 of `maxBufferBytes` is in use. */
const HEADROOM_DIVISOR = 8;

/**
 * Counts connections and bytes of buffers. The counters are in shared memory, so that the threads
 * of a server count together. Each buffer reports its own growth here and nowhere else.
 */
export class Quota {
  /** The counters, for another thread's quota. */
  readonly memory: SharedArrayBuffer;
  #counts: Int32Array;
  #limits: Limits;

  /**
   * A new quota, or another thread's.
   *
   * @param memory Another thread's counters; new ones if absent.
   */
  constructor(
    limits: Limits,
    memory: SharedArrayBuffer = new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.#limits = limits;
    this.memory = memory;
    this.#counts = new Int32Array(memory);
  }

  /** Counts one more connection. Returns false, and counts nothing, if there are too many. */
  admit(): boolean {
    return this.#take(CONNECTIONS, 1, this.#limits.maxConnections);
  }

  /** Counts one connection less. */
  leave(): void {
    Atomics.sub(this.#counts, CONNECTIONS, 1);
  }

  /**
   * Counts `bytes` more of buffers, or less if negative. Returns false, and counts nothing, if
   * that is too much.
   */
  grant(bytes: number): boolean {
    return this.#take(BUFFER_BYTES, bytes, this.#limits.maxBufferBytes);
  }

  /** Whether little memory is in use, so that unused buffers may be kept. */
  get hasSpareMemory(): boolean {
    return this.#counts[BUFFER_BYTES] < this.#limits.maxBufferBytes / HEADROOM_DIVISOR;
  }

  #take(index: number, count: number, max: number): boolean {
    const before = Atomics.add(this.#counts, index, count);
    if (count <= 0 || before + count <= max) return true;
    Atomics.sub(this.#counts, index, count);
    return false;
  }
}
