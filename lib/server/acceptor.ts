/**
 * Accepting clients whatever happens: `accept()` fails when a client has gone
 * again and when there are no descriptors left, and must go on after both.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import { oneLine } from "../terminal/show.ts";

/** After a failed accept: wait so long, and twice as long after the next (Deno's HTTP server). */
const MIN_BACKOFF_MS = 5;
/** The longest of these waits. */
const MAX_BACKOFF_MS = 1_000;
/** While clients come and go at the limit of descriptors, that is said so often. */
const FULL_AGAIN_MS = 60_000;

/** A listener that goes on accepting. */
export class Acceptor {
  #listener: Deno.TcpListener;
  #name: string;
  #log: Output;
  #open = true;
  #saidFullAt = -Infinity;
  #wakeUp: () => void = () => {}; // ends the back-off early

  /**
   * Accepts from a listener.
   *
   * @param listener What to accept from; {@linkcode close} closes it.
   * @param name The program's name, for its log.
   * @param log Told when no client can be accepted.
   */
  constructor(listener: Deno.TcpListener, name: string, log: Output) {
    this.#listener = listener;
    this.#name = name;
    this.#log = log;
  }

  /** Whether {@linkcode close} has not been called. */
  get open(): boolean {
    return this.#open;
  }

  /** The next client; null once it is closed. */
  async next(): Promise<Deno.TcpConn | null> {
    for (let backoff = MIN_BACKOFF_MS; this.#open;) {
      try {
        return await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) break;
        if (isClientsFault(error)) continue;
        this.#sayFull(error);
        const early = await this.#sleep(backoff);
        backoff = early ? MIN_BACKOFF_MS : Math.min(2 * backoff, MAX_BACKOFF_MS);
      }
    }
    return null;
  }

  /** A client has left: if there was no room, there may be some now. */
  retry(): void {
    this.#wakeUp();
  }

  /** Accepts nobody any more. Safe to call twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listener.close();
    this.#wakeUp();
  }

  #sayFull(error: unknown): void {
    if (performance.now() - this.#saidFullAt <= FULL_AGAIN_MS) return;
    this.#saidFullAt = performance.now();
    this.#log.line(
      `${this.#name}: Cannot accept more clients for now: ${oneLine(error)}; ` +
        `those connected are served, new ones wait (see ulimit -n)`,
    );
  }

  /** Waits; whether it was woken up before the time was over. */
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

/** Whether only the client that was being accepted is concerned: it has gone again. */
function isClientsFault(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
