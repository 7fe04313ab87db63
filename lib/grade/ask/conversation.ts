/**
 * Asks a server and its client together for one text after another.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { alteration, alteredAnswer, alteredPartOf } from "../read/alteration.ts";
import { fixedText, sentInWords, sentLength, shownPart } from "../read/answers.ts";
import { readable } from "../read/readings.ts";
import { askAlone, findClient, learnsCommand } from "./client_search.ts";
import type { Conversion } from "../read/conversions.ts";
import type { Passed } from "../sandbox/recording_proxy.ts";
import type { Exchange, PairExchange } from "./exchange.ts";
import type { Pair } from "./pair.ts";
import { probeServer, type RecordedRequest, replay, requestOf } from "./replay.ts";
import { brokenProgram } from "./start_failure.ts";
import { frameAs } from "./stand_in.ts";
import type { SubmittedClient } from "./submitted_client.ts";
import type { SubmittedServer } from "./submitted_server.ts";
import { END_LIMIT_MS } from "./limits.ts";
import { withSlowReply } from "./slow_reply.ts";

/** Texts in a row without an answer; then no more are typed. */
const MAX_UNANSWERED = 2;
/** Tries for one text: a client or a server may have ended normally after its last exchange. */
const MAX_TRIES = 3;

/** Asks for texts of several lengths; the proxy changes the last reply. Asks only once. */
export function talk(pair: Pair): Promise<void> {
  return pair.talked ??= talkOnce(pair);
}

async function talkOnce(pair: Pair): Promise<void> {
  const { texts } = pair;
  const all = [texts.word(9), texts.words(), texts.word(2), texts.sentence(), texts.word(7)];
  const server = pair.listening;
  pair.clientFailure = pair.clientProgram && brokenProgram(pair.clientProgram);
  if (!server || !pair.clientProgram || pair.clientFailure) return;
  pair.client = await pair.searchTime.during(() => findClient(pair, server));
  if (!pair.client) return;
  let unanswered = 0;
  for (const [i, text] of all.entries()) {
    unanswered = await askOne(pair, server, text, i === all.length - 1) ? 0 : unanswered + 1;
    if (unanswered === MAX_UNANSWERED && !pair.recordedRequest) break;
  }
  await waitForTheEnd(pair);
  if (!pair.recordedRequest) return;
  await askAnother(pair, server);
  await askWhole(pair, server, pair.recordedRequest);
}

/** Asks as {@linkcode talk} does; without an answer, server and client are asked alone. */
export async function converse(pair: Pair): Promise<void> {
  await talk(pair);
  const { listening, clientProgram } = pair;
  if (pair.exchanges.some((e) => e.answered && readable(e.received).trim() !== "")) return;
  const text = pair.exchanges[0]?.text ?? pair.texts.word(9);
  if (listening && await askTogether(pair, listening, text)) return;
  if (listening) {
    const known = pair.exchanges.find(({ sent }) => sent.length > 0);
    pair.probe = await probeServer(listening, pair.conversion, text, known);
    if (pair.probe) {
      const request = requestOf(pair.probe.text, pair.probe.sent);
      await askInFrame(pair, listening, request, pair.texts.sentence());
    }
  }
  if (clientProgram && !brokenProgram(clientProgram)) {
    pair.standInExchange = await pair.searchTime.during(() => askAlone(pair, text));
  }
}

/** Asks two clients at once: a server may answer none before a second one has connected. */
async function askTogether(pair: Pair, server: SubmittedServer, text: string): Promise<boolean> {
  if (!pair.exchanges.some(({ sent }) => sent.length > 0) || !await server.restart()) return false;
  await pair.closeClient();
  const first = await pair.currentClient(server);
  const second = await pair.startClient(server.dial);
  const [exchange] = await Promise.all([first.ask(text), second.ask(text)]);
  await second.close();
  await pair.closeClient();
  if (!exchange.answered) return false;
  pair.needsTwoClients = true;
  const one = { ...exchange, first: true, cutShort: false, run: server.starts };
  pair.exchanges.splice(0, Infinity, one);
  return true;
}

