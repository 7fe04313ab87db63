/**
 * Network errors as one sentence each: what was tried, what is wrong, what to do.
 *
 * @module
 */
import { showAddress } from "../terminal/show.ts";
import { Failure } from "./failure.ts";
import { runCommand } from "./invocation.ts";

/**
 * The failure for a missing permission; it names the command that grants it.
 *
 * @example
 * ```ts
 * try {
 *   Deno.networkInterfaces();
 * } catch (error) {
 *   throw permissionFailure(error);
 * }
 * ```
 */
export function permissionFailure(error: unknown): Failure {
  return new Failure(
    `Cannot use the network without permission; run: ${runCommand()}`,
    undefined,
    { cause: error },
  );
}

/**
 * Why listening failed.
 *
 * @example
 * ```ts
 * const addr = { hostname: "127.0.0.1", port: 3000 };
 * try {
 *   Deno.listen(addr);
 * } catch (error) {
 *   throw listenFailure(addr, error);
 * }
 * ```
 */
export function listenFailure(addr: { hostname: string; port: number }, error: unknown): Failure {
  return explain(error, `Cannot listen on ${showAddress(addr)}`, {
    EADDRINUSE: `the port is taken by another program; ` +
      `stop it, or pick another port with -p (-p 0 finds a free one)`,
    EADDRNOTAVAIL: addr.hostname.includes(":")
      ? `this machine does not have that address yet: it is still tentative, or its interface is ` +
        `down; try again, or pick another interface with -I`
      : `this machine does not have that address (any more), or its interface is down; ` +
        `bring it up, or pick another interface with -I`,
    EACCES: `ports below 1024 need privileges; pick a higher one with -p`,
  });
}

/**
 * Why connecting failed.
 *
 * @param program The client's name.
 * @param addr The address or host name that was tried.
 *
 * @example
 * ```ts
 * const addr = { hostname: "127.0.0.1", port: 3000 };
 * try {
 *   await Deno.connect(addr);
 * } catch (error) {
 *   throw connectFailure("client1", addr, error);
 * }
 * ```
 */
export function connectFailure(
  program: string,
  addr: { hostname: string; port: number },
  error: unknown,
): Failure {
  const server = program.replace("client", "server");
  if (addr.port === 0) {
    return new Failure(
      `Cannot connect to ${showAddress(addr)}: no server has port 0; give its port with -p`,
    );
  }
  return explain(error, `Cannot connect to ${showAddress(addr)}`, {
    ECONNREFUSED: `nothing is listening there (connection refused); ` +
      `start ${server} first, or check the port (-p) and the address (-I, -a)`,
    EADDRNOTAVAIL: `that address cannot be reached from here; check -I and -a`,
    EINVAL: `that address cannot be used alone; give its interface too, as in -a fe80::1%eth1`,
    ENETUNREACH: `there is no route to it; check -I and -a`,
    EHOSTUNREACH: `there is no route to it; check -I and -a`,
    ENOTFOUND: `there is no such host or address; ${adviceFor(addr.hostname)}`,
    ETIMEDOUT:
      `it does not answer; check the address (-I, -a) and the port (-p), and that the interface is up`,
    ECONNRESET: `it closed the connection at once; if ${server} has ended, start it again`,
  });
}

/** The advice for a host name that does not exist. */
function adviceFor(hostname: string): string {
  const [, host, port] = hostname.match(/^(?:\w+:\/\/)?\[?(.*?)\]?(?::(\d+))?\/?$/) ?? [];
  if (port !== undefined) return `give the address and the port apart: -a ${host} -p ${port}`;
  return host !== hostname ? `give it as -a ${host}` : "check -a";
}

function explain(error: unknown, tried: string, reasons: Record<string, string>): Failure {
  if (error instanceof Deno.errors.NotCapable) return permissionFailure(error);
  const code = codeOf(error);
  const reason = reasons[code] ?? `the system refuses it (${code})`;
  return new Failure(`${tried}: ${reason}`, undefined, { cause: error });
}

/** Codes for errors without one: Deno's names differ between its versions. */
const CODES: Record<string, string> = {
  TimedOut: "ETIMEDOUT",
  PermissionDenied: "EACCES",
  URIError: "ENOTFOUND", // a malformed host name
};
/** Codes of a failed name look-up, on any system. */
const LOOKUP_FAILED = /^(ENOTFOUND|EAI_\w+)$/;

/** The system's code for an error; its name if there is none. */
function codeOf(error: unknown): string {
  const { code, name, message } = error as { code?: unknown; name: string; message: string };
  if (typeof code === "string") return LOOKUP_FAILED.test(code) ? "ENOTFOUND" : code;
  if (/lookup address/.test(message)) return "ENOTFOUND";
  return CODES[name] ?? name;
}
