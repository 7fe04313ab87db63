/**
 * Every error that a person can cause, as one sentence: what was tried, what is
 * wrong, what to do. The exit code stands beside it.
 *
 * @module
 */

/** Exit code: done. */
export const EXIT_DONE = 0;
/** Exit code: failed at run time. */
export const EXIT_FAILED = 1;
/** Exit code: wrong usage. */
export const EXIT_USAGE = 2;

/** An error whose message is meant for the person at the keyboard. */
export class Failure extends Error {
  override name = "Failure";
  /** @param message One sentence. @param exitCode What the program ends with. */
  constructor(
    message: string,
    readonly exitCode: number = EXIT_FAILED,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A wrong command line; the usage is shown with it. */
export class UsageError extends Failure {
  override name = "UsageError";
  constructor(message: string) {
    super(message, EXIT_USAGE);
  }
}

/** An address as the transcripts show it: `('127.0.0.1', 3000)`. */
export function showAddress(addr: { hostname: string; port: number }): string {
  return `('${addr.hostname}', ${addr.port})`;
}

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

/** An unforeseen error's message on one line, without a stack trace. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split("\n", 1)[0];
}
