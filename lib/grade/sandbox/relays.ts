/**
 * The relays of a network: they carry connections between its programs and the grader's proxy.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import type { HolderShell } from "./helpers.ts";
import { children, hasEnded, innerPid, killTree } from "./proc.ts";
import { isWildcard, type Listening, listeningIn, listensAt } from "./sockets.ts";
import { MAX_CONNECTIONS } from "./recording_proxy.ts";
import { MOUNT, type Sandbox } from "./sandbox.ts";
import { until } from "./waiting.ts";
import { READY_LIMIT_MS } from "./limits.ts";

/** The address of eth1 in every sandbox. */
export const ETH1 = "10.0.0.1";
/** After one direction of a connection is closed, socat keeps the other open for this long. */
const HALF_OPEN_S = 60;
/** Connections at once at the server's end of the proxy; socat starts a process for each. */
const MAX_RELAYS = 32;
/** The same at the client's end: one more than a client may open, so that the proxy sees the excess. */
const MAX_CLIENT_RELAYS = MAX_CONNECTIONS + 1;

/** The relay of the client's end of the proxy. */
interface ClientRelay {
  port: number;
  pid: number;
  /** The path of the unix socket to which it carries connections. */
  outside: string;
  /** Whether the client that runs now uses it. */
  isUsed: boolean;
}

/** The relays of one network. The relay of the client's end is kept for the next client there. */
export class Relays {
  #count = 0;
  #kept: ClientRelay | undefined;

  /**
   * Starts no relay yet.
   *
   * @param network The process ID of that shell: relays are its children.
   * @param name A name that is unique among the networks.
   */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly shell: HolderShell,
    private readonly network: number,
    private readonly name: string,
  ) {}

  /** The process of the relay that the next client can use; undefined if there is none. */
  get kept(): number | undefined {
    return this.#kept?.pid;
  }

  /** Starts the server's end of the proxy. @returns Connects to the server. */
  async serverEnd(where: Listening): Promise<() => Promise<Deno.UnixConn>> {
    const { inside, outside } = this.#socket();
    await this.#start(
      `UNIX-LISTEN:${inside},fork,backlog=64,max-children=${MAX_RELAYS}`,
      addressOf(where),
    );
    await ready(() => listensAt(`/proc/${this.network}/net`, inside));
    return () => Deno.connect({ transport: "unix", path: outside });
  }

  /** Opens the client's end of the proxy, on every address. @returns What accepts its connections. */
  async clientEnd(port: number): Promise<Deno.UnixListener> {
    const kept = this.#kept;
    if (kept?.port === port && !hasEnded(kept.pid)) {
      kept.isUsed = true;
      return this.#listenAt(kept.outside);
    }
    await this.endUnused();
    const { inside, outside } = this.#socket();
    const listener = this.#listenAt(outside);
    const options =
      `ipv6-v6only=0,fork,reuseaddr,backlog=64,nodelay,max-children=${MAX_CLIENT_RELAYS}`;
    const pid = await this.#start(`TCP6-LISTEN:${port},${options}`, `UNIX-CONNECT:${inside}`);
    await ready(() => this.#listens(port));
    this.#kept ??= { port, pid, outside, isUsed: true };
    return listener;
  }

  /** Whether no connection is carried at the client's end. */
  get isIdle(): boolean {
    return this.#kept === undefined || children(this.#kept.pid).length === 0;
  }

  /** Ends the connections of a client that has ended. */
  clear(): void {
    if (!this.#kept) return;
    const { pid } = this.#kept;
    const connections = children(pid);
    // At the limit, connections may wait in the accept queue: the next client would get them.
    if (connections.length >= MAX_CONNECTIONS) {
      killTree(pid);
      this.#kept = undefined;
      return;
    }
    connections.forEach(killTree);
    this.#kept.isUsed = false;
  }

  /** Ends an unused relay: its port must be free for the next program. */
  async endUnused(): Promise<void> {
    if (this.#kept?.isUsed !== false) return;
    const { pid, port } = this.#kept;
    this.#kept = undefined;
    killTree(pid);
    await ready(() => !this.#listens(port));
  }

  /** Listens at a path. A rename replaces the old listener, which may still remove its own path. */
  #listenAt(path: string): Deno.UnixListener {
    const fresh = this.#socket().outside;
    const listener = Deno.listen({ transport: "unix", path: fresh });
    Deno.renameSync(fresh, path);
    return listener;
  }

  #listens(port: number): boolean {
    // It listens on IPv6 alone, which takes IPv4 connections too.
    return listeningIn(`/proc/${this.network}/net`, ["tcp6"]).some((one) => one.port === port);
  }

  #socket(): { inside: string; outside: string } {
    const inside = `${MOUNT}/run/${this.name}.${this.#count++}`;
    return { inside, outside: this.sandbox.outside(inside) };
  }

  /** Starts a relay outside the cgroup: the limits of a program do not end it. @returns Its process ID. */
  async #start(from: string, to: string): Promise<number> {
    const said = await this.shell.run(
      `socat -t${HALF_OPEN_S} ${from} ${to} > /dev/null 2>&1 & echo $!`,
    );
    return children(this.network).find((pid) => innerPid(pid) === Number(said)) ?? NaN;
  }
}

/** The address at which a relay reaches a server, in socat's form. */
function addressOf({ address, port, device }: Listening): string {
  const host = isWildcard(address) ? (device === "eth1" ? ETH1 : "127.0.0.1") : address;
  const where = host.includes(":") ? `TCP6:[${host}]:${port}` : `TCP4:${host}:${port}`;
  return `${where},nodelay${device ? `,so-bindtodevice=${device}` : ""}`;
}

/** Waits until `look` returns true. @throws {Failure} After {@linkcode READY_LIMIT_MS}. */
export async function ready(look: () => boolean): Promise<void> {
  if (await until(() => look() || undefined, READY_LIMIT_MS)) return;
  throw new Failure("Cannot make a sandbox: this machine is too slow, or refuses a network");
}
