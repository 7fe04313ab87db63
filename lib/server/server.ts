/**
 * The accept loop: which clients are let in, which wait, and how all of them
 * end when the server stops. It knows framing only through its connections.
 *
 * @module
 */
import {
  Connection,
  type ConnectionContext,
  ReplyBuffers,
  type ServerConfig,
} from "./connection.ts";
import { encodeFrame, type FrameLimits, STATUS_ERROR, STATUS_MESSAGE } from "../wire/framing.ts";
import { oneLine } from "../terminal/show.ts";
import type { Quota } from "./quota.ts";
import type { Limits } from "./limits.ts";
import type { Output } from "../terminal/output.ts";
import type { Service } from "./service.ts";
import { utf8Bytes } from "../wire/text.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";

/** After a failed accept: wait so long, then twice as long … (Deno's HTTP server). */
const MIN_BACKOFF_MS = 5;
/** … and never longer than this. */
const MAX_BACKOFF_MS = 1_000;
/** While clients come and go at the limit of descriptors, that is said so often. */
const FULL_AGAIN_MS = 60_000;
/** How often, once it is told to stop, the server looks who can be let go. */
const STOP_POLL_MS = 25;
/** Refused clients that may be drained at once; more are told, and closed at once. */
const MAX_REFUSED = 64;
const MAX_SWEEP_MS = 250;
const MIN_SWEEP_MS = 10;

/** One listener and its clients. */
export class Server implements ConnectionContext {
  readonly service: Service;
  readonly limits: Limits;
  readonly quota: Quota;
  readonly transcript: Transcript;
  readonly trace: Trace | null;
  readonly log: Output;
  readonly buffers = new ReplyBuffers();
  readonly frameLimits: FrameLimits;
  now = 0;

  #listener: Deno.TcpListener;
  #admitted = new Set<Connection>();
  #refused = new Set<Connection>();
  #accepting = true;
  #sweep: ReturnType<typeof setInterval> | undefined;
  #advancedAt = performance.now();
  #stopPoll: ReturnType<typeof setInterval> | undefined;
  #saidFullAt = -Infinity;
  #onEmpty: () => void = () => {};
  #wakeUp: () => void = () => {}; // ends the back-off early

  constructor(listener: Deno.TcpListener, parts: ServerConfig) {
    this.#listener = listener;
    this.service = parts.service;
    this.limits = parts.limits;
    this.quota = parts.quota;
    this.transcript = parts.transcript;
    this.trace = parts.trace;
    this.log = parts.log;
    this.frameLimits = {
      maxPayloadBytes: parts.service.maxRequestBytes,
      maxStatus: STATUS_MESSAGE,
      grant: (bytes) => parts.quota.grant(bytes),
    };
  }

  /** Serves the first client that comes. Settles when it has gone, or after {@linkcode stop}. */
  async serveOne(): Promise<void> {
    const conn = await this.#accept();
    if (conn !== null && this.quota.admit()) {
      this.#admit(conn);
      await this.#allGone();
    }
    this.#stopAccepting();
  }

  /** Serves all clients at once. Settles when they have gone after {@linkcode stop}. */
  async serveMany(): Promise<void> {
    for (let conn; (conn = await this.#accept()) !== null;) {
      if (this.quota.admit()) this.#admit(conn);
      else this.#refuse(conn);
    }
    await this.#allGone();
  }

  /**
   * Stops accepting, lets every client have the replies to what it has sent, and
   * closes it; after `limits.graceMs` whatever is left is closed at once.
   */
  stop(): void {
    if (!this.#accepting || this.#stopPoll !== undefined) return;
    setTimeout(() => this.#stopAccepting(), STOP_POLL_MS); // those that wait already are let in
    this.#advance();
    const toldAt = this.now;
    const endAt = performance.now() + this.limits.graceMs;
    this.#stopPoll = setInterval(() => {
      this.#advance();
      for (const connection of this.#admitted) connection.finish(toldAt);
      if (performance.now() < endAt) return;
      for (const connection of [...this.#admitted, ...this.#refused]) connection.close();
    }, STOP_POLL_MS);
  }

  /** Told by a connection that it has closed. */
  gone(connection: Connection): void {
    if (this.#admitted.delete(connection)) this.quota.leave();
    this.#refused.delete(connection);
    this.#wakeUp();
    if (this.#admitted.size + this.#refused.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
      if (!this.#accepting) clearInterval(this.#stopPoll);
      this.#onEmpty();
    }
  }

  /** Settles when no client is left, however it went. */
  #allGone(): Promise<void> {
    if (this.#admitted.size + this.#refused.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty = resolve);
  }

  #admit(conn: Deno.TcpConn): void {
    this.#watch();
    const connection = new Connection(this, conn);
    this.#admitted.add(connection);
    this.transcript.accepted(conn.remoteAddr);
    connection.serve();
  }

  #refuse(conn: Deno.TcpConn): void {
    const { maxConnections } = this.limits;
    const reason = `The server is full: it serves ${maxConnections} at once; try again later`;
    if (this.#refused.size < MAX_REFUSED) {
      this.#watch();
      const connection = new Connection(this, conn);
      this.#refused.add(connection);
      connection.serve(reason);
    } else {
      // So many are being drained that this one is told and closed, arrive what may.
      conn.write(encodeFrame(STATUS_ERROR, utf8Bytes(reason)))
        .catch(() => {})
        .finally(() => conn.close());
    }
  }

  /** The next client; null once the server is stopping. */
  async #accept(): Promise<Deno.TcpConn | null> {
    for (let backoff = MIN_BACKOFF_MS; this.#accepting;) {
      try {
        return await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) break;
        if (isClientsFault(error)) continue;
        if (performance.now() - this.#saidFullAt > FULL_AGAIN_MS) {
          this.#saidFullAt = performance.now();
          this.log.line(
            `${this.service.name}: Cannot accept more clients for now: ${oneLine(error)}; ` +
              `those connected are served, new ones wait (see ulimit -n)`,
          );
        }
        const left = await this.#sleep(backoff); // somebody left: there may be room now
        backoff = left ? MIN_BACKOFF_MS : Math.min(2 * backoff, MAX_BACKOFF_MS);
      }
    }
    return null;
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

  #stopAccepting(): void {
    if (!this.#accepting) return;
    this.#accepting = false;
    this.#listener.close();
    this.#wakeUp();
  }

  /** Starts the clock and the sweep; they rest while there is no client. */
  #watch(): void {
    if (this.#sweep !== undefined) return;
    const { idleTimeoutMs, frameDeadlineMs, writeDeadlineMs, drainMs } = this.limits;
    const shortest = Math.min(
      idleTimeoutMs || Infinity,
      frameDeadlineMs,
      writeDeadlineMs,
      drainMs,
    );
    const period = Math.max(MIN_SWEEP_MS, Math.min(MAX_SWEEP_MS, shortest / 4));
    this.#advancedAt = performance.now();
    this.#sweep = setInterval(() => {
      this.#advance();
      for (const connection of this.#admitted) connection.check(this.now);
      for (const connection of this.#refused) connection.check(this.now);
    }, period);
  }

  /**
   * Moves the clock on. Time in which the whole process was stopped (Ctrl+Z, a
   * laptop's lid) hardly counts: no client was late in it.
   */
  #advance(): void {
    const at = performance.now();
    this.now += Math.min(at - this.#advancedAt, 2 * MAX_SWEEP_MS);
    this.#advancedAt = at;
  }
}

/** Whether only the client that was being accepted is concerned: it has gone again. */
function isClientsFault(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
