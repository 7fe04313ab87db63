/**
 * The accept loop: which clients are let in, which wait, which are refused.
 *
 * @module
 */
import { inZone } from "../cli/interfaces.ts";
import type { Trace } from "../terminal/trace.ts";
import { STATUS_MESSAGE } from "../wire/header.ts";
import { Acceptor } from "./acceptor.ts";
import { Clients, STOP_POLL_MS } from "./clients.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext, ServerConfig } from "./context.ts";
import { tellAndClose } from "./closing.ts";
import { ReplyBuffers } from "./reply_buffers.ts";

/** Refused clients that may be drained at once; more are told, and closed at once. */
const MAX_REFUSED = 64;

/** One listener and its clients. */
export class Server {
  #context: ConnectionContext;
  #acceptor: Acceptor;
  #clients: Clients;
  #refused = 0; // how many of the clients are not served

  /** A server on `listener`, which it closes when it stops. */
  constructor(listener: Deno.TcpListener, config: ServerConfig) {
    this.#acceptor = new Acceptor(listener, config.service.name, config.log);
    this.#clients = new Clients(config.limits);
    this.#context = {
      ...config,
      clock: this.#clients.clock,
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
    if (conn !== null && this.#context.quota.admit()) this.#admit(conn);
    await this.#clients.allGone(); // others wait in the system's queue, and are cut off then
    this.#acceptor.close();
  }

  /** Serves all clients at once. Settles when they have gone after {@linkcode stop}. */
  async serveMany(): Promise<void> {
    for (let conn; (conn = await this.#acceptor.next()) !== null;) {
      if (this.#context.quota.admit()) this.#admit(conn, this.#context.trace);
      else this.#refuse(conn);
    }
    await this.#clients.allGone();
  }

  /** Stops accepting, and lets every client have the replies to what it has sent. */
  stop(): void {
    if (!this.#acceptor.open) return;
    setTimeout(() => this.#acceptor.close(), STOP_POLL_MS); // who is in the queue already is let in
    this.#clients.stop();
  }

  /** Lets a client in. With `trace` its leaving is shown too. */
  #admit(conn: Deno.TcpConn, trace: Trace | null = null): void {
    const { quota, transcript, zone } = this.#context;
    const peer = inZone(conn.remoteAddr, zone);
    const connection = new Connection(this.#context, conn, () => {
      quota.leave();
      trace?.left(peer);
      this.#gone(connection);
    });
    this.#clients.add(connection);
    transcript.accepted(peer);
    connection.serve(); // not awaited: the accept loop goes on meanwhile
  }

  #refuse(conn: Deno.TcpConn): void {
    const { maxConnections } = this.#context.limits;
    const reason = `The server is full: it serves ${maxConnections} at once; try again later`;
    if (this.#refused < MAX_REFUSED) {
      this.#refused++;
      const connection = new Connection(this.#context, conn, () => {
        this.#refused--;
        this.#gone(connection);
      });
      this.#clients.add(connection);
      connection.serve(reason);
    } else {
      tellAndClose(conn, reason); // so many are being drained that nobody waits for this one
    }
  }

  #gone(connection: Connection): void {
    this.#clients.delete(connection);
    this.#acceptor.retry();
  }
}
