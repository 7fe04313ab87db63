/**
 * A network namespace for sandboxes. It has lo and eth1, and every IPv4 address is local, so that a
 * hard-coded address works too. Only the two relays of the proxy lead out of it.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { utf8Bytes } from "../../wire/text.ts";
import { joinWords } from "../../cli/shell_words.ts";
import { HolderShell } from "./helpers.ts";
import { children, countsByNamespace, family, innerPid, KILLED, killTree } from "./proc.ts";
import {
  isWildcard,
  type Listening,
  listeningIn,
  listensAt,
  NO_INODE,
  parseListening,
  tcpSockets,
} from "./sockets.ts";
import { ETH1, ready, Relays } from "./relays.ts";
import type { Process } from "./running_program.ts";
import { innermost, MOUNT, PROCESS_LIMITS, type Sandbox, START_SCRIPT } from "./sandbox.ts";
import { textOf } from "./paths.ts";
import { until } from "./waiting.ts";
import { CLEAR_LIMIT_MS } from "./limits.ts";

/** Generations below the launcher's child: shell, bubblewrap, the sandbox's first process. */
const WRAPPERS = 3;
const PROCESSES = 1024;
/** socat's option for TIOCSWINSZ: 50 rows of 200 columns. A new terminal has 0 columns. */
const TERMINAL_SIZE = "ioctl-bin=21524:x3200c80000000000";

const SETUP = `ip -batch - <<'END'
link set lo up
link add eth1 type veth peer name eth1p
addr add ${ETH1}/24 dev eth1 noprefixroute
link set eth1 up
link set eth1p up
route add local 0.0.0.0/0 dev lo
route add unreachable 0.0.0.0/8 table local
END
# A client that takes a port for its host would reach 0.0.x.y.
# A server without SO_REUSEADDR can be started again at once, and port 789 is free for all.
echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
# Connections remember nothing of earlier ones, and their buffers stay small.
echo 1 > /proc/sys/net/ipv4/tcp_no_metrics_save
echo 4096 65536 1048576 > /proc/sys/net/ipv4/tcp_rmem
echo 4096 65536 1048576 > /proc/sys/net/ipv4/tcp_wmem
:`;

/** A network namespace, and the long-lived processes in it. */
export class SandboxNetwork {
  #shell: HolderShell;
  /** The shell in the namespace: programs and relays descend from it. */
  pid = 0;
  /** The process ID of socat, which starts programs on terminals. */
  #launcher = 0;
  #name = crypto.randomUUID().slice(0, 8);
  relays!: Relays; // set by #setUp()
  #count = 0;
  #devices: { known: string; listening: Listening[] } = { known: "", listening: [] };
  private constructor(private readonly sandbox: Sandbox) {
    this.#shell = new HolderShell([...sandbox.enter, "unshare", "-n", "sh"]);
  }

  /** Makes one. @throws {Failure} If this machine refuses it. */
  static async open(sandbox: Sandbox): Promise<SandboxNetwork> {
    const network = new SandboxNetwork(sandbox);
    try {
      await network.#setUp();
    } catch (error) {
      await network.#shell.kill();
      throw error;
    }
    return network;
  }

