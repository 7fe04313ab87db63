/**
 * Who is connected to a server: their deadlines are checked while there are any,
 * and all of them end when it stops.
 *
 * @module
 */
import { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";

/** How often, once the server is told to stop, it looks who can be let go. */
export const STOP_POLL_MS = 25;

/** What a client has to do for its server. */
export interface Client {
  /** Ends what has taken too long. */
  check(): void;
  /** Ends the client if nothing is owed to it; the server has been stopping for so long. */
  finish(stoppingMs: number): void;
  /** Closes at once. */
  close(): void;
}

/** The clients that are connected. */
export class Clients {
  /** The time that their deadlines are measured with. */
  readonly clock: Clock;

  #limits: Limits;
  #all = new Set<Client>();
  #stopPoll: ReturnType<typeof setInterval> | undefined;
  #onEmpty: () => void = () => {};

  /** No clients yet; `limits` say how long they may take. */
  constructor(limits: Limits) {
    this.#limits = limits;
    this.clock = new Clock(limits, () => {
      for (const client of this.#all) client.check();
    });
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Adds one. */
  add(client: Client): void {
    this.clock.start();
    this.#all.add(client);
  }

  /** Takes in that one has closed. */
  delete(client: Client): void {
    this.#all.delete(client);
    if (this.#all.size > 0) return;
    this.clock.stop();
    this.#onEmpty();
  }

  /** Settles when no client is left, however it went. */
  async allGone(): Promise<void> {
    if (this.#all.size > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
    clearInterval(this.#stopPoll);
  }

  /**
   * Lets every client have the replies to what it has sent, and closes it; after
   * `graceMs` whatever is left is closed at once. Safe to call twice.
   */
  stop(): void {
    if (this.#stopPoll !== undefined) return;
    this.clock.advance();
    const toldAt = this.clock.now;
    const endAt = performance.now() + this.#limits.graceMs;
    this.#stopPoll = setInterval(() => {
      this.clock.advance();
      for (const client of this.#all) client.finish(this.clock.now - toldAt);
      if (performance.now() < endAt) return;
      for (const client of this.#all) client.close();
    }, STOP_POLL_MS);
  }
}
