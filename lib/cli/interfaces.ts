/**
 * The machine's network interfaces: which address a name stands for.
 *
 * @module
 */
import { Failure } from "./failure.ts";
import { permissionFailure } from "./network_failure.ts";

/** The name that always means the loopback interface, whatever the system calls it. */
export const LOOPBACK = "lo";

/** The interface that the assignment has server2 on. */
const LAB_INTERFACE = "eth1";

/** One address of one interface, as `Deno.networkInterfaces()` lists it. */
export type InterfaceAddress = Pick<
  Deno.NetworkInterfaceInfo,
  "name" | "family" | "address"
>;

/**
 * The address to listen on or connect to for an interface: IPv4 first, else
 * IPv6, and one that is good beyond its own link if there is one.
 *
 * @param name What `-I` was given; `lo` is the loopback interface everywhere.
 * @param all The machine's list.
 * @throws {Failure} If there is no such interface, or it has no address: the
 * sentence lists those there are.
 */
export function addressOf(
  name: string,
  all: InterfaceAddress[],
): string {
  const own = all.filter(
    name === LOOPBACK ? isLoopback : (entry) => entry.name === name,
  );
  const address = own.find((entry) => entry.family === "IPv4") ??
    own.find((entry) => !isLinkLocal(entry)) ?? own[0];
  if (address === undefined) {
    throw new Failure(
      `Cannot find the interface "${name}": this machine has ${list(all)}; ` +
        `pick one with -I (-I ${LOOPBACK} works everywhere)${howToMake(name)}`,
    );
  }
  return address.address;
}

/**
 * The address of an interface of this machine, for a program.
 *
 * @throws {Failure} If there is none, or Deno may not look.
 */
export function hostnameOf(program: string, name: string): string {
  try {
    return addressOf(name, Deno.networkInterfaces());
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw permissionFailure(program, error);
  }
}

/** For the lab's own interface, the commands that make one in a private network. */
function howToMake(name: string): string {
  if (name !== LAB_INTERFACE || Deno.build.os !== "linux") return "";
  return `, or make one: run "unshare -Urn", then in there ` +
    `"ip link set lo up; ip link add ${name} type veth peer name ${name}p", ` +
    `"ip addr add 10.0.0.1/24 dev ${name}; ip link set ${name} up; ip link set ${name}p up"`;
}

function list(all: InterfaceAddress[]): string {
  const addresses = new Map<string, string[]>();
  for (const { name, address } of all) {
    addresses.set(name, [...addresses.get(name) ?? [], address]);
  }
  if (addresses.size === 0) return "none with an address";
  return [...addresses].map(([name, own]) => `${name} (${own.join(", ")})`)
    .join(", ");
}

function isLoopback({ family, address }: InterfaceAddress): boolean {
  return family === "IPv4" ? address.startsWith("127.") : address === "::1";
}

function isLinkLocal({ address }: InterfaceAddress): boolean {
  return /^fe[89ab]/i.test(address);
}
