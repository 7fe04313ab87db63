/**
 * What a check has at hand: the programs, a server of the grader's own, and
 * connections; all of it is gone when the check is over.
 *
 * @module
 */
import { type ClientName, Failed, type ProgramName, type ServerName } from "./check.ts";
import { HonestServer, type Manner } from "./honest_server.ts";
import { DEFAULT_PORT, freePort, isFree, isWildcard, listeners, LOOPBACK } from "./network.ts";
import { Peer } from "./peer.ts";
import { Program } from "./program.ts";
import { joinWords, splitWords } from "./shell_words.ts";
import { pause, until, within } from "./waiting.ts";

/** Compilers and virtual machines take their time. */
const START_LIMIT_MS = 8_000;
/** Where the system does not say who listens, a silent program is given so long. */
const BLIND_START_MS = 2_000;
/** Lets a hang-up arrive before the kill: the port is free again sooner. */
const HANG_UP_MS = 20;
const LOG_LINES = 400;
/** Begins the names of programs that help to grade others. */
const OUR = "our ";

const ROOT = new URL("../../", import.meta.url);

/** What is graded, and where. */
export interface Setup {
  /** The commands that were given; ours are used for the rest. */
  given: Partial<Record<ProgramName, string>>;
  /** Where the commands run. */
  cwd: string;
  /** Whether they take the assignment's options. */
  takesOptions: boolean;
  /** eth1's address; without one, server2 is graded on lo. */
  eth1: string | undefined;
}

/** How to start a program. */
interface Command {
  words: string[];
  /** The same for people: without where Deno is and what it allows. */
  shown: string[];
  cwd: string | URL;
}

/** How to start a server: -M or not, with -I or without. */
export interface ServerChoice {
  many?: boolean;
  noInterface?: boolean;
}

/** A server that listens. */
export interface Server {
  program: Program;
  /** Where it can be met. */
  hostname: string;
  port: number;
  /** Every address that it listens on; undefined where the system does not tell. */
  addresses: string[] | undefined;
}

/** One check's things. */
export class Lab {
  readonly setup: Setup;
  readonly log: string[] = [];
  #programs: Program[] = [];
  #closers: (() => void)[] = [];
  #troubles: string[] | undefined;

  constructor(setup: Setup) {
    this.setup = setup;
  }

  /** Adds a line to the conversation. */
  readonly note = (line: string): void => {
    if (this.log.length < LOG_LINES) this.log.push(line);
  };

  /** The address that server1 or client1, server2 or client2 should use. */
  hostname(name: ProgramName): string {
    return name.endsWith("2") ? this.setup.eth1 ?? LOOPBACK : LOOPBACK;
  }

  /** The interface of that address. */
  interfaceName(name: ProgramName): string {
    return name.endsWith("2") && this.setup.eth1 ? "eth1" : "lo";
  }

  /**
   * A port for a conversation with the graded programs.
   *
   * @throws {Failed} If there is no choice, and it is taken.
   */
  port(): number {
    if (this.setup.takesOptions) return freePort();
    if (isFree(DEFAULT_PORT)) return DEFAULT_PORT;
    throw new Failed(`port ${DEFAULT_PORT} is taken before the program starts`, {
      hint:
        "Stop what listens there. If nothing does, an earlier connection lingers: wait a minute.",
    });
  }

  /**
   * Starts the graded server and waits until it listens.
   *
   * @throws {Failed} If it does not.
   */
  server(name: ServerName, choice: ServerChoice = {}): Promise<Server> {
    const port = this.port();
    const options = this.setup.takesOptions ? this.#serverOptions(name, port, choice) : [];
    return this.#listening(name, port, this.#start(name, this.#command(name), options));
  }

  /** Starts our own server for a client that is graded. */
  ourServer(name: ServerName, choice: ServerChoice = {}): Promise<Server> {
    const port = this.port();
    const options = this.#serverOptions(name, port, choice);
    return this.#listening(name, port, this.#start(OUR + name, ourCommand(name), options));
  }

