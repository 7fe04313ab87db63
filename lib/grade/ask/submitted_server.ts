/**
 * A submission's server: starts it, replies to its prompts until it listens, and starts it again
 * when it has ended.
 *
 * @module
 */
import type { Conversion } from "../read/conversions.ts";
import type { PairNumber } from "../results/questions.ts";
import type { Dial } from "../sandbox/recording_proxy.ts";
import { isLoopback, type Listening } from "../sandbox/sockets.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { replyToPrompt } from "../read/prompts.ts";
import { IdleClock, untilIdle } from "../sandbox/idle_clock.ts";
import type { Program, RunningProgram } from "../sandbox/running_program.ts";
import { fillIn, type Launch } from "../find/launch.ts";
import { FREE_MS, LISTEN_LIMIT_MS, SERVER_PROMPT_QUIET_MS } from "./limits.ts";

const MAX_PROMPTS = 4;
const MIN_PORT = 1024;

/** The settings of a server. */
export interface ServerSetup {
  number: PairNumber;
  conversion: Conversion;
  host: string;
  /** Numbers in its client's source that may be its port. */
  calledPorts?: number[];
  /** Those, and then the numbers in all sources and settings. */
  clientPorts?: number[];
}

/** A submission's server that listens. */
export class SubmittedServer {
  /** Its address and port; a restart may change the port. */
  where: Listening;
  readonly program: Program;
  starts = 1;
  running: RunningProgram;
  /** Whether it was seen to serve no client after its first, though it runs. */
  servesOnce = false;
  /** Whether a client begins only once the earlier one's connection is closed. */
  isSerial = false;
  /** Milliseconds that it needs beyond the usual limits. */
  patienceMs = 0;
  /** The server that this one replaces, without an address in its command. */
  before?: SubmittedServer;
  /** The screens of earlier processes, with the exit codes of those that ended by themselves. */
  readonly earlier: { screen: string; exit?: number; excess?: string }[] = [];

  #network: Network;
  #attempt: Attempt;
  #dial: Dial;
  #setup: ServerSetup;

  /** Takes over a process that listens. */
  constructor(attempt: Attempt, where: Listening, dial: Dial, known: ServerSetup) {
    this.where = where;
    this.#attempt = attempt;
    this.program = attempt.program;
    this.running = attempt.running;
    this.#network = attempt.network;
    this.#dial = dial;
    this.#setup = known;
  }

  /** A server from a process that listens. */
  static async from(attempt: Attempt, where: Listening, setup: ServerSetup) {
    return new SubmittedServer(attempt, where, await attempt.network.serverEnd(where), setup);
  }

  get launch(): Launch {
    return this.#attempt.launch;
  }

  get dial(): Dial {
    const dial = async () => {
      if (this.isSerial) await this.#untilFree();
      return await this.#dial();
    };
    return Object.assign(dial, {
      pids: () => this.pids,
      patienceMs: () => this.patienceMs,
    });
  }

