/**
 * A client's configuration.
 *
 * @module
 */
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import type { Output } from "../terminal/output.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";
import type { ServerKind } from "./server_kind.ts";

/** A client's configuration. */
export interface ClientConfig {
  /** The program's name. */
  name: string;
  /** The server's address. */
  peer: Deno.NetAddr;
  /** The largest request, in bytes. */
  maxRequestBytes: number;
  /** The largest reply, in bytes. */
  maxReplyBytes: number;
  /** Milliseconds to wait for a reply; 0: without limit. */
  timeoutMs: number;
  /** The kind of server. */
  server: ServerKind;
  /** The transcript. */
  transcript: Transcript;
  /** Shows frames byte by byte; null without --trace. */
  trace: Trace | null;
  /** The transcript's output. The client reads replies only as fast as its reader takes lines. */
  out: BlockingOutput;
  /** The output for messages, one line each. */
  log: Output;
}
