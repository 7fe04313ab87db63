/**
 * The time that deadlines are measured with: it stands still while there is no
 * client, and while the whole process was stopped.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

const MAX_PERIOD_MS = 250;
const MIN_PERIOD_MS = 10;

/** A clock that ticks a few times within the shortest limit. */
export class Clock {
  /** Milliseconds, as of the last tick. */
  now = 0;

  #periodMs: number;
  #onTick: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #advancedAt = performance.now();

  /**
   * A clock that rests until {@linkcode start}.
   *
   * @param limits The waits that it is to measure.
   * @param onTick Called a few times within the shortest of them.
   */
  constructor(limits: Limits, onTick: () => void) {
    const { idleTimeoutMs, frameDeadlineMs, writeDeadlineMs, drainMs } = limits;
    const shortest = Math.min(
      idleTimeoutMs || Infinity,
      frameDeadlineMs,
      writeDeadlineMs,
      drainMs,
    );
    this.#periodMs = Math.max(MIN_PERIOD_MS, Math.min(MAX_PERIOD_MS, shortest / 4));
    this.#onTick = onTick;
  }

  /** Ticks until {@linkcode stop}. Safe to call again. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#advancedAt = performance.now();
    this.#timer = setInterval(() => {
      this.advance();
      this.#onTick();
    }, this.#periodMs);
  }

  /** Rests until it is started again. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Moves the time on. Time in which the whole process was stopped (Ctrl+Z, a
   * laptop's lid) hardly counts: no client was late in it.
   */
  advance(): void {
    const at = performance.now();
    this.now += Math.min(at - this.#advancedAt, 2 * MAX_PERIOD_MS);
    this.#advancedAt = at;
  }
}
