/**
 * How long a reply may take: after a while a person is told why that may be, and
 * after the time that was asked for the client gives up.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import type { ClientConfig } from "./config.ts";

/** A person who waits so long for a reply is told why that may be. */
const LATE_MS = 3_000;
const TICK_MS = 50;

/** Measures the wait for the next reply. */
export class ReplyTimer {
  #config: ClientConfig;
  #waitedMs = 0; // to a tick
  #tickAt = 0;
  #lateSaid = false;

  /** A timer that does as `config` says when a reply is late. */
  constructor(config: ClientConfig) {
    this.#config = config;
  }

  /** The wait for another reply begins. */
  restart = (): void => {
    this.#waitedMs = -TICK_MS; // the tick that has begun does not count: never early
  };

  /**
   * Races work with the timeout.
   *
   * @param waiting Whether a reply is waited for.
   * @throws {Failure} If a reply has taken too long.
   */
  async during<T>(work: Promise<T>, waiting: () => boolean): Promise<T> {
    const expired = Promise.withResolvers<never>();
    this.#tickAt = performance.now();
    const timer = setInterval(() => {
      this.#tick();
      if (waiting()) this.#check(expired.reject);
    }, TICK_MS);
    try {
      return await Promise.race([work, expired.promise]);
    } finally {
      clearInterval(timer);
    }
  }

  #check(expire: (failure: Failure) => void): void {
    const { name, timeoutMs, log } = this.#config;
    if (timeoutMs > 0 && this.#waitedMs >= timeoutMs) {
      expire(
        new Failure(
          `Cannot wait longer for a reply: ${timeoutMs / 1000} s have passed; ` +
            `try again, or wait longer with --timeout`,
        ),
      );
    } else if (this.#waitedMs >= LATE_MS && !this.#lateSaid) {
      this.#lateSaid = true;
      log.line(
        `${name}: No reply yet: the server may be busy with another client ` +
          `(see its option --multi-threaded); still waiting`,
      );
    }
  }

  /** Time in which this program itself stood still (a full pipe, Ctrl+Z) hardly counts. */
  #tick(): void {
    const now = performance.now();
    this.#waitedMs += Math.min(now - this.#tickAt, 2 * TICK_MS);
    this.#tickAt = now;
  }
}
