/**
 * The accept loop: it serves or refuses each client, and answers what has arrived before it stops.
 *
 * @module
 */
import { STATUS_MESSAGE } from "../wire/header.ts";
import { Acceptor } from "./acceptor.ts";
import { Clients } from "./clients.ts";
import { errorAndClose } from "./closing.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext, ServerConfig } from "./context.ts";
import { LargeFrames } from "./fair_turn.ts";
import { ReplyBuffers } from "./reply_buffers.ts";
import { GracefulShutdown, type StopDeadline, STOPPED_MESSAGE } from "./stopping.ts";

/** How many refused clients are drained at the same time; further ones are closed at once. */
const MAX_REFUSED = 64;

/** One listener and its clients. */
export class Server {
  #context: ConnectionContext;
  #acceptor: Acceptor;
  #clients: Clients;
  #refused = 0; // refused clients that are still connected

  // One function for all connections: ten thousand closures would take a megabyte.
  readonly #onClosed = (connection: Connection): void => {
    if (connection.refusal !== null) this.#refused--;
    else this.#context.quota.leave();
    this.#clients.delete(connection);
    this.#acceptor.retry(); // continues after this task, which closes the connection's socket
  };

  /** A server on `listener`, which it closes when it stops. */
  constructor(listener: Deno.TcpListener, config: ServerConfig) {
    this.#acceptor = new Acceptor(listener, config.service.name, config.log);
    this.#clients = new Clients(config.limits);
    this.#context = {
      ...config,
      clock: this.#clients.clock,
      buffers: new ReplyBuffers(config.quota),
      shutdown: new GracefulShutdown(),
      largeFrames: new LargeFrames(),
      frameLimits: {
        maxPayloadBytes: config.service.maxRequestBytes,
        maxStatus: STATUS_MESSAGE,
        grant: (bytes) => config.quota.grant(bytes),
      },
    };
  }

  /** Serves one client. Resolves when that client has left, or after {@linkcode stop}. */
  async serveOne(): Promise<void> {
    const conn = await this.#acceptor.next();
    if (conn !== null && this.#context.quota.admit()) this.#start(conn); // admit() counts the client
    await this.#clients.allGone();
    this.#acceptor.close(); // resets the clients that wait in the kernel's accept queue
  }

  /** Serves all clients at once. Resolves when the last one has left after {@linkcode stop}. */
  async serveMany(): Promise<void> {
    const { shutdown, quota, limits: { maxConnections } } = this.#context;
    const full = `The server is full: it serves ${maxConnections} at once; try again later`;
    for (let conn; (conn = await this.#acceptor.next()) !== null;) {
      shutdown.onAccepted();
      if (shutdown.late) this.#refuse(conn, STOPPED_MESSAGE);
      else if (quota.admit()) this.#start(conn);
      else this.#refuse(conn, full);
    }
    await this.#clients.allGone();
  }

  /** Answers the requests that have arrived, and those that arrive in time; then closes all connections. */
  stop(deadline: StopDeadline): void {
    this.#clients.stop(deadline, this.#acceptor, this.#context.shutdown);
  }

  /** Sends a client the reason in an error frame, and closes its connection. */
  #refuse(conn: Deno.TcpConn, reason: string): void {
    if (this.#refused >= MAX_REFUSED) return errorAndClose(conn, reason);
    this.#refused++;
    this.#start(conn, reason);
  }

  /** Starts to serve an admitted client, or sends a refused one its `refusal` and drains it. */
  #start(conn: Deno.TcpConn, refusal: string | null = null): void {
    const connection = new Connection(this.#context, conn, this.#onClosed, refusal);
    this.#clients.add(connection);
    connection.serve(); // not awaited: the accept loop continues meanwhile
  }
}
