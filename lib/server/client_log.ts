/**
 * What is logged of one client, so that none can fill the log.
 *
 * @module
 */
import { showAddress } from "../terminal/show.ts";
import type { ServerConfig } from "./context.ts";

/** One client's wrong requests that are logged; all of them are answered. */
const MAX_WRONG_SHOWN = 100;

/** The log's lines about one client. */
export class ClientLog {
  /** The client's address. */
  readonly peer: Deno.NetAddr;
  #config: ServerConfig;
  #wrong = 0; // requests that had an error for their answer

  /** The log of the client at `peer`. */
  constructor(config: ServerConfig, peer: Deno.NetAddr) {
    this.#config = config;
    this.peer = peer;
  }

  /** Says something about the client. */
  line(what: string): void {
    const { log, service } = this.#config;
    log.line(`${service.name}: ${showAddress(this.peer)}: ${what}`);
  }

  /** Says that a request was wrong, unless the client has had enough of these lines. */
  wrong(message: string): void {
    if (++this.#wrong > MAX_WRONG_SHOWN) return;
    this.line(`answered with an error: ${message}`);
    if (this.#wrong === MAX_WRONG_SHOWN) this.line("its further wrong requests are not shown here");
  }

  /** Shows a frame, header first, byte by byte if that was asked for. */
  trace(incoming: boolean, bytes: Uint8Array, start: number, end: number): void {
    this.#config.trace?.frame(incoming, this.peer, bytes, start, end);
  }
}