  async #setUp(): Promise<void> {
    const { uid, cgroup } = this.sandbox;
    const socket = `${MOUNT}/go/${this.#name}`;
    const words = [
      ...uid === undefined ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"],
      ...["socat", "-t0.02", `UNIX-LISTEN:${socket},fork,backlog=64,max-children=${PROCESSES}`],
      // socat ignores SIGPIPE, and its children would inherit that.
      `EXEC:"env --default-signal=PIPE sh ${START_SCRIPT}",pty,stderr,echo=0,${TERMINAL_SIZE}`,
    ];
    await this.#shell.run(SETUP);
    this.pid = innermost(this.#shell.pid);
    const said = await this.#shell.run([
      "(",
      ...cgroup ? [cgroup.join] : [],
      // When memory runs out, Linux ends these processes first, and never the grader.
      "echo 1000 > /proc/self/oom_score_adj",
      PROCESS_LIMITS,
      ...uid !== undefined || countsByNamespace() ? [`ulimit -p ${PROCESSES}`] : [],
      `exec ${joinWords(words)}`,
      ") > /dev/null 2>&1 &",
      "echo $!",
    ].join("\n"));
    const launcher = family(this.#shell.pid).find((pid) => innerPid(pid) === Number(said));
    if (launcher === undefined) throw new Failure("Cannot make a sandbox: its launcher ends");
    this.#launcher = launcher;
    await ready(() => listensAt(`/proc/${this.pid}/net`, socket));
    this.relays = new Relays(this.sandbox, this.#shell, this.pid, this.#name);
  }

  /** The sockets that listen. `ss` is run only for what /proc does not show: the interface. */
  async listening(): Promise<Listening[]> {
    const seen = listeningIn(`/proc/${this.pid}/net`);
    if (!seen.some(({ address }) => isWildcard(address))) return seen;
    const known = seen.map(({ inode }) => inode).join();
    if (this.#devices.known === known) return this.#devices.listening;
    const listening = parseListening(await this.#shell.run("ss -Hltn"));
    this.#devices = { known, listening };
    return listening;
  }

  /** How many ends of connections a process here has open. */
  get connections(): number {
    return tcpSockets(`/proc/${this.pid}/net`)
      .filter(({ isListening, inode }) => !isListening && inode !== NO_INODE).length;
  }

  /**
   * Starts a program on a terminal of its own.
   *
   * @param script Shell commands that run it, see {@linkcode startInSandbox}.
   * @throws {Error} If the launcher has ended.
   */
  async start(script: string): Promise<Process> {
    const name = `${this.#name}.${this.#count++}`;
    const go = this.sandbox.outside(`${MOUNT}/go`);
    Deno.writeTextFileSync(`${go}/${name}`, script);
    const earlier = children(this.#launcher);
    const terminal = await Deno.connect({ transport: "unix", path: `${go}/${this.#name}` });
    try {
      await terminal.write(utf8Bytes(`${name}\n`));
      const exit = `${go}/${name}.exit`;
      let pid = NaN; // of a program that has ended already
      await ready(() => {
        pid = children(this.#launcher).find((child) => !earlier.includes(child)) ?? NaN;
        return !isNaN(pid) || textOf(exit) !== "";
      });
      return {
        pid,
        innermost: () => below(pid, WRAPPERS),
        input: terminal.writable,
        outputs: [terminal.readable],
        exit: (read) => read.then(() => readCode(exit)),
      };
    } catch (error) {
      terminal.close();
      throw error;
    }
  }

  /**
   * Kills every program here, and every relay except the one of the client's end.
   *
   * @returns Whether another program can use the network: no other socket is left, and the
   * launcher lives.
   */
  async clear(): Promise<boolean> {
    this.relays.clear();
    const kept = [this.#launcher, this.relays.kept];
    for (const pid of [...children(this.pid), ...children(this.#launcher)]) {
      if (!kept.includes(pid)) killTree(pid);
    }
    this.#devices = { known: "", listening: [] };
    const listeners = this.relays.kept === undefined ? 0 : 1;
    const isClear = () => {
      const used = tcpSockets(`/proc/${this.pid}/net`);
      const isUnused = used.length === listeners && used.every(({ isListening }) => isListening);
      return isUnused && this.relays.isIdle && children(this.#launcher).length === 0 || undefined;
    };
    return await until(isClear, CLEAR_LIMIT_MS) ?? false;
  }

  async close(): Promise<void> {
    await this.#shell.kill();
  }

  /** The words before a command of the grader that has to run in this network and mount namespace. */
  get enter(): string[] {
    const words = this.sandbox.enter.filter((word) => word !== "-n");
    return [...words, `--net=/proc/${this.pid}/ns/net`];
  }
}

/** The first descendant of a process in a given generation; undefined while there is none. */
function below(pid: number, generations: number): number | undefined {
  let last: number | undefined = pid;
  for (let i = 0; i < generations && last !== undefined; i++) last = children(last)[0];
  return last;
}

function readCode(path: string): number {
  const text = textOf(path);
  return text.endsWith("\n") ? Number(text) : KILLED;
}
