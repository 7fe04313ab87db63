/**
 * How a client talks.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";
import type { ServerKind } from "./server_kind.ts";

/** How a client talks. */
export interface ClientConfig {
  /** The program's name. */
  name: string;
  /** The server's address. */
  peer: Deno.NetAddr;
  /** The largest request, in bytes. */
  maxRequestBytes: number;
  /** The largest reply, in bytes. */
  maxReplyBytes: number;
  /** Milliseconds to wait for a reply; 0: for ever. */
  timeoutMs: number;
  /** What kind of server it talks to. */
  server: ServerKind;
  /** Where messages are shown. */
  transcript: Transcript;
  /** Where frames are shown byte by byte, if anywhere. */
  trace: Trace | null;
  /** Everything else, one line each. */
  log: Output;
}
