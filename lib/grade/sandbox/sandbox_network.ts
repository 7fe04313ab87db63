/**
 * A network of its own for a box: lo, eth1, and every IPv4 address there is, so
 * that a student's own address works too. Nothing leads out of it but the line's
 * two ends.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";
import { Failure } from "../../cli/failure.ts";
import { isWildcard, type Listening } from "./listening.ts";
import { within } from "./waiting.ts";
import { type Sandbox, startHelper, startHolder, stopHelper } from "./sandbox.ts";

/** The address of eth1 in every box. */
export const ETH1 = "10.0.0.1";
const SOCKET_LIMIT_MS = 2_000;
/** What a helper says first is enough. */
const MAX_SAID_CHARS = 4_096;
/** A direction of a connection that was closed leaves the other open this long. */
const HALF_OPEN_S = 60;

const SETUP = [
  "ip -batch - <<'END'",
  "link set lo up",
  "link add eth1 type veth peer name eth1p", // `dummy` is not in every kernel
  `addr add ${ETH1}/24 dev eth1 noprefixroute`, // its neighbours are addresses of this machine too
  "link set eth1 up",
  "link set eth1p up",
  "route add local 0.0.0.0/0 dev lo",
  "END",
  // A server without SO_REUSEADDR can be started again at once, and port 789 is free for all.
  "echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets",
  "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start",
  "echo ready",
  "exec cat > /dev/null",
].join("\n");

/** Where a server is met from inside its network. */
function reach({ address, port, device }: Listening): string {
  const host = isWildcard(address) ? (device === "eth1" ? ETH1 : "127.0.0.1") : address;
  const where = host.includes(":") ? `TCP6:[${host}]:${port}` : `TCP4:${host}:${port}`;
  return `${where},nodelay${device ? `,so-bindtodevice=${device}` : ""}`;
}

/** A network of its own. */
export class SandboxNetwork {
  #sandbox: Sandbox;
  #holder: Deno.ChildProcess;
  #helpers: Deno.ChildProcess[] = [];
  #sockets = 0;

  private constructor(sandbox: Sandbox, holder: Deno.ChildProcess) {
    this.#sandbox = sandbox;
    this.#holder = holder;
  }

  /** Makes one. */
  static async open(sandbox: Sandbox): Promise<SandboxNetwork> {
    const holder = await startHolder([...sandbox.enter, "unshare", "-n", "sh", "-c", SETUP]);
    if (!holder) throw new Failure("Cannot make a box: this machine refuses a network of its own");
    return new SandboxNetwork(sandbox, holder);
  }

  /** The words that let a command see this network and the submission's disk. */
  get enter(): string[] {
    return ["nsenter", "-t", `${this.#holder.pid}`, ...this.#sandbox.enterUser, "-m", "-n"];
  }

  /** Who listens here. It is asked by `ss`: /proc takes longer, and tells of no interface. */
  async listening(): Promise<Listening[]> {
    const child = startHelper([...this.enter, "ss", "-Hltn"], "null", "piped");
    const { stdout } = await child.output();
    return lenientText(stdout).split("\n").flatMap((line) => {
      const local = line.trim().split(/\s+/)[3] ?? "";
      const match = local.match(/^(.*?)(?:%([\w.-]+))?:(\d+)$/);
      if (!match) return [];
      const bare = match[1].replace(/^\[|\]$/g, "").replace(/^::ffff:/, "");
      const address = bare === "*" ? "::" : bare;
      return [{ address, port: Number(match[3]), ...match[2] && { device: match[2] } }];
    });
  }

  /** Starts the server's end of the line. @returns How the grader meets the server there. */
  async serverEnd(where: Listening): Promise<() => Promise<Deno.UnixConn>> {
    const socket = this.#sandbox.socket(`${this.#holder.pid}.${this.#sockets++}`);
    const socat = this.#help(`UNIX-LISTEN:${socket.inside},fork,backlog=64`, reach(where));
    await within(says(socat, "listening on"), SOCKET_LIMIT_MS);
    return () => Deno.connect({ transport: "unix", path: socket.outside });
  }

  /**
   * Starts the client's end of the line, on every address.
   *
   * @returns What accepts its connections.
   */
  async clientEnd(port: number): Promise<Deno.UnixListener> {
    const socket = this.#sandbox.socket(`${this.#holder.pid}.${this.#sockets++}`);
    const listener = Deno.listen({ transport: "unix", path: socket.outside });
    const options = "ipv6-v6only=0,fork,reuseaddr,backlog=64,nodelay";
    const socat = this.#help(`TCP6-LISTEN:${port},${options}`, `UNIX-CONNECT:${socket.inside}`);
    await within(says(socat, "listening on"), SOCKET_LIMIT_MS);
    return listener;
  }

  /** Ends everything in it that is the grader's. */
  async close(): Promise<void> {
    await Promise.all([...this.#helpers, this.#holder].map(stopHelper));
  }

  #help(from: string, to: string): Deno.ChildProcess {
    const socat = ["setpriv", "--pdeathsig", "KILL", "socat", "-dd", `-t${HALF_OPEN_S}`, from, to];
    const words = [...this.enter, this.#sandbox.enterTree, ...socat];
    const child = startHelper(words, "null", "null", "piped");
    this.#helpers.push(child);
    return child;
  }
}

/** Waits until a command has said something on stderr; all else that it says is read and left. */
function says(child: Deno.ChildProcess, what: string): Promise<void> {
  return new Promise((resolve) => {
    let said = "";
    const listen = new WritableStream<Uint8Array>({
      write: (chunk) => {
        if (said.length < MAX_SAID_CHARS) said += lenientText(chunk);
        if (said.includes(what)) resolve();
      },
    });
    child.stderr.pipeTo(listen).then(() => resolve(), () => resolve());
  });
}
