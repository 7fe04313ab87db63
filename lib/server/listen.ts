/**
 * Listening on an interface's address, alone or with other threads.
 *
 * @module
 */
import { hostnameOf } from "../cli/interfaces.ts";
import { listenFailure } from "../cli/network_failure.ts";

/** An IPv6 address is tentative, and cannot be used, for a second or two after it was given. */
const TENTATIVE_MS = 3_000;
const TENTATIVE_POLL_MS = 100;

/** Where to listen. */
interface Address {
  hostname: string;
  port: number;
}

/**
 * Listens on the address of an interface.
 *
 * @param where The interface's name and the port; 0 picks a free one.
 * @param shared Whether other threads of this program will listen there too.
 * @returns The listener, and the address's name with its zone.
 * @throws {Failure} If that is not possible.
 */
export async function listen(
  where: { interface: string; port: number },
  shared: boolean,
): Promise<{ listener: Deno.TcpListener; hostname: string }> {
  const hostname = hostnameOf(where.interface);
  const addr = { hostname, port: where.port };
  for (const endAt = performance.now() + TENTATIVE_MS;;) {
    try {
      return { listener: shared ? listenShared(addr) : Deno.listen(addr), hostname };
    } catch (error) {
      const tentative = hostname.includes(":") && error instanceof Deno.errors.AddrNotAvailable;
      if (!tentative || performance.now() > endAt) throw listenFailure(addr, error);
    }
    await new Promise((resolve) => setTimeout(resolve, TENTATIVE_POLL_MS));
  }
}

function listenShared(addr: Address): Deno.TcpListener {
  // SO_REUSEPORT would let a second program in unnoticed: ask for the port without it first.
  const probe = Deno.listen(addr);
  const { port } = probe.addr;
  probe.close();
  return Deno.listen({ ...addr, port, reusePort: true });
}