/** Asks for one text, by the client at work if there is one. @returns Whether there was an answer. */
async function askOne(
  pair: Pair,
  server: SubmittedServer,
  text: string,
  last: boolean,
): Promise<boolean> {
  const { conversion } = pair;
  for (let tries = 1;; tries++) {
    // A client that asks without a typed line asks once.
    if (pair.client?.hasEnded || pair.asksUnprompted) await pair.closeClient();
    const isNew = pair.client === undefined;
    if (isNew && !await server.ensureListening()) return false;
    const client = await pair.currentClient(server);
    if (pair.exchanges.length === 0) pair.greeting = client.running.screen;
    const part = alteredPartOf(conversion, text);
    const altering = last ? alteration(part, conversion.alterPart(part)) : undefined;
    client.proxy.alter = { ...altering && { reply: altering.alter } };
    const wasOver = client.hasEnded;
    let exchange = await client.ask(text);
    if (isNew || pair.exchanges.length === 0) {
      exchange = await askedLate(pair, client, unasked(pair, client, exchange, wasOver));
      if (pair.exchanges.length === 0) exchange = await withSlowReply(server, client, exchange);
    }
    client.proxy.alter = {};
    const first = isNew || pair.exchanges.length === 0;
    const cutShort = server.running.excess !== undefined;
    if (!exchange.answered) {
      const isServed = first && hasServed(pair, server, exchange);
      if (isServed) server.servesOnce ||= server.alive;
      const isRetried = tries < MAX_TRIES && (
        isServed || isSpent(exchange, first) ||
        pair.exchanges.length === 0 && exchange.sent.length === 0 &&
          await learnsCommand(pair, client)
      );
      await pair.closeClient();
      if (!isRetried || isServed || !server.alive) await server.restart();
      if (isRetried) continue;
    }
    const altered = altering?.changed() !== undefined && {
      altered: alteredAnswer(conversion, text),
      alteredReply: altering.passed(),
    };
    pair.exchanges.push({ ...exchange, first, cutShort, run: server.starts, ...altered });
    if (exchange.answered) pair.recordedRequest ??= recordedRequestOf(client, exchange);
    return exchange.answered;
  }
}

/** What a client asked and showed before a text was typed, if it does not ask its user for one. */
function unasked(
  pair: Pair,
  { proxy, running }: SubmittedClient,
  exchange: Exchange,
  hadEnded: boolean,
): Exchange {
  const [sent, received] = [proxy.bytes("request"), proxy.bytes("reply")];
  if (exchange.sent.length > 0 || sent.length === 0 || received.length === 0) return exchange;
  const whole = { ...exchange, sent, received, shown: running.screen, answered: true, since: 0 };
  // A pair that was found as the other one has the other conversion's text.
  const isFixed = (["binary", "text"] as const).some((name) =>
    fixedText({ name }, whole) !== undefined
  );
  if (!hadEnded && !isFixed) return exchange;
  pair.asksUnprompted = true;
  return whole;
}

/** The first exchange of a client that sends a text only once another line is typed. */
async function askedLate(
  pair: Pair,
  client: SubmittedClient,
  exchange: Exchange,
): Promise<Exchange> {
  const mayBe = pair.exchanges.length === 0 && exchange.sent.length === 0 && !client.hasEnded &&
    !client.takesTextArgument && pair.typedLines === undefined;
  const late = mayBe ? await client.ask(exchange.text) : exchange;
  // Another client waits for a line before it connects.
  const wasConnected = client.proxy.passed.slice(0, exchange.since)
    .some(({ what }) => what === "open");
  pair.sendsLate ||= mayBe && late.answered && wasConnected;
  return late.answered ? late : exchange;
}

/** Whether a client has had its only exchange, and waits until it is closed. */
function isSpent({ sent, serverClosed }: Exchange, first: boolean): boolean {
  return !first && serverClosed && sent.length === 0;
}

/**
 * Whether a server has ended normally after an earlier client, or serves no other client: the verdict
 * on 3a names this fault.
 */
function hasServed({ exchanges }: Pair, server: SubmittedServer, { sent }: Exchange): boolean {
  const isSameRun = exchanges.at(-1)?.run === server.starts;
  return isSameRun && (!server.running.exit || sent.length === 0);
}

