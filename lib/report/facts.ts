/**
 * What the questions of the report share.
 *
 * @module
 */
export { DEFAULT_PORT as PORT } from "../cli/lab_options.ts";
export { ETH1_ADDRESS } from "../eth1/network.ts";

/** The assignment's example. */
export const EXAMPLE = "comnetsii";
/** An address of eth1's network that no host has. */
export const UNUSED_ADDRESS = "10.0.0.99";
/** The address of the second host, see {@linkcode OtherHost}. */
export const OTHER_ADDRESS = "10.0.0.2";
