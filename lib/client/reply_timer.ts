/**
 * The timeout of replies: after 3 s the client shows `No reply yet`, and after --timeout it fails.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import type { ClientConfig } from "./config.ts";

/** After this wait the client shows `No reply yet`. */
const LATE_MS = 3_000;
const TICK_MS = 50;

/** Measures the wait for the next reply. */
export class ReplyTimer {
  #config: ClientConfig;
  #waitedMs = 0; // in steps of a tick
  #tickAt = 0;
  #lateSaid = false;

  /** A timer with the timeout in `config`. */
  constructor(config: ClientConfig) {
    this.#config = config;
  }

  /** Begins the wait for another reply. */
  restart = (): void => {
    this.#waitedMs = -TICK_MS; // the current tick does not count, so the timeout is never early
  };

  /**
   * Races work with the timeout.
   *
   * @param waiting Whether a reply is missing.
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

  /** Adds the time since the last tick, without the time in which the program did not run (Ctrl+Z). */
  #tick(): void {
    const now = performance.now();
    this.#waitedMs += Math.min(now - this.#tickAt, 2 * TICK_MS);
    this.#tickAt = now;
  }
}
