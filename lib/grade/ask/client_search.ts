/**
 * Finds the launch with which a client connects to its server, or to the grader's stand-in.
 *
 * @module
 */
import { blameForStart, observedOf, type StartFailure } from "./start_failure.ts";
import { alteredAnswer } from "../read/alteration.ts";
import { holds } from "../read/answers.ts";
import type { Pair } from "./pair.ts";
import type { SubmittedClient } from "./submitted_client.ts";
import type { Exchange } from "./exchange.ts";
import type { SubmittedServer } from "./submitted_server.ts";
import { commandForm } from "../read/prompts.ts";
import { startStandIn } from "./stand_in.ts";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { lastLine, stackTrace } from "../read/stack_traces.ts";
import { fillIn, type Launch, TEXT, withArguments } from "../find/launch.ts";
import { fitOf } from "../find/roles.ts";
import { valueFor } from "../find/usage_text.ts";

/**
 * Verdict for a client with a hard-coded port when there is no sandbox: the proxy cannot sit
 * between client and server.
 */
const NO_PORT = {
  verdict: "not run",
  why: "its port cannot be set, and the grader needs a sandbox for it",
} as const;

/** At most this many launches are tried with the proxy on every port that the sources name. */
const MAX_ON_ALL_PORTS = 3;

/** The most commands of a client whose help is read. */
const MAX_COMMANDS = 9;

interface Tried {
  launch: Launch;
  client: SubmittedClient;
  /** Whether a text was typed before it connected. */
  isTyped?: boolean;
}

/**
 * Finds a launch whose client connects, or prompts for input. The proxy holds the connections
 * until the launch is known: a server that serves one client only meets only that client.
 *
 * @returns The client, connected; undefined if there is none: `clientFailure` says why.
 */
export async function findClient(
  pair: Pair,
  server: SubmittedServer,
): Promise<SubmittedClient | undefined> {
  const search = pair.clientSearch!;
  const tried: Tried[] = [];
  let best: Tried | undefined;
  for (let batch = search.next(); batch.length > 0; batch = search.next()) {
    const begun = await startAll(pair, batch);
    tried.push(...begun);
    best = connected(pair, begun) ?? await connectsWhenTyped(pair, begun.filter(isAsking));
    if (best || pair.searchTime.isOver) break;
    for (const { launch, client } of begun) {
      search.observed(launch, { screen: client.running.screen, what: observedOf(client.running) });
    }
  }
  best ??= await connectsWhenTyped(pair, tried);
  if (!best && pair.runner.sandboxed && !pair.searchTime.isOver) {
    // The client may call a port of its own, from its source or a settings file.
    const launches = tried.slice(0, MAX_ON_ALL_PORTS).map(({ launch }) => launch);
    const begun = await startAll(pair, launches, pair.clientProgram!.ports);
    tried.push(...begun);
    best = connected(pair, begun) ?? await connectsWhenTyped(pair, begun);
    pair.calledPort = best?.client.proxy.port;
  }
  await Promise.all(tried.map((one) => one !== best && one.client.close()));
  if (best) return await connectClient(pair, server, best);
  pair.clientFailure = pair.runner.sandboxed
    ? clientStartFailure(pair, tried[0].client)
    : { ...NO_PORT, screen: tried[0].client.running.screen };
  return undefined;
}

/** Starts a client with each launch. @param ports Further ports on which the proxy listens. */
function startAll(pair: Pair, launches: Launch[], ports: number[] = []): Promise<Tried[]> {
  return Promise.all(launches.map(async (launch) => ({
    launch,
    client: await pair.startClient(undefined, launch, { morePorts: ports }),
  })));
}

/** The first client that has connected, unless it takes an address for a text. */
function connected(pair: Pair, tried: Tried[]): Tried | undefined {
  return tried.find(({ client, launch }) =>
    client.proxy.count > 0 && !tookForText(pair, client, launch)
  );
}

/** Whether a client has shown something and waits for a line, or takes the text as argument. */
function isAsking({ client }: Tried): boolean {
  return client.takesTextArgument || !client.hasEnded && client.running.screen.trim() !== "";
}

/**
 * Types a text into clients that have not connected, or a command that takes a text.
 *
 * @returns The first that then connects.
 */
async function connectsWhenTyped(pair: Pair, tried: Tried[]): Promise<Tried | undefined> {
  const text = pair.conversion.typed(pair.texts.word(3));
  const silent = tried.filter((one) => one.client.proxy.count === 0 && !one.isTyped);
  silent.forEach((one) => one.isTyped = true);
  const connects = await Promise.all(silent.map(({ client }) => client.connectsOnInput(text)));
  const found = silent[connects.indexOf(true)];
  pair.calledPort = found?.client.proxy.port;
  let launch = found?.launch;
  for (const one of launch ? [] : silent) {
    if (!await learnsCommand(pair, one.client)) continue;
    const client = await pair.startClient(undefined, one.launch);
    if (await client.connectsOnInput(text)) launch = one.launch;
    else pair.typedLines = undefined;
    await client.close();
    if (launch) break;
  }
  return launch && { launch, client: await pair.startClient(undefined, launch) };
}

