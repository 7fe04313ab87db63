/**
 * Why the network refused something, as one sentence: what was tried, what is
 * wrong, what to do.
 *
 * @module
 */
import { oneLine, showAddress } from "../terminal/show.ts";
import { EXIT_FAILED, Failure } from "./failure.ts";

/** What a program needs to be allowed, as `deno run` takes it. */
const PERMISSIONS = "--allow-net --allow-sys=networkInterfaces";

/** Deno refused something: the command that would have worked. */
export function permissionFailure(program: string, error: unknown): Failure {
  return new Failure(
    `Cannot use the network without permission; run: deno run ${PERMISSIONS} ${program}.ts`,
    EXIT_FAILED,
    { cause: error },
  );
}

/** Why listening failed. */
export function listenFailure(
  program: string,
  addr: { hostname: string; port: number },
  error: unknown,
): Failure {
  const tried = `Cannot listen on ${showAddress(addr)}`;
  return explain(program, error, tried, {
    AddrInUse: `the port is taken by another program; ` +
      `stop it, or pick another port with -p (-p 0 finds a free one)`,
    AddrNotAvailable:
      `this machine does not have that address (any more); pick another interface with -I`,
    PermissionDenied: `ports below 1024 need privileges; pick a higher one with -p`,
  });
}

/** Why connecting failed. */
export function connectFailure(
  program: string,
  addr: { hostname: string; port: number },
  error: unknown,
): Failure {
  const tried = `Cannot connect to ${showAddress(addr)}`;
  const server = program.replace("client", "server");
  return explain(program, error, tried, {
    ConnectionRefused: `nothing is listening there; ` +
      `start ${server} first, or check the port (-p) and the address (-I, -a)`,
    AddrNotAvailable: `that address cannot be reached from here; check -I and -a`,
    NetworkUnreachable: `there is no route to it; check -I and -a`,
    HostUnreachable: `there is no route to it; check -I and -a`,
    RangeError: `no server has port 0; give its port with -p`,
    Error: `there is no such address; check -a`, // what a failed look-up throws
    TimedOut: `it does not answer; check the address (-I, -a) and the port (-p)`,
    ConnectionReset: `it hung up at once; start ${server} again if it is gone`,
  });
}

function explain(
  program: string,
  error: unknown,
  tried: string,
  reasons: Record<string, string>,
): Failure {
  if (error instanceof Deno.errors.NotCapable) {
    return permissionFailure(program, error);
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new Failure(
    `${tried}: ${reasons[name] ?? oneLine(message)}`,
    EXIT_FAILED,
    {
      cause: error,
    },
  );
}
