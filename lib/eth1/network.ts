/**
 * A private network with the interfaces `lo` and `eth1`: a network namespace of Linux, inside a
 * user namespace, so that it needs no root and ends with its last process.
 *
 * @module
 */
import { lenientText } from "../wire/text.ts";

/** The address of eth1 in the network. */
export const ETH1_ADDRESS = "10.0.0.1";

/**
 * Shell commands that make the two interfaces. A veth interface always has a peer, as a cable has
 * two ends: eth1p is the other end of eth1, and must be up too.
 */
export const MAKE_INTERFACES = [
  "ip link set lo up",
  "ip link add eth1 type veth peer name eth1p",
  `ip addr add ${ETH1_ADDRESS}/24 dev eth1`,
  "ip link set eth1 up",
  "ip link set eth1p up",
].join(" && ");

/** The environment variable of the processes inside; its value is the project's folder. */
const MARK = "LAB_ETH1_NETWORK";

/** The words before a command that run it in a new private network. `flags` are for `unshare`. */
export function newNetwork(...flags: string[]): string[] {
  return ["unshare", ...flags, "-Urn", "sh", "-c", `${MAKE_INTERFACES} && exec "$@"`, "-"];
}

/** The words before a command that run it in the network of a process. */
export function networkOf(pid: number): string[] {
  return ["nsenter", "--preserve-credentials", "-U", "-n", "-t", `${pid}`];
}

/**
 * The environment variables of a shell inside: {@linkcode openNetwork} finds the first one. Bash of
 * Debian and Ubuntu shows the second one before its prompt: `(eth1)`.
 */
export function markOf(project: string): Record<string, string> {
  return { [MARK]: project, debian_chroot: "eth1" };
}

/**
 * Tries to make a network, which ends at once.
 *
 * @returns Why this machine does not allow one; null if it does.
 */
export async function whyNoNetwork(): Promise<string | null> {
  const [program, ...args] = newNetwork();
  try {
    const command = new Deno.Command(program, { args: [...args, "true"], stdin: "null" });
    const { success, stderr } = await command.output();
    return success ? null : lenientText(stderr).trim().split("\n", 1)[0];
  } catch {
    return "it needs Linux and the programs unshare and nsenter (util-linux) and ip (iproute2)";
  }
}

/**
 * A process in the network that another terminal has opened for this project.
 *
 * @returns Its process id; null if no network is open.
 */
export function openNetwork(project: string): number | null {
  const own = namespaceOf("self");
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const variables = Deno.readTextFileSync(`/proc/${name}/environ`).split("\0");
      if (!variables.includes(`${MARK}=${project}`)) continue;
      if (namespaceOf(name) !== own) return Number(name);
    } catch {
      // The process has ended, or belongs to another user.
    }
  }
  return null;
}

/** The network namespace of a process, as `net:[4026531840]`. */
function namespaceOf(process: string): string {
  return Deno.readLinkSync(`/proc/${process}/ns/net`);
}
