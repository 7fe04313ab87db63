/**
 * Connecting to a server, with an end to the wait.
 *
 * @module
 */
import { connectFailure } from "../cli/network_failure.ts";

/** An address where nobody answers: give up before the system does, minutes later. */
const CONNECT_DEADLINE_MS = 10_000;

/**
 * Connects to a server.
 *
 * @param program The client's name, for the sentence if it fails.
 * @param addr The server's address.
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
    const conn = await Promise.race([Deno.connect(addr), late]);
    conn.setNoDelay(true);
    return conn;
  } catch (error) {
    throw connectFailure(program, addr, error);
  } finally {
    clearTimeout(timer);
  }
}
