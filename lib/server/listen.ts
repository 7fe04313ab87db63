/**
 * Listening on an interface's address, alone or with other threads.
 *
 * @module
 */
import { hostnameOf } from "../cli/interfaces.ts";
import { listenFailure } from "../cli/network_failure.ts";

/**
 * Listens on the address of an interface.
 *
 * @param program The program's name, for the sentence if it fails.
 * @param where The interface's name and the port; 0 picks a free one.
 * @param shared Whether other threads of this program will listen there too.
 * @throws {Failure} If that is not possible.
 */
export function listen(
  program: string,
  where: { interface: string; port: number },
  shared: boolean,
): Deno.TcpListener {
  const addr = { hostname: hostnameOf(program, where.interface), port: where.port };
  try {
    if (!shared) return Deno.listen(addr);
    // SO_REUSEPORT would let a second program in unnoticed: ask for the port without it first.
    const probe = Deno.listen(addr);
    const { port } = probe.addr;
    probe.close();
    return Deno.listen({ ...addr, port, reusePort: true });
  } catch (error) {
    throw listenFailure(program, addr, error);
  }
}
