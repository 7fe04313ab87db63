/**
 * The edge cases of the assignment: two clients at once, Ctrl+D, and a wrong server address.
 *
 * @module
 */
import { judgeScreen } from "../read/answers.ts";
import { isAtEarlierPrompt, type SubmittedClient } from "./submitted_client.ts";
import type { Exchange } from "./exchange.ts";
import type { Pair } from "./pair.ts";
import { untilIdle } from "../sandbox/idle_clock.ts";
import { replay } from "./replay.ts";
import type { SubmittedServer } from "./submitted_server.ts";
import { startStandIn } from "./stand_in.ts";
import { stackTrace } from "../read/stack_traces.ts";
import * as limits from "./limits.ts";

/** The wait for the end of a client that reports its retries is repeated this often. */
const MAX_RETRY_WAITS = 4;

/** The outcome of two clients at once. */
export interface TwoClients {
  second: "served" | "waits" | "refused";
  firstServed: boolean;
  /** Whether the second client was answered after the first one had left. */
  servedLater: boolean;
  first?: Exchange;
  /** What the first client had shown before it ended. */
  firstShown?: string;
  /** The second client, which still runs. */
  client: SubmittedClient;
}

/** The outcome of Ctrl+D in a client. */
export interface CtrlDOutcome {
  ended: boolean;
  /** The error of its stack trace, if it ended in one. */
  trace?: string;
  /** What the client showed after Ctrl+D. */
  shown: string;
  /** The server afterwards; `dead`: it runs, and answers no client. */
  server: "ended" | "serves on" | "dead";
  /** The error of the server's stack trace, if it ended in one. */
  serverTrace?: string;
  /** What the server showed meanwhile, if it ended so. */
  serverShown?: string;
}

/** The outcome at an address without a server. */
export interface NoServerOutcome extends Omit<CtrlDOutcome, "server"> {
  typed: string;
  /** Whether the client showed an answer, though there is no server. */
  answered: boolean;
  /** Whether the client is back at its prompt, or at its menu. */
  isBack: boolean;
}

/**
 * Two clients at once. The first is the client that was asked before, if it still runs. If the
 * first is not served, both are tried once more: the first may have been too slow.
 */
export async function testTwoClients(pair: Pair): Promise<TwoClients | undefined> {
  const two = await twoAtOnce(pair);
  if (!two || two.firstServed) return two;
  await two.client.close();
  await pair.closeClient();
  await pair.listening!.restart();
  return await twoAtOnce(pair);
}

async function twoAtOnce(pair: Pair): Promise<TwoClients | undefined> {
  const server = pair.listening;
  if (!server || !pair.clientLaunch || pair.clientFailure) return undefined;
  if (!pair.exchanges.some(({ answered }) => answered)) return undefined; // not even one is served
  // A server that serves one client may have closed its listener: do not restart it.
  if (!(pair.isTalking && server.alive) && !await server.ensureListening()) return undefined;
  if (pair.exchanges.some(({ first, answered }) => !first && !answered)) {
    await pair.closeClient(); // the server answers one message for each connection
    await server.restart();
  }
  let first = await pair.currentClient(server);
  const isOneQuestion = pair.exchanges.every(({ first }) => first);
  let isAsking = false;
  // A client with a menu or a prompt before its connection connects only after a line.
  if (first.proxy.count === 0 && !first.hasEnded && !first.takesTextArgument) {
    isAsking = await first.connectsOnInput(pair.conversion.typed(pair.texts.word(7))) &&
      isOneQuestion;
    if (first.hasEnded && !isAsking && await server.ensureListening()) {
      first = await pair.currentClient(server);
    }
  }
  const isConnected = first.proxy.count > 0;
  const second = await pair.startClient(server.dial);
  const wasOver = first.hasEnded;
  const asked = second.hasEnded
    ? undefined
    : await second.ask(pair.texts.word(6), limits.SECOND_LIMIT_MS);
  const isRefused = second.hasEnded || second.proxy.passed.some(({ what }) => what === "reply end");
  const outcome = asked?.answered || hasAskedAlone(pair, second)
    ? "served"
    : isRefused
    ? "refused"
    : "waits";
  const served = { servedLater: false, client: second };
  // The first client had its only exchange before the second client connected.
  if (isAsking && first.proxy.passed.some(({ what }) => what === "reply")) {
    return { ...served, second: outcome, firstServed: true };
  }
  const isDone = pair.asksUnprompted || wasOver && first.running.typed.length === 0;
  if (isDone && hasAskedAlone(pair, first)) {
    return { ...served, second: outcome, firstServed: true };
  }
  const again = first.hasEnded ? undefined : await first.ask(pair.texts.word(8));
  // The first client connects with its text only: it connected after the second one.
  if (!isConnected && asked?.answered && !again?.answered) {
    return { ...served, second: "refused", firstServed: true };
  }
  return {
    ...served,
    second: outcome,
    firstServed: !wasOver && (again?.answered ?? false),
    ...again ? { first: again } : { firstShown: first.running.screen },
  };
}

