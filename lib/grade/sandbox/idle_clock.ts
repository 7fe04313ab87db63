/**
 * A clock that measures how long programs had nothing to do. On a busy machine the wall clock
 * says little: a program may have waited for a processor, and the grader too.
 *
 * @module
 */
import { isBusy } from "./processes.ts";
import { pause } from "./waiting.ts";

/** How often the clock looks. */
const LOOK_MS = 25;
/** A look that comes late counts as this much. */
const MAX_STEP_MS = 40;
/** However busy programs are, a wait ends after so many times its limit. */
const MAX_STRETCH = 8;

/** Counts idle milliseconds: it stands still while a watched program runs, or could run. */
export class IdleClock {
  /** Idle milliseconds since the start. */
  now = 0;

  #pids: () => number[];
  #lookedAt = performance.now();
  #startedAt = performance.now();

  /**
   * Starts a clock.
   *
   * @param pids The processes that are watched, with all that descends from them.
   */
  constructor(pids: () => number[]) {
    this.#pids = pids;
  }

  /** Lets time pass, and looks. */
  async look(): Promise<void> {
    await pause(LOOK_MS);
    const now = performance.now();
    const step = Math.min(now - this.#lookedAt, MAX_STEP_MS);
    this.#lookedAt = now;
    if (!this.#pids().some(isBusy)) this.now += step;
  }

  /** Whether so many idle milliseconds have passed, or far more on the wall clock. */
  isOver(limitMs: number): boolean {
    return this.now >= limitMs ||
      performance.now() - this.#startedAt >= limitMs * MAX_STRETCH;
  }
}

/**
 * Waits until there is something to see; undefined if there is nothing after so many
 * milliseconds in which the programs were idle.
 */
export async function untilIdle<T>(
  pids: () => number[],
  look: () => T | undefined,
  limitMs: number,
): Promise<T | undefined> {
  const clock = new IdleClock(pids);
  for (;;) {
    const seen = look();
    if (seen !== undefined || clock.isOver(limitMs)) return seen;
    await clock.look();
  }
}
