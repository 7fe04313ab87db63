/**
 * A clock that measures how long programs were idle. On a busy machine, programs and the grader
 * wait for a processor, so that the wall clock alone says little.
 *
 * @module
 */
import { isBusy } from "./proc.ts";
import { pause } from "./waiting.ts";

/** The first pause between two looks; while nothing happens each is longer than the one before. */
const LOOK_MS = { first: 25, last: 100, factor: 1.4 };
/** A late look adds at most its pause times this factor. */
const MAX_STEP = 1.6;
/** Looks less than this time apart count as one. */
const SAME_LOOK_MS = 15;
const MAX_SEEN = 256;
/** A wait ends after its limit times this factor on the wall clock, however busy programs are. */
const MAX_STRETCH = 8;

/** Counts idle milliseconds: it stands still while a watched program runs, or could run. */
export class IdleClock {
  /** Idle milliseconds since the start. */
  now = 0;

  #pids: () => number[];
  #lookedAt = performance.now();
  #pause = LOOK_MS.first;
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
    await pause(this.#pause);
    const now = performance.now();
    const step = Math.min(now - this.#lookedAt, this.#pause * MAX_STEP);
    this.#lookedAt = now;
    this.#pause = Math.min(this.#pause * LOOK_MS.factor, LOOK_MS.last);
    if (this.#pids().some(isBusyNow)) this.lookSoon();
    else this.now += step;
  }

  /** Makes the next pause a short one, because something has happened. */
  lookSoon(): void {
    this.#pause = LOOK_MS.first;
  }

  /** Whether `limitMs` idle milliseconds have passed, or far more on the wall clock. */
  isOver(limitMs: number): boolean {
    return this.now >= limitMs ||
      performance.now() - this.#startedAt >= limitMs * MAX_STRETCH;
  }
}

/** What was seen of each process tree; twenty clocks may watch one server. */
const seen = new Map<number, { at: number; isBusy: boolean }>();

function isBusyNow(pid: number): boolean {
  const now = performance.now();
  const known = seen.get(pid);
  if (known && now - known.at < SAME_LOOK_MS) return known.isBusy;
  if (seen.size > MAX_SEEN) seen.clear();
  const one = { at: now, isBusy: isBusy(pid) };
  seen.set(pid, one);
  return one.isBusy;
}

/**
 * Waits until `look` returns a value; undefined if it does not within `limitMs` of idle time.
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
