/**
 * Accepts clients, and continues after errors: `accept()` fails if a client has already left, and if
 * no file descriptor is free.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import { oneLine } from "../terminal/show.ts";

/** The pause after a failed accept. Each further failure doubles it, as in Deno's HTTP server. */
const MIN_BACKOFF_MS = 5;
/** The longest of these pauses. */
const MAX_BACKOFF_MS = 1_000;
/** The log reports the limit of descriptors at most once in this time. */
const FULL_AGAIN_MS = 60_000;

/** A listener whose errors are handled. */
export class Acceptor {
  #listener: Deno.TcpListener;
  #name: string;
  #log: Output;
  #open = true;
  #fullLoggedAt = -Infinity;
  #backingOff = false;
  #wakeUp: () => void = () => {}; // ends the pause early

  /**
   * Accepts from a listener.
   *
   * @param listener The listener; {@linkcode close} closes it.
   * @param name The program's name, for its log.
   * @param log Gets a line when no client can be accepted.
   */
  constructor(listener: Deno.TcpListener, name: string, log: Output) {
    this.#listener = listener;
    this.#name = name;
    this.#log = log;
  }

  /** Whether the listener is open. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether it pauses after a failed accept. */
  get backingOff(): boolean {
    return this.#backingOff;
  }

  /** The next client; null once the listener is closed. */
  async next(): Promise<Deno.TcpConn | null> {
    for (let backoff = MIN_BACKOFF_MS; this.#open;) {
      try {
        return await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) break;
        if (isClientGone(error)) continue;
        this.#logFull(error);
        this.#backingOff = true;
        const early = await this.#sleep(backoff);
        this.#backingOff = false;
        backoff = early ? MIN_BACKOFF_MS : Math.min(2 * backoff, MAX_BACKOFF_MS);
      }
    }
    return null;
  }

  /** Ends the pause: a client has left, and its descriptor may be free. */
  retry(): void {
    this.#wakeUp();
  }

  /** Closes the listener. Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listener.close();
    this.#wakeUp();
  }

  /** Closes the listener at once. Clients in its accept queue are reset. */
  cutOff(): void {
    if (!this.#open) return;
    this.#log.line(`${this.#name}: Stopped with clients in the accept queue: they are reset`);
    this.close();
  }

  #logFull(error: unknown): void {
    if (performance.now() - this.#fullLoggedAt <= FULL_AGAIN_MS) return;
    this.#fullLoggedAt = performance.now();
    this.#log.line(
      `${this.#name}: Cannot accept more clients for now: ${oneLine(error)}; ` +
        `connected clients are served, new ones wait (see ulimit -n)`,
    );
  }

  /** Waits. Returns whether {@linkcode retry} ended the wait. */
  #sleep(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

/** Whether the error means only that the client has already left. */
function isClientGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
