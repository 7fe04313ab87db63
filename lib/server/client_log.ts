/**
 * The log's lines about one client, limited so that no client can fill the log.
 *
 * @module
 */
import { showAddress } from "../terminal/show.ts";
import type { Direction } from "../terminal/trace.ts";
import type { ServerConfig } from "./context.ts";

/** How many wrong requests of one client are logged; all are answered. */
const MAX_WRONG_SHOWN = 100;

/** The log's lines about one client. */
export class ClientLog {
  /** The client's address. */
  readonly peer: Deno.NetAddr;
  #config: ServerConfig;
  #wrong = 0; // requests that were answered with an error

  /** The log of the client at `peer`. */
  constructor(config: ServerConfig, peer: Deno.NetAddr) {
    this.#config = config;
    this.peer = peer;
  }

  /** Logs a sentence about the client. */
  line(what: string): void {
    const { log, service } = this.#config;
    log.line(`${service.name}: ${showAddress(this.peer)}: ${what}`);
  }

  /** Logs a wrong request, at most 100 for each client. */
  wrong(message: string): void {
    if (++this.#wrong > MAX_WRONG_SHOWN) return;
    this.line(`answered with an error: ${message}`);
    if (this.#wrong === MAX_WRONG_SHOWN) this.line("its further wrong requests are not shown here");
  }

  /** Shows in the trace that the connection is closed. */
  closed(): void {
    this.#config.trace?.closed(this.peer);
  }

  /** Shows a frame byte by byte, its header first, if there is a trace. */
  trace(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.#config.trace?.frame(direction, this.peer, bytes, start, end);
  }
}
