/**
 * A network of a test's own, with `lo` and an `eth1`.
 *
 * @module
 */

/**
 * What to put before a command so that it runs in such a network.
 *
 * @param before Shell commands that come first; they end with `exec`.
 * @param flags What else to unshare: `-m` for a list of mounts of its own.
 */
export function inNetwork(before: string, ...flags: string[]): string[] {
  const script = `ip link set lo up
    ip link add eth1 type veth peer name eth1p
    ip addr add 10.0.0.1/24 dev eth1
    ip link set eth1 up; ip link set eth1p up
    ${before} "$@"`;
  return ["unshare", "-Urn", ...flags, "bash", "-c", script, "-"];
}

/** What to put before a command so that it runs in the network of another process. */
export function inNetworkOf(pid: number, ...flags: string[]): string[] {
  return ["nsenter", "-U", "-n", ...flags, "--preserve-credentials", "-t", `${pid}`];
}
