/**
 * Finds the launch with which a server listens.
 *
 * @module
 */
import { type Launch, passesPort } from "../find/launch.ts";
import type { LaunchSearch } from "../find/launch_search.ts";
import { IdleClock, untilIdle } from "../sandbox/idle_clock.ts";
import { isLoopback, type Listening } from "../sandbox/sockets.ts";
import type { Runner } from "../sandbox/runner.ts";
import type { SearchTime } from "./search_time.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { blameForStart, observedOf, type StartFailure } from "./start_failure.ts";
import {
  type Attempt,
  endAttempt,
  listens,
  pidsOf,
  type ServerSetup,
  startAttempt,
  SubmittedServer,
} from "./submitted_server.ts";
import { FEWER_ARGUMENTS_MS, SILENT_SERVER_MS } from "./limits.ts";

/** Errors for an address of another machine; a sandbox has all addresses. */
const NO_SUCH_ADDRESS = /assign requested address|address not available|EADDRNOTAVAIL|eth1|device/i;
/** Errors for an address that an ended process still holds; a sandbox frees it at once. */
export const IN_USE = /address (?:already )?in use|EADDRINUSE/i;

/** Finds the launch with which a server listens. */
export async function startServer(
  runner: Runner,
  setup: ServerSetup,
  search: LaunchSearch,
  searchTime: SearchTime,
): Promise<SubmittedServer | StartFailure> {
  const attempts: Attempt[] = [];
  let winner: Attempt | undefined;
  try {
    for (let batch = search.next(); batch.length > 0; batch = search.next()) {
      const begun = await Promise.all(batch.map((launch) => begin(runner, launch, setup)));
      attempts.push(...begun);
      winner = await firstThatListens(begun, searchTime, attempts.length === begun.length);
      if (winner || searchTime.isOver) break;
      for (const { launch, running } of begun) {
        search.observed(launch, { screen: running.screen, what: observedOf(running) });
      }
    }
    winner ??= await firstThatListens(attempts, searchTime);
    if (winner) {
      const where = winner.where!;
      search.works(winner.launch, `listens on ${where.address}:${where.port}`);
      const server = await SubmittedServer.from(winner, where, setup);
      return searchTime.isOver ? server : await onEth1(runner, setup, search, server, searchTime);
    }
    return serverStartFailure(runner, search, attempts[0].running);
  } finally {
    await endOthers(attempts, winner);
  }
}

/** A server2 that listens on a loopback address may listen on eth1 with an address as argument. */
async function onEth1(
  runner: Runner,
  setup: ServerSetup,
  search: LaunchSearch,
  server: SubmittedServer,
  searchTime: SearchTime,
): Promise<SubmittedServer> {
  const isElsewhere = ({ where }: Pick<Attempt, "where">) =>
    Boolean(where) && !isLoopback(where!.address);
  if (setup.number === 1 || isElsewhere(server) || !search.mayTakeAddress) return server;
  const launches = search.addressed(server.launch, await helpOf(runner, setup, search.help));
  const better = await startOneOf(runner, setup, launches, searchTime, isElsewhere);
  if (!better) return server;
  search.works(better.launch, `listens on ${better.where.address}:${better.where.port}`);
  await server.close();
  better.before = server;
  return better;
}

/**
 * Tries several launches side by side; returns the server of the first good one, or undefined.
 *
 * @param isGood Whether a server that listens is the right one.
 */
async function startOneOf(
  runner: Runner,
  setup: ServerSetup,
  launches: Launch[],
  searchTime: SearchTime,
  isGood: (attempt: Attempt) => boolean,
): Promise<SubmittedServer | undefined> {
  const attempts = await Promise.all(launches.map((launch) => begin(runner, launch, setup)));
  let winner: Attempt | undefined;
  try {
    winner = await firstThatListens(attempts, searchTime, false, isGood);
    return winner?.where ? await SubmittedServer.from(winner, winner.where, setup) : undefined;
  } finally {
    await endOthers(attempts, winner);
  }
}

