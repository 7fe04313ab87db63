/**
 * The limits of remarks. Times are idle time, see `sandbox/idle_clock.ts`.
 *
 * @module
 */

/** A request has no answer if none comes within this time. Each remark may wait for this once. */
export const REMARK_LIMIT_MS = 1_200;
/** A client that ends at its next line ends within this time. */
export const ENDS_LIMIT_MS = 400;
/** A server that is idle for this long has read what was sent to it. */
export const SETTLE_MS = 60;
/**
 * The least time between two pieces of a message, if the second piece waits for the acknowledgement
 * of the first. Linux delays an acknowledgement by 40 ms or more. A busy grader reads the first piece
 * late, and then measures less: the limit is half of 40 ms.
 */
export const HELD_BACK_MS = 20;
/** The share of the later pieces of messages that must be held back. */
export const HELD_BACK_SHARE = 0.5;
/** Clients that ask a server at once. */
export const MANY_CLIENTS = 20;
