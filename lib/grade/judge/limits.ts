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
/** Half of the 40 ms by which Linux delays an acknowledgement: without it, pieces follow at once. */
export const DELAYED_MS = 20;
/** The share of the pauses within a program's messages that must be delayed. */
export const DELAYED_SHARE = 0.5;
/** Clients that ask a server at once. */
export const MANY_CLIENTS = 20;
