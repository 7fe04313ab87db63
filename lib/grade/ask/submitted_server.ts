/**
 * A submission's server: started with the arguments that make it listen, asked by
 * its clients or by the grader, and started again when it has ended.
 *
 * @module
 */
import type { PairNumber } from "../read/answers.ts";
import { blameForStart, observedOf } from "./start_failure.ts";
import type { Built } from "../find/build.ts";
import type { Dial } from "../sandbox/recording_proxy.ts";
import type { Listening } from "../sandbox/listening.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { answerFor } from "../read/prompts.ts";
import { isBusy } from "../sandbox/processes.ts";
import type { Program, RunningProgram } from "../sandbox/running_program.ts";
import { pause } from "../sandbox/waiting.ts";
import { fillIn, type Launch } from "../find/launch.ts";
import { isToldPort, LaunchSearch } from "../find/launch_search.ts";

/** A server that is told nothing has so long before it is tried with arguments. */
const ALONE_MS = 1_500;
/** … and so long if it has work to do. */
const ALONE_LIMIT_MS = 8_000;
const LISTEN_LIMIT_MS = 6_000;
/** No other launch is tried after this time. */
const SEARCH_LIMIT_MS = 30_000;
/** One that listens waits so long for one with fewer arguments. */
const FEWER_MS = 300;
const POLL_MS = 40;
const PROMPT_QUIET_MS = 250;
const MAX_PROMPTS = 4;

/** A server that listens. */
export class Server {
  /** Where it listens; at another port each time, perhaps. */
  where: Listening;
  /** What was started. */
  readonly program: Program;
  /** How often it was started. */
  starts = 1;
  /** The process that runs now. */
  running: RunningProgram;
  /** What earlier processes have shown. */
  readonly screens: string[] = [];

  #network: Network;
  #attempt: Attempt;
  #dial: Dial;
  #known: { kind: PairNumber; host: string };

  /** A server whose process has begun to listen. */
  constructor(
    attempt: Attempt,
    where: Listening,
    dial: Dial,
    known: { kind: PairNumber; host: string },
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
    return this.#dial;
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
    const { launch } = this.#attempt;
    const port = runner.port();
    const program = fillIn(launch, this.#known.host, port);
    const running = network.start(program);
    const attempt = { launch, program, port, network, running, where: undefined };
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
  launch: Launch;
  program: Program;
  port: number;
  network: Network;
  running: RunningProgram;
  /** Where it listens; null until that is known. */
  where: Listening | null | undefined;
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

/** Finds the launch with which a server listens. */
export async function startServer(
  runner: Runner,
  program: Built,
  kind: PairNumber,
  search: LaunchSearch = new LaunchSearch(program, `server${kind}`),
): Promise<Server | StartFailure> {
  const host = kind === 1 ? "127.0.0.1" : runner.eth1 ?? "127.0.0.1";
  const attempts: Attempt[] = [];
  const since = performance.now();
  let winner: Attempt | undefined;
  try {
    for (let batch = search.next(); batch.length > 0; batch = search.next()) {
      const begun = await Promise.all(batch.map((launch) => begin(runner, launch, kind, host)));
      attempts.push(...begun);
      winner = await firstThatListens(begun, attempts.length === begun.length);
      if (winner || performance.now() - since > SEARCH_LIMIT_MS) break;
      for (const { launch, running } of begun) {
        search.observed(launch, { screen: running.screen, what: observedOf(running) });
      }
    }
    winner ??= await firstThatListens(attempts, false);
    if (winner) {
      const where = winner.where!;
      search.works(winner.launch, `listens on ${where.address}:${where.port}`);
      return new Server(winner, where, await winner.network.serverEnd(where), { kind, host });
    }
    return failure(runner, kind, search, attempts[0].running);
  } finally {
    await Promise.all(attempts.map(async (one) => {
      if (one === winner) return;
      await one.running.stop();
      await one.network.close();
    }));
  }
}

async function begin(
  runner: Runner,
  launch: Launch,
  kind: PairNumber,
  host: string,
): Promise<Attempt> {
  const network = await runner.network(`server${kind}`);
  const port = runner.port();
  const program = fillIn(launch, host, port);
  const running = network.start(program);
  const attempt: Attempt = { launch, program, port, network, running, where: null };
  listens(network, running, { kind, host, port }).then((where) => attempt.where = where);
  return attempt;
}

/**
 * Waits until one attempt listens and those before it had their time, or none will.
 *
 * @param isFirst Whether it is the first batch: one that is silent gets arguments soon.
 */
async function firstThatListens(
  attempts: Attempt[],
  isFirst: boolean,
): Promise<Attempt | undefined> {
  const since = performance.now();
  let goodSince = Infinity;
  for (;;) {
    await pause(POLL_MS);
    const now = performance.now();
    const isPending = attempts.some(({ where }) => where === null);
    const good = attempts.findIndex((one) => isAsTold(one));
    if (good >= 0) {
      goodSince = Math.min(goodSince, now);
      const isBest = !attempts.slice(0, good).some(({ where }) => where === null);
      if (isBest || now - goodSince > FEWER_MS) return attempts[good];
    }
    const isAlone = isFirst && now - since > ALONE_MS &&
      (now - since > ALONE_LIMIT_MS || !attempts.some(({ running }) => isBusy(running.pid)));
    if (!isPending || isAlone) return attempts.find(({ where }) => where);
  }
}

/** A program that is given a port and listens on another one has not understood the arguments. */
function isAsTold({ launch, where, port }: Attempt): boolean {
  return where != null && (!isToldPort(launch) || where.port === port);
}

function failure(
  runner: Runner,
  kind: PairNumber,
  search: LaunchSearch,
  running: RunningProgram,
): StartFailure {
  const { screen, excess, exit } = running;
  if (search.missing !== undefined) return { verdict: "look", why: search.missing, screen };
  const why = excess ?? (exit === undefined ? "it does not listen" : "it ends before it listens");
  const isElsewhere = !runner.sandboxed && (NO_SUCH_ADDRESS.test(screen) || IN_USE.test(screen));
  if (isElsewhere) return { verdict: "not run", why, screen };
  if (excess !== undefined) return { verdict: "wrong", why, screen };
  return { ...blameForStart(`server${kind}`, why, search.usage ?? screen, exit), screen };
}

/** Waits until a process listens, and answers what it asks before. */
async function listens(
  network: Network,
  running: RunningProgram,
  known: { kind: PairNumber; host: string; port: number },
): Promise<Listening | undefined> {
  const end = performance.now() + LISTEN_LIMIT_MS;
  let typedAt = 0;
  let prompts = 0;
  const last = end + LISTEN_LIMIT_MS;
  while (performance.now() < end || performance.now() < last && isBusy(running.pid)) {
    await pause(POLL_MS);
    const where = (await network.listening())[0];
    if (where) return where;
    if (running.exit !== undefined) return undefined;
    const quiet = performance.now() - running.lastOutputAt > PROMPT_QUIET_MS;
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
