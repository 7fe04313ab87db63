/**
 * The connections of one server, the clock that checks their deadlines, and the timer that stops
 * them.
 *
 * @module
 */
import type { Acceptor } from "./acceptor.ts";
import { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { Limits } from "./limits.ts";
import { type GracefulShutdown, STOP_POLL_MS, type StopDeadline } from "./stopping.ts";

/** The connections of one server. */
export class Clients {
  /** The clock of their deadlines. */
  readonly clock: Clock;

  #all = new Set<Connection>();
  #onEmpty: () => void = () => {};
  #stopTimer: ReturnType<typeof setInterval> | undefined;

  /** A set without clients. */
  constructor(limits: Limits) {
    this.clock = new Clock(limits, () => {
      for (const client of this.#all) client.check();
    });
  }

  /** Adds a connection. */
  add(client: Connection): void {
    this.clock.start();
    this.#all.add(client);
  }

  /** Removes a connection that has closed. */
  delete(client: Connection): void {
    this.#all.delete(client);
    if (this.#all.size > 0) return;
    this.clock.stop();
    this.#onEmpty();
  }

  /** Resolves when the last connection is closed. */
  async allGone(): Promise<void> {
    if (this.#all.size > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
    clearInterval(this.#stopTimer);
  }

  /**
   * Drains each client that has its replies, and closes the listener once its queue is empty. At
   * `answerUntil` the remaining clients get an error frame; at `closeAt` they are closed.
   */
  stop(
    { answerUntil, closeAt }: StopDeadline,
    acceptor: Acceptor,
    shutdown: GracefulShutdown,
  ): void {
    if (shutdown.stopping) return;
    shutdown.stopping = true;
    this.#stopTimer = setInterval(() => {
      const now = performance.now();
      shutdown.late = now >= answerUntil;
      const inputEmpty = shutdown.isInputEmpty() && !acceptor.backingOff;
      if (inputEmpty || shutdown.isQueueServed()) acceptor.close();
      else if (now >= closeAt) acceptor.cutOff();
      for (const client of this.#all) {
        client.finish(inputEmpty, shutdown.late);
        if (now >= closeAt) client.cutOff();
      }
    }, STOP_POLL_MS);
  }
}
