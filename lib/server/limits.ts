/**
 * How long a server waits and how much it holds. Each bound has its unit in its
 * name, and the program that it is modelled on beside it.
 *
 * @module
 */

/** A server's bounds; tests shorten the waits. */
export interface Limits {
  /** Clients at once, all threads together (Redis: maxclients). */
  maxConnections: number;
  /** A client that sends nothing for so long is closed; 0: never. */
  idleTimeoutMs: number;
  /** From a frame's first byte to its last (HAProxy: http-request timeout). */
  frameDeadlineMs: number;
  /** What is added to {@linkcode frameDeadlineMs} for each 64 KiB that the frame announces. */
  frameDeadlinePer64KiBMs: number;
  /** A client that takes nothing of its replies for so long is closed (ranch). */
  writeDeadlineMs: number;
  /** After a last word, how long to read on so that it arrives (nginx: lingering close). */
  drainMs: number;
  /** After SIGINT or SIGTERM, how long replies under way may take (ranch). */
  graceMs: number;
  /** All buffers of all clients together, all threads together. */
  maxBufferBytes: number;
}

/** The bounds that hold unless an option or a test says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  maxConnections: 10_000,
  idleTimeoutMs: 0,
  frameDeadlineMs: 10_000,
  frameDeadlinePer64KiBMs: 1_000,
  writeDeadlineMs: 30_000,
  drainMs: 5_000,
  graceMs: 4_500,
  maxBufferBytes: 256 * 1024 * 1024,
};
