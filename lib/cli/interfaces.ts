/**
 * The machine's network interfaces: finds the address of a named interface.
 *
 * @module
 */
import { Failure } from "./failure.ts";
import { taskCommand } from "./invocation.ts";
import { permissionFailure } from "./network_failure.ts";

/** The name of the loopback interface in this lab; some systems use another name for it. */
export const LOOPBACK = "lo";

/** The interface of server2 in the assignment. */
const LAB_INTERFACE = "eth1";

/** An address that interfaces rarely have: probing it shows whether an interface exists. */
const ANY_LINK_LOCAL = "fe80::1";

/** One address of one interface, as `Deno.networkInterfaces()` lists it. */
export type InterfaceAddress =
  & Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address">
  & { scopeid?: number | null };

/**
 * Asks the kernel about a name that is not in its list of addresses.
 *
 * @returns Whether the interface `name` has the link-local address; null if no interface has that
 * name; undefined if the system gives no answer.
 */
export type InterfaceProbe = (name: string, address: string) => boolean | null | undefined;

/**
 * The address to listen on or connect to for an interface: IPv4 first, then IPv6, then link-local
 * addresses. A link-local IPv6 address has its zone, without which it cannot be used: `fe80::1%eth1`.
 *
 * @param name The value of `-I`: an interface's name, the label of one of its addresses, an
 * alternative name, or `eth1@eth1p` as `ip link` prints it. `lo` is the loopback interface everywhere.
 * @param all The machine's list.
 * @param probe Asks the kernel; by default it gives no answer.
 * @throws {Failure} If the interface has no address or does not exist. The message lists the
 * machine's interfaces.
 *
 * @example
 * ```ts
 * addressOf("eth1", [
 *   { name: "eth1", family: "IPv6", address: "fe80::1", scopeid: 2 },
 *   { name: "eth1", family: "IPv4", address: "10.0.0.1" },
 * ]); // "10.0.0.1"
 * ```
 */
export function addressOf(
  name: string,
  all: InterfaceAddress[],
  probe: InterfaceProbe = () => undefined,
): string {
  const own = addressesOf(name, all, probe);
  const best = own.toSorted((a, b) => rank(a) - rank(b))[0]; // equal ranks keep their order
  if (best !== undefined) return withZone(best);
  const exists = typeof probe(deviceName(name), ANY_LINK_LOCAL) === "boolean";
  throw exists ? noAddress(name, all) : noInterface(name, all);
}

/**
 * The address of an interface of this machine, chosen by {@linkcode addressOf}.
 *
 * @throws {Failure} If there is none, or the permission to list interfaces is missing.
 *
 * @example
 * ```ts
 * const listener = Deno.listen({ hostname: hostnameOf("lo"), port: 0 }); // 127.0.0.1
 * ```
 */
export function hostnameOf(name: string): string {
  return addressOf(name, machineAddresses(), probeInterface);
}

/**
 * A note on an address that the name does not suggest: a link-local one, or one that this machine
 * lists under another name; undefined for the usual address.
 *
 * @param name The value of `-I`.
 * @param hostname The result of {@linkcode hostnameOf} for it.
 */
export function unusualAddress(name: string, hostname: string): string | undefined {
  const entry = machineAddresses().find((one) => withZone(one) === hostname);
  if (isLinkLocal(hostname)) return `"${name}" has only this link-local address`;
  if (entry === undefined || entry.name === name || name === LOOPBACK) return undefined;
  return `this machine lists the address under the name "${entry.name}"`;
}

/**
 * The zone of an address, with its percent sign; empty if it has none.
 *
 * @example
 * ```ts
 * zoneOf("fe80::1%eth1"); // "%eth1"
 * zoneOf("10.0.0.1"); // ""
 * ```
 */
export function zoneOf(hostname: string): string {
  return hostname.match(/%.*$/)?.[0] ?? "";
}

/**
 * A peer's address; a link-local one gets the zone of the connection.
 *
 * @example
 * ```ts
 * inZone({ transport: "tcp", hostname: "fe80::1", port: 3000 }, "%eth1").hostname; // fe80::1%eth1
 * ```
 */
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
    `Cannot use the interface "${name}": it exists, but it is down or has no address; ` +
      `bring it up ("ip link set ${name} up") and give it one ` +
      `("ip addr add ${address} dev ${name}"); if it is an alternative name, give the first one that ` +
      `"ip link" shows; this machine has ${list(all)}${pick(all)}`,
  );
}

function machineAddresses(): InterfaceAddress[] {
  try {
    return Deno.networkInterfaces();
  } catch (error) {
    throw permissionFailure(error);
  }
}

/** The addresses of a named interface. */
function addressesOf(
  name: string,
  all: InterfaceAddress[],
  probe: InterfaceProbe,
): InterfaceAddress[] {
  if (name === LOOPBACK) return all.filter(isLoopback);
  const device = deviceName(name);
  const own = all.filter((entry) =>
    entry.name === name || entry.name === device || isLabel(entry.name, device, probe)
  );
  if (own.length > 0) return own;
  // An alternative name is in no list, but the kernel accepts it as a zone.
  const alias = all.find((entry) =>
    entry.family === "IPv6" && isLinkLocal(entry.address) && probe(device, entry.address) === true
  );
  return alias === undefined ? [] : addressesOf(alias.name, all, probe);
}

/** `ip link` prints the name of a veth or VLAN interface with its peer: `eth1@eth1p`. */
function deviceName(name: string): string {
  return name.replace(/@.*$/, "");
}

/**
 * Whether a listed name is the label of one of the interface's IPv4 addresses. Linux lists such an
 * address under its label, which begins with the interface's name: `eth1:lab`, `eth1lab`.
 */
function isLabel(listed: string, device: string, probe: InterfaceProbe): boolean {
  return listed.startsWith(`${device}:`) ||
    (listed.startsWith(device) && probe(listed, ANY_LINK_LOCAL) === null);
}

/**
 * Listens for a moment on a link-local address in the zone `name`: the kernel refuses an address
 * that the interface does not have, and the resolver refuses a name that no interface has.
 */
function probeInterface(name: string, address: string): boolean | null | undefined {
  // The kernel ignores a colon and what follows it: a label is no interface.
  if (Deno.build.os !== "linux" || !/^[\w.-]+$/.test(name)) return undefined;
  try {
    Deno.listen({ hostname: `${address}%${name}`, port: 0 }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrNotAvailable) return false;
    return error instanceof Error && /lookup address/.test(error.message) ? null : undefined;
  }
}

/** For eth1: advice on how to get a private network that has one. */
function howToMake(name: string): string {
  if (deviceName(name) !== LAB_INTERFACE || Deno.build.os !== "linux") return "";
  const task = taskCommand("eth1");
  return task === null
    ? `, or make one in a private network: "unshare -Urn" opens a shell; run in it ` +
      `"ip link set lo up; ip link add eth1 type veth peer name eth1p; ` +
      `ip addr add 10.0.0.1/24 dev eth1; ip link set eth1 up; ip link set eth1p up", then the server ` +
      `with "&" at the end, then the client`
    : `, or run "${task}" in each terminal: it opens a shell that has an eth1`;
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
