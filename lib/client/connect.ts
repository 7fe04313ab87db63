/**
 * Connects to a server, within a deadline.
 *
 * @module
 */
import { connectFailure } from "../cli/network_failure.ts";

/** Deadline for an address that does not answer; the system's own is some minutes. */
const CONNECT_DEADLINE_MS = 10_000;

/**
 * The system's resolver. A variable, since Deno 2.4 downloads the types of Node's modules for a name
 * that stands in `import()` itself.
 */
const RESOLVER: string = "node:dns/promises";
/** The part of the resolver that is used. */
interface Resolver {
  lookup(
    hostname: string,
    options: { all: true; verbatim: true },
  ): Promise<{ address: string; family: number }[]>;
}

/**
 * Connects to a server. If a host has several addresses, each is tried in the system's order.
 *
 * @param program The client's name, for the error message.
 * @param addr The server's address or host name.
 * @throws {Failure} If no address can be connected to.
 *
 * @example
 * ```ts
 * const conn = await connect("client1", { hostname: "127.0.0.1", port: 3000 });
 * conn.close();
 * ```
 */
export async function connect(
  program: string,
  addr: { hostname: string; port: number },
): Promise<Deno.TcpConn> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Deno.errors.TimedOut("it does not answer")),
      CONNECT_DEADLINE_MS,
    );
  });
  try {
    const conn = await Promise.race([connectToAny(addr), late]);
    conn.setNoDelay(true);
    conn.setKeepAlive(true); // finds a vanished server after two hours
    return conn;
  } catch (error) {
    throw connectFailure(program, addr, error);
  } finally {
    clearTimeout(timer);
  }
}

async function connectToAny(addr: { hostname: string; port: number }): Promise<Deno.TcpConn> {
  let refused: unknown;
  try {
    return await Deno.connect(addr);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error; // otherwise Deno asks a second time
    refused = error;
  }
  for (const hostname of await addressesOf(addr.hostname)) {
    try {
      return await Deno.connect({ ...addr, hostname });
    } catch {
      // The message names the first address's error.
    }
  }
  throw refused;
}

/** All addresses of a host name: Deno 2.4 connects to the first only. */
async function addressesOf(hostname: string): Promise<string[]> {
  if (/^[\d.]+$|:/.test(hostname)) return []; // an address, or not a host name
  // Otherwise Deno 2.4 prints a deprecation warning about its own module.
  (globalThis as unknown as { process: { noDeprecation: boolean } }).process.noDeprecation = true;
  const { lookup }: Resolver = await import(RESOLVER); // takes 20 ms to load
  const found = await lookup(hostname, { all: true, verbatim: true }).catch(() => []);
  return found.map(({ address }) => address);
}
