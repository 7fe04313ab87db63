/**
 * A network of a test's own, with `lo` and an `eth1`.
 *
 * @module
 */

import { MAKE_INTERFACES, networkOf } from "../lib/eth1/network.ts";

/**
 * What to put before a command so that it runs in such a network.
 *
 * @param before Shell commands that come first; they end with `exec`.
 * @param flags What else to unshare: `-m` for a list of mounts of its own.
 */
export function inNetwork(before: string, ...flags: string[]): string[] {
  const script = `${MAKE_INTERFACES}
    ${before} "$@"`;
  return ["unshare", "-Urn", ...flags, "bash", "-c", script, "-"];
}

/** What to put before a command so that it runs in the network of another process. */
export function inNetworkOf(pid: number, ...flags: string[]): string[] {
  const [nsenter, ...rest] = networkOf(pid);
  return [nsenter, ...flags, ...rest];
}