/** Ctrl+D in the client that runs, or in a new one. */
export async function testCtrlD(
  pair: Pair,
  two: TwoClients | undefined,
): Promise<CtrlDOutcome | undefined> {
  const outcome = await testCtrlDOnce(pair, two);
  if (outcome?.serverTrace === undefined || two?.second !== "waits") return outcome;
  // The server may have failed at the waiting client's request: test once more without that client.
  await pair.listening!.restart();
  await (await pair.currentClient(pair.listening)).ask(pair.texts.word(6));
  return await testCtrlDOnce(pair, undefined);
}

async function testCtrlDOnce(
  pair: Pair,
  two: TwoClients | undefined,
): Promise<CtrlDOutcome | undefined> {
  if (!pair.clientLaunch) return undefined;
  const server = pair.clientFailure ? undefined : pair.listening;
  const standInServer = server ? undefined : startStandIn(pair.conversion, pair.texts.word(5));
  // A client that has asked its one question waits for no text.
  if (pair.exchanges.length > 1 && pair.exchanges.every(({ first }) => first)) {
    await pair.closeClient();
  }
  const isUsed = pair.isTalking;
  if (server && !(isUsed && server.alive)) await server.ensureListening();
  let shownBefore = server?.running.screen.length;
  let end = await endByCtrlD(
    pair,
    standInServer
      ? await pair.startClient(standInServer.dial, pair.clientLaunch, {
        morePorts: pair.clientProgram!.ports,
      })
      : await pair.currentClient(server),
  );
  standInServer?.close();
  await pair.closeClient();
  // The client may wait for a reply, not for a line. A new client waits for its first line.
  if (end && !end.ended && server && await server.restart()) {
    shownBefore = 0;
    end = await endByCtrlD(pair, await pair.currentClient(server)) ?? end;
    await pair.closeClient();
  }
  // A client that does not end may wait for a reply that only its own server would send.
  if (!end || standInServer && !end.ended) return undefined;
  const outcome: CtrlDOutcome = { ...end, server: "ended" };
  if (server) {
    await endsWith(server);
    const { screen, exit } = server.running;
    const serverShown = screen.slice(shownBefore);
    const serverTrace = server.alive ? undefined : stackTrace(serverShown, exit);
    outcome.server = await afterwards(pair, server, two);
    if (serverTrace !== undefined) Object.assign(outcome, { serverTrace, serverShown });
  }
  await two?.client.close();
  return outcome;
}

/** Whether a client has asked its server without a line typed, and has its answer. */
function hasAskedAlone({ asksUnprompted }: Pair, { running, proxy }: SubmittedClient): boolean {
  return (asksUnprompted || running.exit === 0) && proxy.bytes("reply").length > 0;
}

/** Presses Ctrl+D. @returns undefined if the client has ended before. */
async function endByCtrlD(
  pair: Pair,
  client: SubmittedClient,
): Promise<Omit<CtrlDOutcome, "server"> | undefined> {
  const { running } = client;
  const since = running.screen.length;
  const [wasOver, wasOpen] = [client.hasEnded, client.proxy.isOpen];
  client.proxy.isTimed = false; // a client that misses the end of its input may send without end
  if (!wasOver) running.ctrlD();
  let ended = await client.endsWithin(limits.CTRL_D_LIMIT_MS + client.patienceMs);
  if (!ended) {
    running.ctrlD(); // it may wait for Enter before it ends
    ended = await client.endsWithin(limits.FOLLOW_MS);
  }
  // A client with a menu leaves its server, and is back at the menu.
  ended ||= wasOpen && !client.proxy.isOpen && isAtEarlierPrompt(running);
  await client.close();
  if (wasOver && !hasAskedAlone(pair, client)) return undefined;
  const readsTexts = !wasOver && !pair.asksUnprompted;
  if (readsTexts || running.typed.length === 0) return endOf(client, since, ended);
  // It reads an address, and no text: Ctrl+D is pressed at its first prompt.
  const other = await pair.startClient(client.proxy.dial, undefined, { asksForTextsOnly: true });
  return other.hasEnded ? endOf(client, since, ended) : await endByCtrlD(pair, other);
}

