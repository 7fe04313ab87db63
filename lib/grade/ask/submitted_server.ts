/**
 * A submission's server: started with the arguments that make it listen, asked by
 * its clients or by the grader, and started again when it has ended.
 *
 * @module
 */
import type { Conversion, PairNumber } from "../read/conversions.ts";
import type { Dial } from "../sandbox/recording_proxy.ts";
import type { Listening } from "../sandbox/listening.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { replyToPrompt } from "../read/prompts.ts";
import { IdleClock } from "../sandbox/idle_clock.ts";
import type { Program, RunningProgram } from "../sandbox/running_program.ts";
import { fillIn, type Launch } from "../find/launch.ts";

const LISTEN_LIMIT_MS = 6_000;
const PROMPT_QUIET_MS = 250;
const MAX_PROMPTS = 4;

/** What a server is asked with. */
export interface ServerSetup {
  number: PairNumber;
  conversion: Conversion;
  host: string;
}

/** A server that listens. */
export class SubmittedServer {
  /** Where it listens; at another port each time, perhaps. */
  where: Listening;
  /** What was started. */
  readonly program: Program;
  /** How often it was started. */
  starts = 1;
  /** The process that runs now. */
  running: RunningProgram;
  /** The server in whose place this one was started, with an address added to its command. */
  before?: SubmittedServer;
  /** What earlier processes have shown. */
  readonly screens: string[] = [];

  #network: Network;
  #attempt: Attempt;
  #dial: Dial;
  #setup: ServerSetup;

  /** A server whose process has begun to listen. */
  constructor(
    attempt: Attempt,
    where: Listening,
    dial: Dial,
    known: ServerSetup,
  ) {
    this.where = where;
    this.#attempt = attempt;
    this.program = attempt.program;
    this.running = attempt.running;
    this.#network = attempt.network;
    this.#dial = dial;
    this.#setup = known;
  }

  /** How it was started. */
  get launch(): Launch {
    return this.#attempt.launch;
  }

  /** How to meet it. */
  get dial(): Dial {
    return Object.assign(() => this.#dial(), { pids: () => this.pids });
  }

  /** Its processes, and those that carry its data. */
  get pids(): number[] {
    return pidsOf(this.#network, this.running);
  }

  /** Whether its process runs. */
  get alive(): boolean {
    return this.running.exit === undefined;
  }

  /** Starts it again if it has ended, or listens no more. @returns Whether it listens. */
  async ensureListening(): Promise<boolean> {
    if (this.alive && (await this.#network.listening()).length > 0) return true;
    return await this.restart();
  }

  /** Ends it and starts it again. @returns Whether it listens. */
  async restart(): Promise<boolean> {
    await this.running.stop();
    this.screens.push(this.running.screen);
    this.starts++;
    this.running = this.#network.start(this.program);
    const known = { ...this.#setup, port: this.where.port };
    const where = await listens(this.#network, this.running, known);
    if (!where) return false;
    if (where.port !== this.where.port) this.#dial = await this.#network.serverEnd(where);
    this.where = where;
    return true;
  }

  /** Another like it, in a network of its own; undefined if that one does not listen. */
  async startCopy(runner: Runner): Promise<SubmittedServer | undefined> {
    const network = await runner.network(`server${this.#setup.number}`);
    const { launch } = this.#attempt;
    const port = runner.port();
    const program = fillIn(launch, this.#setup.host, port);
    const running = network.start(program);
    const attempt = { launch, program, port, network, running, where: undefined };
    const where = await listens(network, running, { ...this.#setup, port: this.where.port });
    if (where) {
      return new SubmittedServer(attempt, where, await network.serverEnd(where), this.#setup);
    }
    await running.stop();
    await network.close();
    return undefined;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.running.stop();
    this.screens.push(this.running.screen);
    await this.#network.close();
  }
}

/** A process that may come to listen. */
export interface Attempt {
  launch: Launch;
  program: Program;
  port: number;
  network: Network;
  running: RunningProgram;
  /** Where it listens; null until that is known. */
  where: Listening | null | undefined;
}

/** The processes of a program and of its network; 0 while the program is being started. */
export function pidsOf(network: Network, running: RunningProgram): number[] {
  return running.pid === 0 ? [0] : network.pids();
}

/** Waits until a process listens, and answers what it asks before. */
export async function listens(
  network: Network,
  running: RunningProgram,
  setup: ServerSetup & { port: number },
): Promise<Listening | undefined> {
  const clock = new IdleClock(() => pidsOf(network, running));
  let typedAt = 0;
  let prompts = 0;
  let [outputAt, shownAt] = [running.lastOutputAt, 0];
  while (!clock.isOver(LISTEN_LIMIT_MS)) {
    await clock.look();
    if (running.lastOutputAt !== outputAt) [outputAt, shownAt] = [running.lastOutputAt, clock.now];
    const where = (await network.listening())[0];
    if (where) return where;
    if (running.exit !== undefined) return undefined;
    const quiet = clock.now - shownAt > PROMPT_QUIET_MS;
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
