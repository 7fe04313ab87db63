/**
 * A submission's server: started with the arguments that make it listen, asked by
 * its clients or by the grader, and started again when it has ended.
 *
 * @module
 */
import type { Conversion, PairNumber } from "../read/conversions.ts";
import { blameForStart } from "./start_failure.ts";
import { type Built, missingThing } from "../find/build.ts";
import type { Dial } from "../sandbox/recording_proxy.ts";
import type { Listening } from "../sandbox/listening.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { until } from "../sandbox/waiting.ts";
import { answerFor } from "../read/prompts.ts";
import { IdleClock, untilIdle } from "../sandbox/idle_clock.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { type LaunchCommand, launchCommands } from "../find/launch_commands.ts";

/** A server that is told nothing has so long before it is tried with arguments. */
const ALONE_MS = 1_500;
const LISTEN_LIMIT_MS = 6_000;
/** One that listens waits so long for one with fewer arguments. */
const FEWER_MS = 300;
const PROMPT_QUIET_MS = 250;
const MAX_PROMPTS = 4;

/** What a server is asked with. */
interface Known {
  kind: PairNumber;
  conversion: Conversion;
  host: string;
}

/** A server that listens. */
export class Server {
  /** Where it listens; at another port each time, perhaps. */
  where: Listening;
  /** What was started. */
  readonly program: Built;
  /** How often it was started. */
  starts = 1;
  /** The process that runs now. */
  running: RunningProgram;
  /** What earlier processes have shown. */
  readonly screens: string[] = [];

  #network: Network;
  #attempt: Attempt;
  #dial: Dial;
  #known: Known;

