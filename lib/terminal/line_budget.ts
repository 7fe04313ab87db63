/**
 * The memory that lines may use while they wait for their readers: one limit for both streams and
 * all threads of a server.
 *
 * @module
 */

/** Lines beyond this are left out. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** More memory for stderr alone: its lines are few, and stdout must not use up their memory. */
const LOG_RESERVE_BYTES = 64 * 1024;

// Index of each number in the shared memory.
const WAITING_BYTES = 0;
const LOSS_REPORTED = 1;
const BROKEN = 2; // and 3, for the two streams
const NUMBERS = 4;

/**
 * Counts waiting bytes. Threads that share `memory` count together.
 *
 * @example
 * ```ts
 * const budget = new LineBudget();
 * if (budget.allows(0, 1024)) budget.take(1024); // before 1,024 bytes are queued for stdout
 * budget.free(1024); // after they are written
 * ```
 */
export class LineBudget {
  /** The counters, for another thread's budget. */
  readonly memory: SharedArrayBuffer;
  #numbers: Int32Array;

  /** A new budget, or with `memory` another thread's. */
  constructor(memory = new SharedArrayBuffer(NUMBERS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#numbers = new Int32Array(memory);
  }

  /** Whether `bytes` more may wait for stream `index`. */
  allows(index: 0 | 1, bytes: number): boolean {
    const max = MAX_WAITING_BYTES + index * LOG_RESERVE_BYTES;
    return Atomics.load(this.#numbers, WAITING_BYTES) + bytes <= max;
  }

  /** Adds waiting bytes. */
  take(bytes: number): void {
    Atomics.add(this.#numbers, WAITING_BYTES, bytes);
  }

  /** Removes bytes that no longer wait. */
  free(bytes: number): void {
    Atomics.sub(this.#numbers, WAITING_BYTES, bytes);
  }

  /** Returns true for the first caller of all threads, who has to report that lines are lost. */
  reportsLoss(): boolean {
    return Atomics.exchange(this.#numbers, LOSS_REPORTED, 1) === 0;
  }

  /** Whether a write to stream `index` has failed, so that further lines are dropped. */
  isBroken(index: 0 | 1): boolean {
    return Atomics.load(this.#numbers, BROKEN + index) === 1;
  }

  /** Records a failed write. */
  setBroken(index: 0 | 1): void {
    Atomics.store(this.#numbers, BROKEN + index, 1);
  }
}