  #serverOptions(name: ServerName, port: number, { many, noInterface }: ServerChoice): string[] {
    return [
      "-p",
      `${port}`,
      ...noInterface ? [] : ["-I", this.interfaceName(name)],
      ...many ? ["-M"] : [],
    ];
  }

  /** Starts the graded client, to connect to this port at its interface's address or at another. */
  client(name: ClientName, port: number, address?: string): Program {
    return this.#start(name, this.#command(name), this.#clientOptions(name, port, address));
  }

  /** The same on a terminal: what is typed there is what a person types. */
  clientOnTerminal(name: ClientName, port: number): Program {
    const { words, shown, cwd } = this.#command(name);
    const options = this.#clientOptions(name, port);
    const terminal = ["script", "-qefc", joinWords([...words, ...options]), "/dev/null"];
    return this.#start(name, { words: terminal, shown: [...shown, ...options], cwd }, []);
  }

  #clientOptions(name: ClientName, port: number, address?: string): string[] {
    if (!this.setup.takesOptions) return [];
    return ["-p", `${port}`, ...address ? ["-a", address] : ["-I", this.interfaceName(name)]];
  }

  /** Starts the grader's own server where a client will look for one. */
  honestServer(name: ClientName, manner: Manner): HonestServer {
    const addr = { hostname: this.hostname(name), port: this.port() };
    const server = new HonestServer(addr, manner, this.note);
    this.#closers.push(() => server.close());
    return server;
  }

  /** Connects to a server; while it is still starting, tries again. */
  async connect({ hostname, port, program }: Server): Promise<Peer> {
    const end = performance.now() + BLIND_START_MS;
    for (;;) {
      try {
        const conn = await within(
          Deno.connect({ hostname, port }),
          BLIND_START_MS,
        );
        if (conn === undefined) throw new Error("it does not answer");
        this.note(`    connected to ${hostname}:${port}`);
        const peer = new Peer(conn, this.note);
        this.#closers.push(() => peer.close());
        return peer;
      } catch (error) {
        if (program.over || performance.now() > end) {
          throw new Failed("no connection to the server", {
            expected: `${program.name} takes a connection on ${hostname}:${port}`,
            actual: (error as Error).message,
          });
        }
        await pause(HANG_UP_MS);
      }
    }
  }

  /** What went wrong with the graded programs themselves, in sentences. */
  get troubles(): string[] {
    if (this.#troubles) return this.#troubles;
    const graded = this.#programs.filter(({ name }) => !name.startsWith(OUR));
    return graded.flatMap(({ trouble }) => trouble ?? []);
  }

  /** Ends everything; what programs do from now on is no trouble any more. */
  async hangUp(): Promise<void> {
    this.#troubles ??= this.troubles;
    for (const close of this.#closers.splice(0)) close();
    await pause(HANG_UP_MS);
    await Promise.all(this.#programs.map((program) => program.stop()));
  }

  /** Ends everything, and adds what the programs printed to the log. */
  async close(): Promise<void> {
    await this.hangUp();
    for (const { name, stdout, stderr } of this.#programs) {
      for (const [stream, output] of Object.entries({ stdout, stderr })) {
        const lines = output.text.split("\n", LOG_LINES).slice(0, -1);
        for (const line of lines) this.note(`${name} ${stream}: ${line}`);
      }
    }
  }

  #command(name: ProgramName): Command {
    const given = this.setup.given[name];
    if (given === undefined) return ourCommand(name);
    const words = splitWords(given);
    return { words, shown: words, cwd: this.setup.cwd };
  }

  #start(name: string, { words, shown, cwd }: Command, options: string[]): Program {
    const program = new Program(
      name,
      [...words, ...options],
      cwd,
      joinWords([...shown, ...options]),
    );
    this.#programs.push(program);
    this.note(`$ ${program.shown}`);
    return program;
  }

  async #listening(
    name: ServerName,
    port: number,
    program: Program,
  ): Promise<Server> {
    const wanted = this.hostname(name);
    if (listeners(port) === undefined) { // its first line is as good a sign as any
      await program.stdout.when(
        () => program.stdout.text.includes("\n"),
        BLIND_START_MS,
      );
      if (program.over) throw notListening(program, port);
      return { program, hostname: wanted, port, addresses: undefined };
    }
    const addresses = await until(() => {
      if (program.over) return [];
      const found = listeners(port)!;
      return found.length > 0 ? found : undefined;
    }, START_LIMIT_MS);
    if (!addresses?.length) throw notListening(program, port);
    const met = addresses.some((one) => one === wanted || isWildcard(one));
    return { program, hostname: met ? wanted : addresses[0], port, addresses };
  }
}

function notListening(program: Program, port: number): Failed {
  const elsewhere = port !== DEFAULT_PORT && !program.over &&
    listeners(DEFAULT_PORT)?.length;
  return new Failed(`${program.name} does not listen`, {
    expected: `${program.shown} listens on port ${port}`,
    actual: elsewhere
      ? `it does not, but somebody listens on port ${DEFAULT_PORT}`
      : program.over
      ? "it is not there any more"
      : `nothing listens on that port after ${START_LIMIT_MS / 1000} s`,
    ...elsewhere && {
      hint: "Is the option -p read? Programs that take no options are graded with --no-options.",
    },
  });
}

/** Our own programs, with the permissions that the README gives them. */
function ourCommand(name: ProgramName): Command {
  const script = `${name}.ts`;
  const permissions = ["--no-prompt", "--allow-net", "--allow-sys=networkInterfaces"];
  const words = [Deno.execPath(), "run", ...permissions, new URL(script, ROOT).href];
  return { words, shown: [script], cwd: ROOT };
}