/** Asks for one more text, which the proxy changes: only the server can answer the changed text. */
async function askAnother(pair: Pair, server: SubmittedServer): Promise<void> {
  const { conversion } = pair;
  const text = pair.texts.word(8);
  const typed = conversion.typed(text);
  const became = conversion.textOf(conversion.alterTyped(typed));
  if (conversion.answer(became) === conversion.answer(text)) return; // it would show nothing
  if (pair.client?.hasEnded) await pair.closeClient();
  if (!pair.client && !await server.ensureListening()) return;
  const client = await pair.currentClient(server);
  const { alter, changed } = alteration(typed, conversion.alterTyped(typed), true);
  client.proxy.alter = { request: alter };
  const exchange = await client.ask(text);
  client.proxy.alter = {};
  if (changed() !== undefined && exchange.answered) pair.alteredRequest = { ...exchange, became };
  if (exchange.answered) return;
  await pair.closeClient();
  await server.restart();
}

/**
 * If a client cuts off the typed line, the grader sends the longest text, uncut and in the client's
 * frame, to a copy of the server: this shows how much the server reads.
 */
async function askWhole(
  pair: Pair,
  server: SubmittedServer,
  request: RecordedRequest,
): Promise<void> {
  const { conversion, exchanges } = pair;
  const cut = exchanges.filter((e) => isCutByClient(conversion, e))
    .sort((a, b) => b.text.length - a.text.length)[0];
  if (cut) await askInFrame(pair, server, request, cut.text);
}

/** Starts a copy of the server, and sends it another text in the frame of a request. */
async function askInFrame(
  pair: Pair,
  server: SubmittedServer,
  request: RecordedRequest,
  text: string,
): Promise<void> {
  const { typed } = pair.conversion;
  const last = request.steps.at(-1)!;
  const usual = typed(request.text);
  const others = pair.exchanges.filter(({ answered }) => answered).map(({ sent }) => sent);
  const cut = usual.slice(0, sentLength(last, usual)).trim();
  const sent = frameAs(last, cut, typed(text), others);
  const other = sent && await server.startCopy(pair.runner);
  if (!other) return;
  const steps = [...request.steps.slice(0, -1), sent];
  const received = await replay(other.dial, { ...request, steps });
  await other.close();
  if (received.length > 0) pair.longProbe = { text, sent, received, ends: request.ends };
}

function isCutByClient(conversion: Conversion, e: PairExchange): boolean {
  const isCut = (sentLength(e.sent, e.typed) ?? Infinity) < e.typed.length;
  return e.answered &&
    (isCut && fixedText(conversion, e) === undefined || sentInWords(conversion, e));
}

/** Ends a client that shows nothing: some clients show all their answers at the end. */
async function waitForTheEnd(pair: Pair): Promise<void> {
  const { conversion, exchanges, client } = pair;
  const answered = exchanges.filter((e) => e.answered);
  const isShown = (e: PairExchange) =>
    shownPart(conversion, e.text, e.received, e.shown) !== "none";
  if (!client || client.hasEnded || answered.length === 0 || answered.some(isShown)) return;
  const since = client.running.screen.length;
  await client.typeLine("quit");
  client.running.ctrlD();
  await client.running.endsWithin(END_LIMIT_MS);
  for (const e of answered) e.shown += client.running.screen.slice(since);
  pair.showsAtEnd = answered.some(isShown);
}

/** The bytes that a client sent from the start of its connection to its first answer. */
function recordedRequestOf(
  client: SubmittedClient,
  exchange: Exchange,
): RecordedRequest | undefined {
  const { passed } = client.proxy;
  const asked = passed.findIndex(({ what }, i) => i >= exchange.since && what === "request");
  const end = passed.findIndex(({ what }, i) => i > asked && what === "reply");
  if (asked < 0 || end < 0) return undefined;
  const { connection } = passed[asked];
  const steps: Uint8Array<ArrayBuffer>[] = [];
  const seen = new Set<Passed["what"]>();
  let last = -1; // the last piece of the step; a line that is typed, or a reply, begins another
  for (const [i, { connection: of, what, bytes }] of passed.slice(0, end).entries()) {
    if (of !== connection) continue;
    seen.add(what);
    if (what === "reply") last = -1;
    if (what !== "request") continue;
    const isSame = last >= 0 && !client.typedAt.some((at) => at > last && at <= i);
    if (isSame) steps.push(concat([steps.pop()!, bytes]));
    else steps.push(bytes);
    last = i;
  }
  return { steps, text: exchange.text, awaitsGreeting: seen.has("reply"), ends: seen.has("close") };
}