/** Starts a client whose address has no server. */
export async function testWithoutServer(pair: Pair): Promise<NoServerOutcome | undefined> {
  if (!pair.clientLaunch) return undefined;
  const client = await pair.startClient(null);
  const text = pair.texts.word(5);
  if (!client.hasEnded) await client.ask(text, limits.NO_SERVER_LIMIT_MS);
  const ended = await endsAfterRetries(client);
  const isBack = !ended && isAtEarlierPrompt(client.running);
  await client.close();
  const answered = pair.conversion.differsFromText &&
    judgeScreen(pair.conversion, text, client.running.screen).verdict === "right";
  return { ...endOf(client, 0, ended), typed: pair.conversion.typed(text), answered, isBack };
}

/** Waits for a client's end; the wait starts again while the client reports retries. */
async function endsAfterRetries(client: SubmittedClient): Promise<boolean> {
  let shown = client.running.screen.length;
  for (let waits = 0; waits < MAX_RETRY_WAITS; waits++) {
    if (await client.endsWithin(limits.NO_SERVER_LIMIT_MS)) return true;
    const { length } = client.running.screen;
    if (length === shown || client.running.floods) break;
    shown = length;
  }
  return false;
}

function endOf(
  { running }: SubmittedClient,
  since: number,
  ended: boolean,
): Omit<CtrlDOutcome, "server"> {
  const shown = running.screen.slice(since);
  const trace = stackTrace(shown, running.exit);
  return {
    ended: ended && running.excess === undefined,
    ...trace !== undefined && { trace },
    shown,
  };
}

async function endsWith(server: SubmittedServer, limitMs = limits.FOLLOW_MS): Promise<void> {
  await untilIdle(() => server.pids, () => !server.alive || undefined, limitMs);
}

/** The state of the server after its client has left. */
async function afterwards(
  pair: Pair,
  server: SubmittedServer,
  two: TwoClients | undefined,
): Promise<CtrlDOutcome["server"]> {
  const isDead = () => server.running.excess !== undefined;
  if (isDead()) return "dead";
  if (!server.alive) return "ended";
  if (two?.second === "waits") {
    const { proxy } = two.client;
    const look = () => proxy.bytes("reply").length > 0 || two.client.hasEnded || undefined;
    await untilIdle(() => two.client.pids, look, limits.WAITED_LIMIT_MS + server.patienceMs);
    two.servedLater = proxy.bytes("reply").length > 0;
  }
  two?.client.running.ctrlD();
  await two?.client.endsWithin(limits.FOLLOW_MS);
  await two?.client.close();
  if (two?.servedLater) return "serves on";
  if (!server.alive) return isDead() ? "dead" : "ended";
  if (await servesAgain(pair, server)) return "serves on";
  await endsWith(server, limits.WAITED_LIMIT_MS);
  if (server.alive && !isDead()) {
    server.running.type(""); // it may wait for Enter before it ends
    await endsWith(server);
  }
  return server.alive || isDead() ? "dead" : "ended";
}

const isAnyReply = (received: Uint8Array) => received.length > 0;

/** Whether a server still answers a repeated request, or else a new client. */
async function servesAgain(pair: Pair, server: SubmittedServer): Promise<boolean> {
  if (
    !pair.recordedRequest ||
    (await replay(server.dial, pair.recordedRequest, isAnyReply)).length > 0
  ) return true;
  if (!server.alive) return false;
  const client = await pair.startClient(server.dial);
  const exchange = client.hasEnded ? undefined : await client.ask(pair.texts.word(6));
  await client.close();
  return exchange?.answered ?? false;
}
