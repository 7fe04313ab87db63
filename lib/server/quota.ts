/**
 * What all clients of a server hold together, kept within its limits.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

// Where each counter stands in the shared memory.
const CONNECTIONS = 0;
const BUFFER_BYTES = 1;
const SLOTS = 2;
/** There is headroom while less than one part in so many is held. */
const HEADROOM_SHARE = 8;

/**
 * Counts what all clients hold, so that the limits are kept. The counters stand
 * in shared memory: threads that are given the same `memory` count together.
 */
export class Quota {
  /** What another thread's quota is made from. */
  readonly memory: SharedArrayBuffer;
  #counts: Int32Array;
  #limits: Limits;

  /**
   * A quota that nothing is taken of yet, or another thread's.
   *
   * @param limits What may be held.
   * @param memory Another thread's counters; new ones if absent.
   */
  constructor(
    limits: Limits,
    memory: SharedArrayBuffer = new SharedArrayBuffer(
      SLOTS * Int32Array.BYTES_PER_ELEMENT,
    ),
  ) {
    this.#limits = limits;
    this.memory = memory;
    this.#counts = new Int32Array(memory);
  }

  /** Counts one more client, unless there are as many as allowed. */
  admit(): boolean {
    return this.#take(CONNECTIONS, 1, this.#limits.maxConnections);
  }

  /** Counts one client less. */
  leave(): void {
    Atomics.sub(this.#counts, CONNECTIONS, 1);
  }

  /** Counts `bytes` more of buffers (or less, if negative), unless that is too much. */
  grant(bytes: number): boolean {
    return this.#take(BUFFER_BYTES, bytes, this.#limits.maxBufferBytes);
  }

  /** Whether so little is held that buffers may be kept for what comes next. */
  get hasHeadroom(): boolean {
    return this.#counts[BUFFER_BYTES] <
      this.#limits.maxBufferBytes / HEADROOM_SHARE;
  }

  #take(slot: number, count: number, max: number): boolean {
    const before = Atomics.add(this.#counts, slot, count);
    if (count <= 0 || before + count <= max) return true;
    Atomics.sub(this.#counts, slot, count);
    return false;
  }
}

/** What one client holds of a {@linkcode Quota}'s buffer bytes. */
export class QuotaShare {
  #quota: Quota;
  #bytes = 0;

  /** An empty share of `quota`. */
  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /** Makes the share so many bytes, unless that is too much; then it stays as it is. */
  hold(bytes: number): boolean {
    if (bytes !== this.#bytes && !this.#quota.grant(bytes - this.#bytes)) return false;
    this.#bytes = bytes;
    return true;
  }
}
