/**
 * A server's limits of time and memory. A name in parentheses is a program with the same limit.
 *
 * @module
 */

/** A server's limits; tests shorten the times. */
export interface Limits {
  /** Clients at once, all threads together (Redis: maxclients). */
  maxConnections: number;
  /** A client that sends nothing for this long is closed; 0: never. */
  idleTimeoutMs: number;
  /** From a frame's first byte to its last (HAProxy: http-request timeout). */
  frameDeadlineMs: number;
  /** Added to {@linkcode frameDeadlineMs} for each 64 KiB of the frame. */
  frameDeadlinePer64KiBMs: number;
  /** A client whose socket takes no bytes for this long is closed (Erlang's ranch). */
  writeDeadlineMs: number;
  /** How long to read and drop input after a final frame (nginx: lingering close). */
  drainMs: number;
  /** From SIGINT or SIGTERM until all connections are closed (ranch); the program ends soon after. */
  graceMs: number;
  /** All buffers of all clients and threads together, without each one's first 256 or 4,096 bytes. */
  maxBufferBytes: number;
}

/** The limits unless an option or a test gives others. */
export const DEFAULT_LIMITS: Limits = {
  maxConnections: 10_000,
  idleTimeoutMs: 0,
  frameDeadlineMs: 10_000,
  frameDeadlinePer64KiBMs: 1_000,
  writeDeadlineMs: 30_000,
  drainMs: 5_000,
  graceMs: 4_000,
  maxBufferBytes: 256 * 1024 * 1024,
};