/** Whether a client that sent nothing shows a command that takes a text: `convert <text>`. */
export async function learnsCommand(pair: Pair, client: SubmittedClient): Promise<boolean> {
  if (pair.typedLines || client.hasEnded || client.takesTextArgument) return false;
  let form = commandForm(client.running.screen, pair.conversion);
  if (form === undefined && /\bhelp\b/i.test(client.running.screen)) {
    const help = await client.typeLine("help");
    form = commandForm(help, pair.conversion);
    // The help of Python's `cmd` lists the commands alone; each has a help of its own.
    const listed = /help <topic>/.test(help)
      ? help.match(/(?<=^|\s)[a-z]\w{1,13}(?=\s)/gm) ?? []
      : [];
    for (const command of listed.slice(0, MAX_COMMANDS)) {
      if (form !== undefined || /^(?:help|topic|quit|exit|bye)$/.test(command)) continue;
      form = commandForm(await client.typeLine(`help ${command}`), pair.conversion);
    }
  }
  if (form !== undefined) pair.typedLines = [form];
  return form !== undefined;
}

/** Whether a client has sent an address argument to its server: it takes the argument as a text. */
function tookForText(
  { setup: { host, port } }: Pair,
  { proxy }: SubmittedClient,
  launch: Launch,
): boolean {
  const placed = launch.given.filter((word) => word.startsWith("-") || word.includes("{"));
  const given = fillIn({ ...launch, words: placed }, host, port).words;
  const sent = proxy.bytes("request");
  const text = lenientText(sent);
  const header = text.match(/^host: .{0,99}$/im)?.[0]; // HTTP names the server in each request
  const isIn = (word: string) =>
    header === undefined ? holds(sent, word) : holds(utf8Bytes(text.replace(header, "")), word);
  return sent.length > 0 && given.some(isIn);
}

/** The launch with a place for the text, if the client has sent an argument such as `hello`. */
function withTextPlace({ number }: Pair, { launch, client }: Tried): Launch {
  const sent = client.proxy.bytes("request");
  const { given, words } = launch;
  // The value of an option such as `-pass` is no text.
  const isPlace = (before = "") => !before.startsWith("-") || valueFor(before) === TEXT;
  const isText = (word: string, i: number) =>
    /^\w{3,}$/.test(word) && isPlace(given[i - 1]) && fitOf([word], `client${number}`) === 0 &&
    holds(sent, word);
  const at = given.findLastIndex(isText);
  if (at < 0 || client.takesTextArgument) return launch;
  const command = { ...launch, words: words.slice(0, words.length - given.length) };
  return withArguments(command, given.with(at, TEXT));
}

async function connectClient(
  pair: Pair,
  server: SubmittedServer,
  found: Tried,
): Promise<SubmittedClient> {
  const { client } = found;
  const launch = pair.clientLaunch = withTextPlace(pair, found);
  pair.clientSearch!.works(launch, "connects to its server");
  pair.asksForTextsOnly = client.sentAddress;
  if (client.sentAddress || launch !== found.launch) {
    await client.close();
    return await pair.startClient(server.dial);
  }
  client.proxy.connectTo(server.dial);
  await client.waitUntilReady(); // a greeting may come now
  return client;
}

function clientStartFailure({ clientSearch }: Pair, { running }: SubmittedClient): StartFailure {
  const { screen, exit, excess } = running;
  const { missing, usage, labLine } = clientSearch!;
  if (missing) return { verdict: "look", ...missing, screen };
  const why = excess ?? stackTrace(screen, exit) ?? (lastLine(screen) || "it ends at once");
  if (excess !== undefined) return { verdict: "wrong", why, screen };
  return { ...blameForStart(why, usage ?? screen, labLine, exit), screen };
}

/**
 * Asks a client that has no server. The grader answers in the client's own frame, and wrongly: a
 * client that shows the reply shows the wrong answer.
 */
export async function askAlone(pair: Pair, text: string): Promise<Exchange | undefined> {
  const altered = alteredAnswer(pair.conversion, text);
  const standInServer = startStandIn(pair.conversion, text, altered);
  try {
    const search = pair.clientSearch!;
    const known = pair.clientLaunch;
    // A client whose launch is known may listen on one of the ports itself.
    const ports = known ? [] : pair.clientProgram!.ports;
    const next = () => known || pair.searchTime.isOver ? [] : search.next();
    for (let batch = known ? [known] : next(); batch.length > 0; batch = next()) {
      for (const launch of batch) {
        const client = await pair.startClient(standInServer.dial, launch, { morePorts: ports });
        if (!client.hasEnded || client.proxy.count > 0) {
          pair.clientLaunch = launch;
          const exchange = await client.ask(text);
          await client.close();
          const isMet = client.proxy.count > 0 ||
            pair.runner.sandboxed && !client.takesTextArgument;
          if (isMet) return { ...exchange, altered, alteredReply: exchange.received };
          pair.clientLaunch = undefined;
          if (!pair.runner.sandboxed) pair.clientFailure = { ...NO_PORT, screen: exchange.shown };
        }
        search.observed(launch, {
          screen: client.running.screen,
          what: observedOf(client.running),
        });
        pair.clientFailure ??= clientStartFailure(pair, client);
        await client.close();
      }
    }
    return undefined;
  } finally {
    // A client whose own server listens keeps its failure: it did not connect to that server.
    if (pair.clientLaunch && !pair.listening) pair.clientFailure = undefined;
    standInServer.close();
  }
}
