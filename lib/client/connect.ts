/**
 * Connecting to a server, with an end to the wait.
 *
 * @module
 */
import { connectFailure } from "../cli/network_failure.ts";

/** An address where nobody answers: give up before the system does, minutes later. */
const CONNECT_DEADLINE_MS = 10_000;

/** The system's own look-up. Not named where it is imported: Deno 2.4 would fetch types for it. */
const RESOLVER: string = "node:dns/promises";
/** What is used of it. */
interface Resolver {
  lookup(
    hostname: string,
    options: { all: true; verbatim: true },
  ): Promise<{ address: string; family: number }[]>;
}

/**
 * Connects to a server. Of a host's addresses each is tried, in the system's order.
 *
 * @param program The client's name, for the sentence if it fails.
 * @param addr The server's address, or its host's name.
 * @throws {Failure} If nobody answers there.
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
    conn.setKeepAlive(true); // a server that vanishes is noticed, if late
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
    refused = error;
  }
  for (const hostname of await addressesOf(addr.hostname)) {
    try {
      return await Deno.connect({ ...addr, hostname });
    } catch {
      // The first one's reason is the one that is told.
    }
  }
  throw refused;
}

/** All addresses of a host, if it was given by its name: Deno 2.4 connects to the first alone. */
async function addressesOf(hostname: string): Promise<string[]> {
  if (/^[\d.]+$|:/.test(hostname)) return []; // an address, or nothing that could have one
  // Else Deno 2.4 says on stderr that its own module imports something deprecated.
  (globalThis as unknown as { process: { noDeprecation: boolean } }).process.noDeprecation = true;
  const { lookup }: Resolver = await import(RESOLVER); // takes 20 ms to load
  const found = await lookup(hostname, { all: true, verbatim: true }).catch(() => []);
  return found.map(({ address }) => address);
}
