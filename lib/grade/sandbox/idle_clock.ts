/**
 * A clock that counts the time in which programs were idle. On a busy machine programs and the
 * grader wait for a processor: wall time alone does not show that a program is waiting for input.
 *
 * @module
 */
import { FIRST_PIECE_MS, MAX_FIRST_PIECE_MS } from "./limits.ts";
import { isBusy } from "./proc.ts";
import { pause } from "./waiting.ts";

/**
 * The pauses between two checks: they grow by `factor` from `first` to `last` while nothing happens,
 * and to `busy` while a program works.
 */
const LOOK_MS = { first: 25, busy: 70, last: 100, factor: 1.4 };
/** A check that comes late adds at most its pause times this factor to the clock. */
const MAX_STEP = 1.6;
/** A result of the same process tree that is newer than this is used again. */
const SAME_LOOK_MS = 15;
const MAX_SEEN = 256;
/** A wait also ends after its limit times this factor of wall time, however busy programs are. */
const MAX_STRETCH = 8;

/** Counts idle milliseconds. The clock stops while a watched process runs or waits for a processor. */
export class IdleClock {
  /** Idle milliseconds since the start. */
  now = 0;

  #pids: () => number[];
  #lookedAt = performance.now();
  #pause = LOOK_MS.first;
  #wasBusy = false;
  #startedAt = performance.now();

  /**
   * Starts a clock.
   *
   * @param pids The processes that are watched, with all that descends from them.
   */
  constructor(pids: () => number[]) {
    this.#pids = pids;
  }

  /** Pauses, then checks the processes. */
  async look(): Promise<void> {
    await pause(this.#pause);
    const now = performance.now();
    // A program that was busy at the last check became idle at an unknown time since.
    const counted = this.#wasBusy ? LOOK_MS.first : this.#pause;
    const step = Math.min(now - this.#lookedAt, counted * MAX_STEP);
    this.#lookedAt = now;
    const works = this.#pids().some(isBusyNow);
    if (!works) this.now += step;
    const next = works || !this.#wasBusy ? this.#pause * LOOK_MS.factor : LOOK_MS.first;
    this.#pause = Math.min(next, works ? LOOK_MS.busy : LOOK_MS.last);
    this.#wasBusy = works;
  }

  /** Makes the next pause a short one, because something has happened. */
  lookSoon(): void {
    this.#pause = LOOK_MS.first;
  }

  /** Whether `limitMs` idle milliseconds have passed, or `maxMs` in all. */
  isOver(limitMs: number, maxMs = limitMs * MAX_STRETCH): boolean {
    return this.now >= limitMs || performance.now() - this.#startedAt >= maxMs;
  }
}

/** The last result for each process tree: up to twenty clocks watch one server. */
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
 * Calls `look` until it returns a value. Returns undefined after `limitMs` idle milliseconds, or
 * `maxMs` in all.
 */
export async function untilIdle<T>(
  pids: () => number[],
  look: () => T | undefined,
  limitMs: number,
  maxMs?: number,
): Promise<T | undefined> {
  const clock = new IdleClock(pids);
  for (;;) {
    const seen = look();
    if (seen !== undefined || clock.isOver(limitMs, maxMs)) return seen;
    await clock.look();
  }
}

/** Waits until programs have read what was sent to them: until they are idle. */
export async function untilRead(pids: () => number[]): Promise<void> {
  await untilIdle(pids, () => undefined, FIRST_PIECE_MS, MAX_FIRST_PIECE_MS);
}
