/**
 * The accept loop: which clients are let in, which wait, which are refused, and
 * how all of them end when the server stops.
 *
 * @module
 */
import { encodeFrame } from "../wire/framing.ts";
import { STATUS_ERROR, STATUS_MESSAGE } from "../wire/header.ts";
import { utf8Bytes } from "../wire/text.ts";
import { Acceptor } from "./acceptor.ts";
import { Clock } from "./clock.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext, ServerConfig } from "./context.ts";
import { ReplyBuffers } from "./reply_buffers.ts";

/** How often, once it is told to stop, the server looks who can be let go. */
const STOP_POLL_MS = 25;
/** Refused clients that may be drained at once; more are told, and closed at once. */
const MAX_REFUSED = 64;

/** One listener and its clients. */
export class Server {
  #context: ConnectionContext;
  #acceptor: Acceptor;
  #admitted = new Set<Connection>();
  #refused = new Set<Connection>();
  #clock: Clock;
  #stopPoll: ReturnType<typeof setInterval> | undefined;
  #onEmpty: () => void = () => {};

  /**
   * @param listener Where clients come; closed when the server stops.
   * @param config What the server is made of.
   */
  constructor(listener: Deno.TcpListener, config: ServerConfig) {
    this.#acceptor = new Acceptor(listener, config.service.name, config.log);
    this.#clock = new Clock(config.limits, () => {
      for (const connection of this.#clients) connection.check();
    });
    this.#context = {
      ...config,
      clock: this.#clock,
      buffers: new ReplyBuffers(),
      frameLimits: {
        maxPayloadBytes: config.service.maxRequestBytes,
        maxStatus: STATUS_MESSAGE,
        grant: (bytes) => config.quota.grant(bytes),
      },
    };
  }

  /** Serves the first client that comes. Settles when it has gone, or after {@linkcode stop}. */
  async serveOne(): Promise<void> {
    const conn = await this.#acceptor.next();
    if (conn !== null && this.#context.quota.admit()) {
      this.#admit(conn);
      await this.#allGone();
    }
    this.#acceptor.close();
  }

  /** Serves all clients at once. Settles when they have gone after {@linkcode stop}. */
  async serveMany(): Promise<void> {
    for (let conn; (conn = await this.#acceptor.next()) !== null;) {
      if (this.#context.quota.admit()) this.#admit(conn);
      else this.#refuse(conn);
    }
    await this.#allGone();
  }

  /**
   * Stops accepting, lets every client have the replies to what it has sent, and
   * closes it; after `limits.graceMs` whatever is left is closed at once.
   */
  stop(): void {
    if (!this.#acceptor.open || this.#stopPoll !== undefined) return;
    setTimeout(() => this.#acceptor.close(), STOP_POLL_MS); // those that wait already are let in
    this.#clock.advance();
    const toldAt = this.#clock.now;
    const endAt = performance.now() + this.#context.limits.graceMs;
    this.#stopPoll = setInterval(() => {
      this.#clock.advance();
      for (const connection of this.#admitted) connection.finish(this.#clock.now - toldAt);
      if (performance.now() < endAt) return;
      for (const connection of this.#clients) connection.close();
    }, STOP_POLL_MS);
  }

  /** All that are connected. */
  get #clients(): Connection[] {
    return [...this.#admitted, ...this.#refused];
  }

  #admit(conn: Deno.TcpConn): void {
    this.#clock.start();
    const connection = new Connection(this.#context, conn, this.#gone);
    this.#admitted.add(connection);
    this.#context.transcript.accepted(conn.remoteAddr);
    connection.serve();
  }

  #refuse(conn: Deno.TcpConn): void {
    const { maxConnections } = this.#context.limits;
    const reason = `The server is full: it serves ${maxConnections} at once; try again later`;
    if (this.#refused.size < MAX_REFUSED) {
      this.#clock.start();
      const connection = new Connection(this.#context, conn, this.#gone);
      this.#refused.add(connection);
      connection.serve(reason);
    } else {
      // So many are being drained that this one is told and closed: delivery is not guaranteed.
      conn.write(encodeFrame(STATUS_ERROR, utf8Bytes(reason)))
        .catch(() => {})
        .finally(() => conn.close());
    }
  }

  /** Takes in that a connection has closed. */
  #gone = (connection: Connection): void => {
    if (this.#admitted.delete(connection)) this.#context.quota.leave();
    this.#refused.delete(connection);
    this.#acceptor.retry();
    if (this.#admitted.size + this.#refused.size > 0) return;
    this.#clock.stop();
    if (!this.#acceptor.open) clearInterval(this.#stopPoll);
    this.#onEmpty();
  };

  /** Settles when no client is left, however it went. */
  #allGone(): Promise<void> {
    if (this.#admitted.size + this.#refused.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty = resolve);
  }
}
