/**
 * Where the assignment is played: the addresses of lo and eth1, ports, and who
 * listens on them.
 *
 * @module
 */
import { within } from "./waiting.ts";

/** The loopback interface's address. */
export const LOOPBACK = "127.0.0.1";
/** The port of programs that take no options. */
export const DEFAULT_PORT = 3000;
/** Tells a grader in a private network that it was made for it. */
const MADE_FOR_US = "LAB_PRIVATE_NETWORK";

/** Free for everybody, and below those that systems give to clients. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const CONNECT_LIMIT_MS = 1_000;
/** How long a run in a private network has for its own end. */
const STOP_GRACE_MS = 1_000;
/** A run inside ends by itself sooner than this, whatever happens. */
const INSIDE_LIMIT_MS = 57_000;

let nextPort = FIRST_PORT +
  Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));

/** A port that nobody listens on, and that was not handed out before. */
export function freePort(): number {
  do nextPort = nextPort === LAST_PORT ? FIRST_PORT : nextPort + 1; while (!isFree(nextPort));
  return nextPort;
}

/** Whether nobody has a port. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "0.0.0.0", port }).close();
    return true;
  } catch {
    return false;
  }
}

/** This machine's IPv4 address on an interface, if it has both. */
export function addressOfInterface(name: string): string | undefined {
  return Deno.networkInterfaces().find((entry) => entry.name === name && entry.family === "IPv4")
    ?.address;
}

/** This machine's other IPv4 addresses: nobody should be met there. */
export function otherAddresses(address: string): string[] {
  const own = Deno.networkInterfaces()
    .filter(({ family }) => family === "IPv4").map(({ address }) => address);
  return [...new Set([...own, "127.0.0.2"])].filter((one) => one !== address);
}

/** Whether a connection is accepted there. The server takes it for a client. */
export async function accepts(hostname: string, port: number) {
  try {
    const conn = await within(
      Deno.connect({ hostname, port }),
      CONNECT_LIMIT_MS,
    );
    conn?.close();
    return conn !== undefined;
  } catch {
    return false;
  }
}

/**
 * The addresses that are listened on at a port, as the system sees them: asking
 * by a connection would be to be the one client of a server.
 *
 * @returns undefined where the system does not tell.
 */
export function listeners(port: number): string[] | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  });
  if (tables[0] === undefined) return undefined;
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return tables.flatMap((table) => table?.split("\n").slice(1) ?? [])
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === "0A" && local.endsWith(`:${wanted}`))
    .map(([, local]) => showKernelAddress(local.slice(0, -5)));
}

/** `0100007F` is 127.0.0.1: the kernel writes each 32-bit word in its own byte order. */
function showKernelAddress(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) =>
    word.match(/../g)!.reverse().map((byte) => parseInt(byte, 16))
  );
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.every((byte) => byte === 0)) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return `::${bytes[15]}`;
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff) {
    return bytes.slice(12).join(".");
  }
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")
    .match(/.{4}/g)!.join(":");
}

/** Whether a listener's address means every address of the machine. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** The interface that a wildcard listener is tied to with SO_BINDTODEVICE, if any. */
export function boundDevice(port: number): string | undefined {
  try {
    const { stdout } = new Deno.Command("ss", {
      args: ["-Hltn", `sport = :${port}`],
      stderr: "null",
    }).outputSync();
    return new TextDecoder().decode(stdout).match(/%(\S+):\d+\s/)?.[1];
  } catch {
    return undefined; // no ss: the connections that are tried will tell
  }
}

const SETUP = [
  "ip link set lo up",
  "ip link add eth1 type veth peer name eth1p", // `dummy` is not in every kernel
  "ip addr add 10.0.0.1/24 dev eth1",
  "ip link set eth1 up",
  "ip link set eth1p up",
  // Ports are free again at once, for servers that do not set SO_REUSEADDR.
  "{ echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets || true; } 2> /dev/null",
].join(" && ");

/** With processes of its own where that is allowed: then nothing can outlive it. */
const KINDS = [
  ["--fork", "--pid", "--kill-child", "--mount-proc"],
  [],
];

/** Whether this process runs in a network made by {@linkcode inPrivateNetwork}. */
export function isPrivateNetwork(): boolean {
  return Deno.env.has(MADE_FOR_US);
}

/**
 * Runs a script once more in a network of its own that has an eth1, 10.0.0.1, and
 * nothing else: no privileges are needed, and nothing gets out.
 *
 * @returns Its exit code, or why there cannot be such a network.
 */
export async function inPrivateNetwork(
  script: string,
  args: string[],
): Promise<number | string> {
  let reason = "";
  for (const kind of KINDS) {
    const unshare = ["-Urn", ...kind, "sh", "-c", `${SETUP} && exec "$@"`, "-"];
    try {
      const { code, stderr } = await new Deno.Command("unshare", {
        args: [...unshare, "true"],
        stdin: "null",
      }).output();
      if (code === 0) return await runInside(unshare, script, args);
      reason = new TextDecoder().decode(stderr).trim().split("\n", 1)[0];
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return reason;
}

async function runInside(
  unshare: string[],
  script: string,
  args: string[],
): Promise<number> {
  const child = new Deno.Command("unshare", {
    args: [...unshare, Deno.execPath(), "run", "--allow-all", script, ...args],
    env: { [MADE_FOR_US]: "1" },
  }).spawn();
  const stop = () => {
    // Ctrl+C on a terminal reaches the inner one as well; SIGTERM only this one.
    // With --kill-child the end of unshare is the end of all that it started.
    signal(child, "SIGTERM");
    setTimeout(() => signal(child, "SIGKILL"), STOP_GRACE_MS);
  };
  const stopped = onStop(stop);
  const watchdog = setTimeout(stop, INSIDE_LIMIT_MS);
  const { code } = await child.status;
  clearTimeout(watchdog);
  return stopped.exitCode ?? code;
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has ended.
  }
}

/**
 * Does something when this process is told to stop (SIGINT, SIGTERM).
 *
 * @returns The exit code that says so, once it was told.
 */
export function onStop(stop: () => void): { exitCode?: number } {
  const stopped: { exitCode?: number } = {};
  for (const [name, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    try {
      Deno.addSignalListener(name, () => {
        stopped.exitCode = exitCode;
        stop();
      });
    } catch {
      // Windows before Deno 2.8 has no SIGTERM to listen for.
    }
  }
  return stopped;
}
