/**
 * Fairness among clients: reads and writes that need not wait never return to
 * the event loop, so a busy client has to make way for the others by itself.
 *
 * @module
 */

/** What a frame counts for beside its bytes. */
export const FRAME_WORK = 64;
/** After so much work, in bytes, it is the others' turn. */
const MAX_WORK = 262_144;

/** One client's turn on its thread. */
export class FairTurn {
  #work = 0;

  /** Counts work that was done for the client, in bytes. */
  add(work: number): void {
    this.#work += work;
  }

  /** Whether it is the others' turn. */
  get over(): boolean {
    return this.#work > MAX_WORK;
  }

  /** Lets the event loop go round once, and begins a new turn. */
  yield(): Promise<void> {
    this.#work = 0;
    return new Promise((resolve) => {
      // A global that the types of Deno 2.4 do not know yet.
      (globalThis as unknown as { setImmediate(run: () => void): void }).setImmediate(resolve);
    });
  }
}
