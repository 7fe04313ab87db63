/**
 * Runs programs without sandboxes, on this machine as it is. The proxy listens on a port of its
 * own, for programs that take the port as an argument.
 *
 * @module
 */
import { family } from "./proc.ts";
import { listeningIn } from "./sockets.ts";
import type { Network, Runner } from "./runner.ts";
import { type Process, type Program, RunningProgram } from "./running_program.ts";
import { joinWords } from "../../cli/shell_words.ts";
import { lenientText } from "../../wire/text.ts";
import { closingInherited, onPath, runHelper, unusedUid } from "./helpers.ts";

const LOOPBACK = "127.0.0.1";

/** The words before a command that must not inherit the grader's terminal and descriptors. */
function apart(): string[] {
  return [...closingInherited(), ...onPath("setsid") ? ["setsid", "-w", "--"] : []];
}

// deno-lint-ignore require-await -- a command that cannot be started rejects.
async function spawn(words: string[], env: Record<string, string>, cwd: string): Promise<Process> {
  const [word, ...args] = words;
  const child = new Deno.Command(word, {
    args,
    env,
    clearEnv: true,
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    pid: child.pid,
    input: child.stdin,
    outputs: [child.stdout, child.stderr],
    exit: async () => (await child.status).code,
  };
}

/** Runs programs on this machine; they share its files and its network. */
export class UnsandboxedRunner implements Runner {
  readonly sandboxed = false;
  readonly eth1: undefined = undefined;
  readonly oneAtATime: boolean;
  #env: Record<string, string>;
  #uid = unusedUid();

  /** Runs programs of a folder. @param trusted Whether they are our own: they print a line when they listen. */
  constructor(
    private readonly folder: string,
    env: Record<string, string>,
    private readonly trusted: boolean,
  ) {
    this.#env = env;
    this.oneAtATime = !trusted;
  }

  port(): number {
    const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  }

  run({ words, folder, env = {} }: Program, terminal: boolean): RunningProgram {
    const [word, ...args] = words;
    const command = [this.trusted && word === "deno" ? Deno.execPath() : word, ...args];
    const onTerminal = terminal && Deno.build.os === "linux" && onPath("script");
    const cwd = folder === "" ? this.folder : `${this.folder}/${folder}`;
    const isUntrusted = !this.trusted && Deno.build.os === "linux";
    // Variables of an untrusted program (PATH, LD_PRELOAD) must not reach the commands before `env`.
    // The folder may be a link that a build made: `env` enters it as the other user.
    const settings = [
      ...isUntrusted ? [`--chdir=${cwd}`] : [],
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ];
    const child = [
      ...isUntrusted ? apart() : [],
      ...this.#asOther(),
      ...settings.length > 0 ? ["env", ...settings] : [],
      ...onTerminal
        ? ["script", "-qfeE", "never", "-c", `exec ${joinWords(command)}`, "/dev/null"]
        : command,
    ];
    const started = spawn(child, { ...this.#env, TERM: "dumb" }, isUntrusted ? "/" : cwd);
    return new RunningProgram(started, onTerminal);
  }

  /** Kills every process of the user that untrusted programs run as. */
  async close(): Promise<void> {
    if (this.#uid === undefined || this.trusted) return;
    // As that user, `kill -1` reaches all processes of the user and no others.
    await runHelper([...this.#asOther(), "sh", "-c", "kill -KILL -1"]);
  }

  /** The words before a command that runs as the user of untrusted programs. */
  #asOther(): string[] {
    if (this.#uid === undefined || this.trusted) return [];
    return ["setpriv", `--reuid=${this.#uid}`, `--regid=${this.#uid}`, "--clear-groups", "--"];
  }

  /**
   * The inodes of the sockets that processes have open. `find` runs as the user of the processes:
   * root in a container may not read another user's descriptors.
   */
  async #socketsOf(pids: number[]): Promise<Set<string>> {
    const folders = pids.map((pid) => `/proc/${pid}/fd`);
    const find = ["find", ...folders, "-lname", "socket:*", "-printf", "%l\\n"];
    const { stdout } = await runHelper([...this.#asOther(), ...find]);
    return new Set(lenientText(stdout).match(/\d+/g));
  }

  network(): Promise<Network> {
    const started: { running: RunningProgram; port: number }[] = [];
    return Promise.resolve({
      start: (program) => {
        const running = this.run(program, true);
        const at = program.words.indexOf("-p");
        started.push({ running, port: Number(program.words[at + 1]) });
        return running;
      },
      connections: () => 0,
      listening: async () => {
        const { running, port } = started.at(-1)!;
        if (!this.trusted) {
          const own = await this.#socketsOf(family(running.pid));
          return listeningIn("/proc/net").filter(({ inode }) => own.has(inode));
        }
        const isReady = running.exit === undefined && running.screen.includes("\n");
        return isReady ? [{ address: LOOPBACK, port }] : [];
      },
      pids: () => started.map(({ running }) => running.pid),
      serverEnd: ({ address, port }) => {
        const hostname = address === "0.0.0.0" || address === "::" ? LOOPBACK : address;
        return Promise.resolve(() => Deno.connect({ hostname, port }));
      },
      clientEnd: () => {
        const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
        return Promise.resolve({ listener, port: (listener.addr as Deno.NetAddr).port });
      },
      close: async () => {
        for (const { running } of started) await running.stop();
      },
    });
  }
}
