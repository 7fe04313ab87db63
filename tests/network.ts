/**
 * A private network for a test, with `lo` and `eth1`.
 *
 * @module
 */

import { MAKE_INTERFACES, networkOf } from "../lib/eth1/network.ts";

/**
 * The words before a command that run it in a new private network.
 *
 * @param before Shell commands that come first; they end with `exec`.
 * @param flags More flags of `unshare`, such as `-m` for private mounts.
 */
export function inNetwork(before: string, ...flags: string[]): string[] {
  const script = `${MAKE_INTERFACES}
    ${before} "$@"`;
  return ["unshare", "-Urn", ...flags, "bash", "-c", script, "-"];
}

/** The words before a command that run it in the network of another process. */
export function inNetworkOf(pid: number, ...flags: string[]): string[] {
  const [nsenter, ...rest] = networkOf(pid);
  return [nsenter, ...flags, ...rest];
}
