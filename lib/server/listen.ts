/**
 * Listening on an address, alone or with other threads.
 *
 * @module
 */
import { listenFailure } from "../cli/network_failure.ts";

/** A new IPv6 address is tentative for a second or two; until then nothing can listen on it. */
const TENTATIVE_MS = 3_000;
const TENTATIVE_POLL_MS = 100;

/** An address to listen on. */
interface Address {
  hostname: string;
  port: number;
}

/** Asks for the permission to listen. Otherwise Deno would ask in `listen()`. */
export function askForNetwork(hostname: string, port: number): void {
  const host = hostname.includes(":") ? `[${hostname.replace(/%.*/, "")}]` : hostname;
  Deno.permissions.requestSync({ name: "net", host: `${host}:${port}` });
}

/**
 * Listens on an address.
 *
 * @param addr The address; port 0 picks a free one.
 * @param shared Whether other threads of this program will listen on the same port.
 * @throws {Failure} If that is not possible.
 */
export async function listen(addr: Address, shared: boolean): Promise<Deno.TcpListener> {
  for (const endAt = performance.now() + TENTATIVE_MS;;) {
    try {
      return shared ? listenShared(addr) : Deno.listen(addr);
    } catch (error) {
      const tentative = addr.hostname.includes(":") &&
        error instanceof Deno.errors.AddrNotAvailable;
      if (!tentative || performance.now() > endAt) throw listenFailure(addr, error);
    }
    await new Promise((resolve) => setTimeout(resolve, TENTATIVE_POLL_MS));
  }
}

function listenShared(addr: Address): Deno.TcpListener {
  // With SO_REUSEPORT a second program could use the same port: try without it first.
  const probe = Deno.listen(addr);
  const { port } = probe.addr;
  probe.close();
  return Deno.listen({ ...addr, port, reusePort: true });
}
