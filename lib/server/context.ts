/**
 * A server's configuration, and what its connections share.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";
import type { FrameLimits } from "../wire/framing.ts";
import type { Clock } from "./clock.ts";
import type { LargeFrames } from "./fair_turn.ts";
import type { Limits } from "./limits.ts";
import type { Quota } from "./quota.ts";
import type { ReplyBuffers } from "./reply_buffers.ts";
import type { Service } from "./service.ts";
import type { GracefulShutdown } from "./stopping.ts";

/** A server's configuration. */
export interface ServerConfig {
  /** How it answers requests. */
  service: Service;
  /** The interface's part of an IPv6 address, as in `fe80::1%eth1`; empty for IPv4. */
  zone: string;
  /** Its limits of time and memory. */
  limits: Limits;
  /** Counts connections and memory, for all threads. */
  quota: Quota;
  /** Stdout: shows the messages. */
  transcript: Transcript;
  /** Shows the first bytes of each frame; null without --trace. */
  trace: Trace | null;
  /** Stderr: everything but the transcript, one line each. */
  log: Output;
}

/** What the connections of one thread share. */
export interface ConnectionContext extends Readonly<ServerConfig> {
  /** Buffers for replies. */
  readonly buffers: ReplyBuffers;
  /** The limits of what clients may send. */
  readonly frameLimits: FrameLimits;
  /** The clock of the deadlines. */
  readonly clock: Clock;
  /** Whether the server stops, has read all input, and is too `late` for requests. */
  readonly shutdown: GracefulShutdown;
  /** Before each large frame is answered, lets Deno look for bytes from other clients. */
  readonly largeFrames: LargeFrames;
}