  /** A server whose process has begun to listen. */
  constructor(
    attempt: Attempt,
    where: Listening,
    dial: Dial,
    known: Known,
  ) {
    this.where = where;
    this.#attempt = attempt;
    this.program = attempt.program;
    this.running = attempt.running;
    this.#network = attempt.network;
    this.#dial = dial;
    this.#known = known;
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
  async ensure(): Promise<boolean> {
    if (this.alive && (await this.#network.listening()).length > 0) return true;
    return await this.restart();
  }

  /** Ends it and starts it again. @returns Whether it listens. */
  async restart(): Promise<boolean> {
    await this.running.stop();
    this.screens.push(this.running.screen);
    this.starts++;
    this.running = this.#network.start(this.program);
    const known = { ...this.#known, port: this.where.port };
    const where = await listens(this.#network, this.running, known);
    if (!where) return false;
    if (where.port !== this.where.port) this.#dial = await this.#network.serverEnd(where);
    this.where = where;
    return true;
  }

  /** Another like it, in a network of its own; undefined if that one does not listen. */
  async another(runner: Runner): Promise<Server | undefined> {
    const network = await runner.network(`server${this.#known.kind}`);
    const { way, raw } = this.#attempt;
    const port = runner.port();
    const program = way(raw, this.#known.host, port);
    const running = network.start(program);
    const attempt = { way, raw, program, port, network, running };
    const where = await listens(network, running, { ...this.#known, port: this.where.port });
    if (where) return new Server(attempt, where, await network.serverEnd(where), this.#known);
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
interface Attempt {
  way: LaunchCommand;
  raw: Built;
  program: Built;
  port: number;
  network: Network;
  running: RunningProgram;
}

/** Why a program cannot be asked. */
export interface StartFailure {
  /** Whose fault it is: `look` for the machine's, `not run` for want of a box. */
  verdict: "wrong" | "look" | "not run";
  /** What happened, as the end of a sentence. */
  why: string;
  /** What it has shown. */
  screen: string;
}

/** Why a program cannot even be started, if so. */
export function brokenProgram({ broken, missing }: Built): StartFailure | undefined {
  if (broken === undefined) return undefined;
  return { verdict: missing ? "look" : "wrong", why: broken, screen: "" };
}

/** An address that is not this machine's; in a box all of them are. */
const NO_SUCH_ADDRESS = /assign requested address|address not available|EADDRNOTAVAIL|eth1|device/i;
/** … or that has not been given back yet; in a box it is at once. */
export const IN_USE = /address (?:already )?in use|EADDRINUSE/i;

/** Finds the arguments with which a server listens, side by side if none will not do. */
export async function startServer(
  runner: Runner,
  program: Built,
  kind: PairNumber,
  conversion: Conversion,
): Promise<Server | StartFailure> {
  const host = kind === 1 ? "127.0.0.1" : runner.eth1 ?? "127.0.0.1";
  const ways = launchCommands(program);
  const attempts: Attempt[] = [];
  const found: (Listening | undefined | null)[] = [];
  // One that is told a port and listens elsewhere has not understood.
  const isKnown = (i: number) => () => found[i] !== null || undefined;
  const isAsTold = (i: number) => found[i] && (i === 0 || found[i].port === attempts[i].port);
  const attempt = async (way: LaunchCommand) => {
    const network = await runner.network(`server${kind}`);
    const port = runner.port();
    const told = way(program, host, port);
    const running = network.start(told);
    attempts.push({ way, raw: program, program: told, port, network, running });
    const i = attempts.length - 1;
    found[i] = null;
    // Its network may be closed while it is asked: the grader was stopped.
    listens(network, running, { kind, conversion, host, port }).catch(() => undefined)
      .then((where) => found[i] = where);
  };
  let winner = -1;
  try {
    await attempt(ways[0]);
    await untilIdle(() => pidsOf(attempts[0].network, attempts[0].running), isKnown(0), ALONE_MS);
    if (!found[0]) {
      const missing = missingThing(attempts[0].running.screen);
      if (missing !== undefined && found[0] === undefined) {
        return { verdict: "look", why: missing, screen: attempts[0].running.screen };
      }
      for (const way of ways.slice(1)) await attempt(way);
    }
    const isEnough = () => found.every((one) => one !== null) || found.some((_, i) => isAsTold(i));
    await until(() => isEnough() || undefined, Infinity); // each attempt has its own limit
    const first = found.findIndex((_, i) => isAsTold(i));
    for (let i = 0; i < first; i++) {
      await untilIdle(() => pidsOf(attempts[i].network, attempts[i].running), isKnown(i), FEWER_MS);
    }
    winner = found.findIndex((_, i) => isAsTold(i));
    if (winner < 0) winner = found.findIndex((where) => where);
    if (winner >= 0) {
      const won = attempts[winner];
      const where = found[winner]!;
      return new Server(won, where, await won.network.serverEnd(where), {
        kind,
        conversion,
        host,
      });
    }
    const { running } = attempts[0];
    const why = running.excess ??
      (running.exit === undefined ? "it does not listen" : "it ends before it listens");
    const { screen } = running;
    const isElsewhere = !runner.sandboxed && (NO_SUCH_ADDRESS.test(screen) || IN_USE.test(screen));
    if (isElsewhere) return { verdict: "not run", why, screen };
    if (running.excess !== undefined) return { verdict: "wrong", why, screen };
    return { ...blameForStart(`server${kind}`, why, screen, running.exit), screen };
  } finally {
    await Promise.all(attempts.map(async ({ running, network }, i) => {
      if (i === winner) return;
      await running.stop();
      await network.close();
    }));
  }
}

/** The processes of a program and of its network; 0 while the program is being started. */
function pidsOf(network: Network, running: RunningProgram): number[] {
  return running.pid === 0 ? [0] : network.pids();
}

/** Waits until a process listens, and answers what it asks before. */
async function listens(
  network: Network,
  running: RunningProgram,
  known: Known & { port: number },
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
      const answer = answerFor(asked, { ...known, role: "server" });
      typedAt = running.screen.length;
      prompts++;
      if (answer !== undefined) running.type(answer);
    }
  }
  return undefined;
}