  get pids(): number[] {
    return pidsOf(this.#network, this.running);
  }

  get alive(): boolean {
    return this.running.exit === undefined;
  }

  /** Starts it again unless it listens for another client. @returns Whether it listens. */
  async ensureListening(): Promise<boolean> {
    if (!this.servesOnce && this.alive && (await this.#network.listening()).length > 0) return true;
    return await this.restart();
  }

  /** Waits for the end of its connections: a server of one client refuses another meanwhile. */
  async #untilFree(): Promise<void> {
    const isFree = () => !this.alive || this.#network.connections() === 0 || undefined;
    await untilIdle(() => this.pids, isFree, FREE_MS);
  }

  /** Ends it and starts it again. @returns Whether it listens. */
  async restart(): Promise<boolean> {
    await this.#stop();
    this.starts++;
    this.running = this.#network.start(this.program);
    const known = { ...this.#setup, port: this.where.port };
    const where = await listens(this.#network, this.running, known);
    if (!where) return false;
    if (where.port !== this.where.port) this.#dial = await this.#network.serverEnd(where);
    this.where = where;
    return true;
  }

  /** Starts a second process of it in its own network; undefined if that one does not listen. */
  async startCopy(runner: Runner): Promise<SubmittedServer | undefined> {
    const copy = await startAttempt(runner, this.launch, this.#setup);
    const known = { ...this.#setup, port: this.where.port };
    const where = await listens(copy.network, copy.running, known);
    if (where) {
      const server = await SubmittedServer.from(copy, where, this.#setup);
      return Object.assign(server, { patienceMs: this.patienceMs });
    }
    await endAttempt(copy);
    return undefined;
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.#network.close();
  }

  async #stop(): Promise<void> {
    const { exit } = this.running;
    await this.running.stop();
    const { screen, excess } = this.running;
    const run = { screen, ...exit !== undefined && { exit } };
    this.earlier.push(excess === undefined ? run : { ...run, excess });
  }
}

/** The port that a server gets: its client's, if the client's source has one. */
function portFor(runner: Runner, { clientPorts = [] }: ServerSetup): number {
  const called = clientPorts.find((port) => port >= MIN_PORT);
  return runner.sandboxed && called !== undefined ? called : runner.port();
}

/** A process that may begin to listen. */
export interface Attempt {
  launch: Launch;
  program: Program;
  port: number;
  network: Network;
  running: RunningProgram;
  /** Where it listens; null while unknown, undefined if it does not. */
  where: Listening | null | undefined;
}

/** Starts a program that may be a server, in a network of its own. */
export async function startAttempt(
  runner: Runner,
  launch: Launch,
  setup: ServerSetup,
): Promise<Attempt> {
  const network = await runner.network(`server${setup.number}`);
  const port = portFor(runner, setup);
  const program = fillIn(launch, setup.host, port);
  return { launch, program, port, network, running: network.start(program), where: null };
}

/** Ends a program and its network. */
export async function endAttempt({ running, network }: Attempt): Promise<void> {
  await running.stop();
  await network.close();
}

/** The processes of a program and of its network; 0 while the program is being started. */
export function pidsOf(network: Network, running: RunningProgram): number[] {
  return running.pid === 0 ? [0] : network.pids();
}

/**
 * The address of one server where a process listens on several: server1 is on the loopback, and
 * its client calls it; else the ports are in the order of the questions.
 */
function ownAddress(
  all: Listening[],
  { number, calledPorts, clientPorts }: ServerSetup,
): Listening {
  const own = all.filter(({ address }) => isLoopback(address) === (number === 1));
  const left = (own.length > 0 ? own : all).toSorted((a, b) => a.port - b.port);
  const called = [calledPorts, clientPorts].map((ports = []) =>
    left.filter(({ port }) => ports.includes(port))
  );
  return called.find(({ length }) => length === 1)?.[0] ?? left[number - 1] ?? left[0];
}

/** Waits until a process listens; replies to its prompts. Undefined if it does not listen. */
export async function listens(
  network: Network,
  running: RunningProgram,
  setup: ServerSetup & { port: number },
): Promise<Listening | undefined> {
  const clock = new IdleClock(() => pidsOf(network, running));
  let typedAt = 0;
  let prompts = 0;
  let listening = 0;
  let [outputAt, shownAt] = [running.lastOutputAt, 0];
  while (!clock.isOver(LISTEN_LIMIT_MS)) {
    await clock.look();
    if (running.lastOutputAt !== outputAt) [outputAt, shownAt] = [running.lastOutputAt, clock.now];
    const all = await network.listening();
    const isSeen = listening === all.length;
    listening = all.length;
    // One process may be both servers: the second address may come a moment after the first.
    if (all.length > 0 && isSeen) return ownAddress(all, setup);
    if (running.exit !== undefined) return undefined;
    const quiet = clock.now - shownAt > SERVER_PROMPT_QUIET_MS;
    const asked = running.screen.slice(typedAt);
    if (quiet && asked.trim() !== "" && prompts < MAX_PROMPTS) {
      // What a server asks for in words that are not known is most often its port.
      const guess = prompts === 0 && !asked.endsWith("\n") ? `${setup.port}` : undefined;
      const answer = replyToPrompt(asked, { ...setup, role: "server" }) ?? guess;
      typedAt = running.screen.length;
      prompts++;
      if (answer !== undefined) running.type(answer);
    }
  }
  return undefined;
}
