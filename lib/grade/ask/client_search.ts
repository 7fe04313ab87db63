/**
 * Finding what a client must be told so that it meets its server, or the server
 * that stands in for it.
 *
 * @module
 */
import { blameForStart } from "./start_failure.ts";
import { otherAnswer } from "../read/alteration.ts";
import { holds } from "../read/answers.ts";
import type { Conversion, PairNumber } from "../read/conversions.ts";
import type { Texts } from "../read/texts.ts";
import { type Built, missingThing } from "../find/build.ts";
import type { Client, ClientSetup } from "./submitted_client.ts";
import type { Exchange } from "./exchange.ts";
import type { Dial } from "../sandbox/recording_proxy.ts";
import type { Runner } from "../sandbox/runner.ts";
import type { Server, StartFailure } from "./submitted_server.ts";
import { standIn } from "./stand_in.ts";
import { lastLine, stackTrace } from "../read/stack_traces.ts";
import {
  type LaunchCommand,
  launchCommands,
  launchCommandsWithText,
} from "../find/launch_commands.ts";

/** Of a client that meets its server where no line is. */
const NO_PORT = { verdict: "not run", why: "it cannot be told a port, and needs a box" } as const;

/** Whose client is searched for: a pair of programs. */
export interface Searcher {
  /** Where programs run. */
  readonly runner: Runner;
  /** Which of the two services it is about. */
  readonly kind: PairNumber;
  /** What the server answers. */
  readonly conversion: Conversion;
  /** Texts to type. */
  readonly texts: Texts;
  /** The client's program; it must be there. */
  readonly clientProgram: Built | undefined;
  /** The server, if it listens. */
  readonly listening: Server | undefined;
  /** What a new client is started with. */
  readonly setup: ClientSetup;
  /** How the client is told where its server is, once that is found. */
  way: LaunchCommand | undefined;
  /** Why there is no client, if there is none. */
  clientFailure: StartFailure | undefined;
  /** Starts a client. */
  startClient(
    server: Dial | undefined | null,
    way?: LaunchCommand,
    morePorts?: number[],
  ): Promise<Client>;
}

/** A client, and how it was told where its server is. */
interface Tried {
  way: LaunchCommand;
  client: Client;
}

/**
 * Finds a client that connects, or asks for its input. Its connections are held
 * until it is known, so that no server of one client is used up.
 *
 * @returns The client, connected; undefined if there is none, and why in the pair.
 */
export async function findClient(pair: Searcher, server: Server): Promise<Client | undefined> {
  const { sandboxed } = pair.runner;
  const [bare, ...others] = launchCommands(pair.clientProgram!);
  // Without boxes a port that is not told is the server's own: there the line sees nothing.
  const ways = sandboxed ? [bare, ...others] : [...others, bare];
  const tried: Tried[] = [];
  const start = async (way: LaunchCommand) => {
    tried.push({ way, client: await pair.startClient(undefined, way) });
  };
  const inOrder = (all: LaunchCommand[]) =>
    tried.sort((a, b) => all.indexOf(a.way) - all.indexOf(b.way));
  await start(ways[0]);
  const { client: first } = tried[0];
  const isAsking = !first.over && first.running.screen.trim() !== "";
  if (first.line.count === 0 && !(sandboxed && isAsking)) {
    await Promise.all(ways.slice(1).map(start));
    inOrder(ways);
  }
  const isTextGiven = tried.some(({ client, way }) => tookForText(pair, client, way));
  let best = isTextGiven ? undefined : tried.find(({ client }) => client.line.count > 0);
  if (!best) {
    const asks = launchCommandsWithText(pair.clientProgram!);
    await Promise.all(asks.map(start));
    inOrder([...ways, ...asks]);
    // One that asks before it connects shows only then whether it was told rightly.
    const text = pair.conversion.typed(pair.texts.word(3));
    const silent = tried.filter(({ client }) => client.line.count === 0);
    const connects = await Promise.all(silent.map(({ client }) => client.connects(text)));
    const way = silent[connects.indexOf(true)]?.way;
    if (way) best = { way, client: await pair.startClient(undefined, way) };
  }
  await Promise.all(tried.map((one) => one !== best && one.client.close()));
  if (best) return await won(pair, server, best);
  pair.clientFailure = sandboxed
    ? startFailureOf(`client${pair.kind}`, first)
    : { ...NO_PORT, screen: first.running.screen };
  return undefined;
}

/** Whether a client has sent what it was told about its server: it takes that for a text. */
function tookForText(
  { clientProgram, setup: { host, port } }: Searcher,
  { line }: Client,
  way: LaunchCommand,
): boolean {
  const given = way(clientProgram!, host, port).words.slice(clientProgram!.words.length);
  const sent = line.bytes("request");
  return sent.length > 0 && given.some((word) => holds(sent, word));
}

async function won(pair: Searcher, server: Server, { way, client }: Tried): Promise<Client> {
  pair.way = way;
  client.line.connectTo(server.dial);
  await client.ready(); // a greeting may come now
  return client;
}

function startFailureOf(name: string, { running }: Client): StartFailure {
  const { screen, exit, excess } = running;
  const missing = missingThing(screen);
  if (missing !== undefined) return { verdict: "look", why: missing, screen };
  const why = excess ?? stackTrace(screen, exit) ?? (lastLine(screen) || "it ends at once");
  if (excess !== undefined) return { verdict: "wrong", why, screen };
  return { ...blameForStart(name, why, screen, exit), screen };
}

/**
 * Asks a client that has no server: what it asks is answered by the grader, in the
 * client's own frame, and wrongly: what the client shows must follow.
 */
export async function askAlone(pair: Searcher, text: string): Promise<Exchange | undefined> {
  const altered = otherAnswer(pair.conversion, text);
  const partner = standIn(pair.conversion, text, altered);
  try {
    const program = pair.clientProgram!;
    for (
      const way of pair.way
        ? [pair.way]
        : [...launchCommands(program), ...launchCommandsWithText(program)]
    ) {
      const client = await pair.startClient(partner.dial, way, program.ports);
      if (!client.over || client.line.count > 0) {
        pair.way = way;
        const exchange = await client.ask(text);
        await client.close();
        const isMet = client.line.count > 0 || pair.runner.sandboxed && !client.takesText;
        if (isMet) return { ...exchange, altered, alteredReply: exchange.received };
        pair.way = undefined;
        if (!pair.runner.sandboxed) pair.clientFailure = { ...NO_PORT, screen: exchange.shown };
        continue;
      }
      pair.clientFailure ??= startFailureOf(`client${pair.kind}`, client);
      await client.close();
    }
    return undefined;
  } finally {
    // One that does not meet its own server is no better for meeting another.
    if (pair.way && !pair.listening) pair.clientFailure = undefined;
    partner.close();
  }
}
