/**
 * What the report's run is made with.
 *
 * @module
 */

/** The programs' own port. */
export const PORT = 3000;
/** The assignment's example. */
export const EXAMPLE = "comnetsii";
