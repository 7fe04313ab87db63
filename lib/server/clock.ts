/**
 * The clock of the clients' deadlines. It does not count time in which the server itself did not
 * run (a busy thread, Ctrl+Z, a suspended machine): no client is closed for the server's delay.
 *
 * @module
 */
import type { Limits } from "./limits.ts";

const MAX_PERIOD_MS = 250;
const MIN_PERIOD_MS = 10;

/** A clock that ticks four times within the shortest limit. */
export class Clock {
  /** Milliseconds, as of the last tick. */
  now = 0;

  #periodMs: number;
  #onTick: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #advancedAt = performance.now();

  /**
   * A stopped clock.
   *
   * @param limits The times that it measures. The shortest one sets its period.
   * @param onTick Called after each tick.
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
      this.#advance();
      this.#onTick();
    }, this.#periodMs);
  }

  /** Stops until {@linkcode start}. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Advances the time, by two ticks at most: a longer step is a delay of the server itself. */
  #advance(): void {
    const at = performance.now();
    this.now += Math.min(at - this.#advancedAt, 2 * this.#periodMs);
    this.#advancedAt = at;
  }
}
