/**
 * What a server is made of, and what its connections share.
 *
 * @module
 */
import type { Output } from "../terminal/output.ts";
import type { Trace } from "../terminal/trace.ts";
import type { Transcript } from "../terminal/transcript.ts";
import type { FrameLimits } from "../wire/framing.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Quota } from "./quota.ts";
import type { ReplyBuffers } from "./reply_buffers.ts";
import type { Service } from "./service.ts";

/** What a server is made of. */
export interface ServerConfig {
  /** What it does with a request. */
  service: Service;
  /** The zone of its address: `%eth1` where that is link-local, else nothing. */
  zone: string;
  /** How long it waits and how much it holds. */
  limits: Limits;
  /** What all its clients hold. */
  quota: Quota;
  /** Where messages are shown. */
  transcript: Transcript;
  /** Where frames are shown byte by byte, if anywhere. */
  trace: Trace | null;
  /** Everything that is not the transcript, one line each. */
  log: Output;
}

/** What the connections of one server share. */
export interface ConnectionContext extends Readonly<ServerConfig> {
  /** Buffers for replies. */
  readonly buffers: ReplyBuffers;
  /** What is let through of what clients send. */
  readonly frameLimits: FrameLimits;
  /** The time, good to a quarter of the shortest limit. */
  readonly clock: Clock;
}