/** What a program prints with the launch that asks for help. */
export async function helpOf(runner: Runner, setup: ServerSetup, help: Launch): Promise<string> {
  return (await observe(runner, setup, [help]))[0].screen;
}

/** What a launch did. */
export interface Observation {
  launch: Launch;
  screen: string;
  exit: number | undefined;
  /** The replies to its prompts. */
  typed: readonly string[];
  /** Where it listens. */
  where: Listening | undefined;
}

/** Starts launches side by side, and ends them when each has listened, ended, or stayed silent. */
export async function observe(
  runner: Runner,
  setup: ServerSetup,
  launches: Launch[],
): Promise<Observation[]> {
  const attempts = await Promise.all(launches.map((launch) => begin(runner, launch, setup)));
  try {
    const pids = () => attempts.flatMap(({ network, running }) => pidsOf(network, running));
    const isOver = () => attempts.every(({ where }) => where !== null) || undefined;
    await untilIdle(pids, isOver, SILENT_SERVER_MS);
    return attempts.map((one) => ({
      launch: one.launch,
      screen: one.running.screen,
      exit: one.running.exit,
      typed: one.running.typed,
      where: listensAsGiven(one) ? one.where! : undefined,
    }));
  } finally {
    await endOthers(attempts, undefined);
  }
}

async function endOthers(attempts: Attempt[], winner: Attempt | undefined): Promise<void> {
  await Promise.all(attempts.filter((one) => one !== winner).map(endAttempt));
}

async function begin(runner: Runner, launch: Launch, setup: ServerSetup): Promise<Attempt> {
  const attempt = await startAttempt(runner, launch, setup);
  const { network, running, port } = attempt;
  // The network may be closed during the wait, when the grader is stopped.
  listens(network, running, { ...setup, port }).catch(() => undefined)
    .then((where) => attempt.where = where);
  return attempt;
}

/**
 * Waits until one attempt listens and those with fewer arguments had their time; undefined if none
 * listens.
 *
 * @param isFirst Whether it is the first batch: one that is silent gets arguments soon.
 * @param isGood Whether a server that listens is the right one.
 */
async function firstThatListens(
  attempts: Attempt[],
  searchTime: SearchTime,
  isFirst = false,
  isGood: (attempt: Attempt) => boolean = () => true,
): Promise<Attempt | undefined> {
  const clock = new IdleClock(() =>
    attempts.filter(({ where }) => where === null)
      .flatMap(({ network, running }) => pidsOf(network, running))
  );
  let goodAt = Infinity;
  for (;;) {
    await clock.look();
    const isPending = attempts.some(({ where }) => where === null);
    const good = attempts.findIndex((one) => listensAsGiven(one) && isGood(one));
    if (good >= 0) {
      goodAt = Math.min(goodAt, clock.now);
      const isBest = !attempts.slice(0, good).some(({ where }) => where === null);
      if (isBest || clock.isOver(goodAt + FEWER_ARGUMENTS_MS)) return attempts[good];
    }
    const isSilent = isFirst && clock.isOver(SILENT_SERVER_MS);
    if (!isPending || isSilent || searchTime.isOver) {
      return attempts.find((one) => one.where && isGood(one));
    }
  }
}

/** A server that is given a port and listens on another one has misread the arguments. */
function listensAsGiven({ launch, where, port }: Attempt): boolean {
  return Boolean(where) && (!passesPort(launch) || where?.port === port);
}

function serverStartFailure(
  runner: Runner,
  search: LaunchSearch,
  running: RunningProgram,
): StartFailure {
  const { screen, excess, exit } = running;
  if (search.missing) return { verdict: "look", ...search.missing, screen };
  const why = excess ?? (exit === undefined ? "it does not listen" : "it ends before it listens");
  const isElsewhere = !runner.sandboxed && (NO_SUCH_ADDRESS.test(screen) || IN_USE.test(screen));
  if (isElsewhere) return { verdict: "not run", why, screen };
  if (excess !== undefined) return { verdict: "wrong", why, screen };
  return { ...blameForStart(why, search.usage ?? screen, search.labLine, exit), screen };
}
