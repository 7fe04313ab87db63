/**
 * The time limits and pauses of sandboxes, in milliseconds of wall time.
 *
 * @module
 */

/** One step of making a sandbox: a command in its shell. */
export const SHELL_LIMIT_MS = 15_000;
/** A relay or the launcher listens within this time. */
export const READY_LIMIT_MS = 5_000;
/** A sandbox's shell ends by itself within this time; then it is killed. */
export const SHELL_END_LIMIT_MS = 5_000;
/** A network is free of the sockets of an earlier program within this time, or it is not used again. */
export const CLEAR_LIMIT_MS = 300;

/** The process of a program exists within this time. */
export const START_LIMIT_MS = 10_000;
/** A killed process has ended within this time. */
export const KILL_LIMIT_MS = 2_000;
/** After a program's end, the grader reads its remaining output for this long. */
export const LAST_OUTPUT_MS = 300;
/** The pause after each read of output beyond what is kept: the program blocks meanwhile. */
export const FLOOD_PAUSE_MS = 20;
/** The time between two looks at what the programs of a submission use. */
export const WATCH_MS = 300;

/** The proxy connects to a server within this time. */
export const DIAL_LIMIT_MS = 2_000;
/** The pause between two pieces of a reply. */
export const PIECE_PAUSE_MS = 2;
/** A program has read the first piece of a message when it has been idle for this long. */
export const FIRST_PIECE_MS = 50;
/** A busy machine may delay that for this long. */
export const MAX_FIRST_PIECE_MS = 4_000;
/** The delay of a late reply. */
export const LATE_MS = 1_200;
