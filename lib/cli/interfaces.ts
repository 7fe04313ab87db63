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
export type InterfaceAddress =
  & Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address">
  & { scopeid?: number | null };

/**
 * The address to listen on or connect to for an interface: IPv4 first, else
 * IPv6, and link-local ones last. A link-local IPv6 address comes with its zone,
 * without which it cannot be used: `fe80::1%eth1`.
 *
 * @param name What `-I` was given; `lo` is the loopback interface everywhere.
 * @param all The machine's list.
 * @param exists Whether an interface is there that has no address, and so is not listed.
 * @throws {Failure} If it has no address, or is not there: the sentence lists those there are.
 */
export function addressOf(
  name: string,
  all: InterfaceAddress[],
  exists: (name: string) => boolean = () => false,
): string {
  const own = all.filter(name === LOOPBACK ? isLoopback : (entry) => entry.name === name);
  const best = own.sort((a, b) => rank(a) - rank(b))[0]; // equals stay in their order
  if (best !== undefined) return withZone(best);
  throw exists(name) ? noAddress(name, all) : noInterface(name, all);
}

/**
 * The address of an interface of this machine, as {@linkcode addressOf} has it.
 *
 * @throws {Failure} If there is none, or Deno may not look.
 */
export function hostnameOf(name: string): string {
  let all: InterfaceAddress[];
  try {
    all = Deno.networkInterfaces();
  } catch (error) {
    throw permissionFailure(error);
  }
  return addressOf(name, all, existsWithoutAddress);
}

/** The zone of an address: `%eth1` of `fe80::1%eth1`, nothing of most. */
export function zoneOf(hostname: string): string {
  return hostname.match(/%.*$/)?.[0] ?? "";
}

/** A peer's address with the zone that it was reached in, if it is link-local. */
export function inZone(addr: Deno.NetAddr, zone: string): Deno.NetAddr {
  return zone !== "" && isLinkLocal(addr.hostname) && zoneOf(addr.hostname) === ""
    ? { ...addr, hostname: addr.hostname + zone }
    : addr;
}

function noInterface(name: string, all: InterfaceAddress[]): Failure {
  return new Failure(
    `Cannot find the interface "${name}": this machine has ${list(all)}${pick(all)}` +
      howToMake(name),
  );
}

function noAddress(name: string, all: InterfaceAddress[]): Failure {
  const address = name === LOOPBACK ? "127.0.0.1/8" : "10.0.0.1/24";
  return new Failure(
    `Cannot use the interface "${name}": it is there, but it is down or has no address; ` +
      `bring it up ("ip link set ${name} up") and give it one ` +
      `("ip addr add ${address} dev ${name}"); this machine has ${list(all)}${pick(all)}`,
  );
}

/**
 * Whether there is such an interface though it has no address: a link-local
 * address in its zone is then one that the machine does not have; else the zone is unknown.
 */
function existsWithoutAddress(name: string): boolean {
  if (Deno.build.os !== "linux" || !/^[\w.-]+$/.test(name)) return false;
  try {
    Deno.listen({ hostname: `fe80::1%${name}`, port: 0 }).close();
    return true;
  } catch (error) {
    return error instanceof Deno.errors.AddrNotAvailable;
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
  for (const entry of all) {
    addresses.set(entry.name, [...addresses.get(entry.name) ?? [], withZone(entry)]);
  }
  if (addresses.size === 0) return "none with an address";
  return [...addresses].map(([name, own]) => `${name} (${own.join(", ")})`).join(", ");
}

function pick(all: InterfaceAddress[]): string {
  if (all.length === 0) return "";
  return all.some(isLoopback)
    ? `; pick one with -I (-I ${LOOPBACK} works everywhere)`
    : "; pick one with -I";
}

function rank({ family, address }: InterfaceAddress): number {
  return (isLinkLocal(address) ? 2 : 0) + (family === "IPv4" ? 0 : 1);
}

function withZone({ name, family, address, scopeid }: InterfaceAddress): string {
  if (family !== "IPv6" || !isLinkLocal(address)) return address;
  return `${address}%${Deno.build.os === "windows" ? scopeid ?? name : name}`;
}

function isLoopback({ family, address }: InterfaceAddress): boolean {
  return family === "IPv4" ? address.startsWith("127.") : address === "::1";
}

function isLinkLocal(address: string): boolean {
  return /^(fe[89ab]|169\.254\.)/i.test(address);
}
