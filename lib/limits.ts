/**
 * How long a server waits and how much it holds. Each bound has its unit in its
 * name and its model beside it.
 *
 * @module
 */

/** A server's bounds; tests shorten the waits. */
export interface Limits {
  /** Clients at once, all threads together (Redis: maxclients). */
  maxConnections: number;
  /** A client that sends nothing for so long is closed; 0: never. */
  idleTimeoutMs: number;
  /** From a frame's first byte to its last (HAProxy: http-request timeout) … */
  frameDeadlineMs: number;
  /** … plus this much for each 64 KiB that it announces. */
  frameDeadlinePer64KiBMs: number;
  /** A client that takes nothing of its replies for so long is closed (ranch). */
  writeDeadlineMs: number;
  /** After a last word, how long to read on so that it arrives (nginx: lingering close). */
  drainMs: number;
  /** After SIGINT or SIGTERM, how long replies under way may take (ranch). */
  graceMs: number;
  /** All buffers of all clients together, all threads together. */
  maxBufferBytes: number;
}

/** The bounds that hold unless an option or a test says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  maxConnections: 10_000,
  idleTimeoutMs: 0,
  frameDeadlineMs: 10_000,
  frameDeadlinePer64KiBMs: 1_000,
  writeDeadlineMs: 30_000,
  drainMs: 5_000,
  graceMs: 4_500,
  maxBufferBytes: 256 * 1024 * 1024,
};

const CONNECTIONS = 0;
const BUFFER_BYTES = 1;
const SLOTS = 2;
const ROOMY_SHARE = 8;

/**
 * Counts what all clients hold, so that the limits are kept. The counters stand
 * in shared memory: threads that are given the same `memory` count together.
 */
export class Ledger {
  /** What another thread's ledger is made from. */
  readonly memory: SharedArrayBuffer;
  #counts: Int32Array;
  #limits: Limits;

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
  get roomy(): boolean {
    return this.#counts[BUFFER_BYTES] <
      this.#limits.maxBufferBytes / ROOMY_SHARE;
  }

  #take(slot: number, count: number, most: number): boolean {
    const before = Atomics.add(this.#counts, slot, count);
    if (count <= 0 || before + count <= most) return true;
    Atomics.sub(this.#counts, slot, count);
    return false;
  }
}
