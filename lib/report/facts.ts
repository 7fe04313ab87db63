/**
 * What the report's run is made with.
 *
 * @module
 */

/** The address of eth1 in the report's network. */
export const ETH1 = "10.0.0.1";
/** The programs' own port. */
export const PORT = 3000;
/** The assignment's example. */
export const EXAMPLE = "comnetsii";
