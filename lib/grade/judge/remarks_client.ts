/**
 * Remarks on a client and its server: unusual texts, and replies that are late, cut or in pieces.
 *
 * @module
 */
import { shownPart, showsReply, withoutLabels } from "../read/answers.ts";
import { ODD_TEXTS } from "../read/conversions.ts";
import type { Exchange } from "../ask/exchange.ts";
import { wholeReply } from "../ask/settling.ts";
import { readable } from "../read/readings.ts";
import { isAtEarlierPrompt, type SubmittedClient } from "../ask/submitted_client.ts";
import { lenientText } from "../../wire/text.ts";
import { evidenceOf, hasAnswer } from "./exchange_judgement.ts";
import { ENDS_LIMIT_MS, REMARK_LIMIT_MS } from "./limits.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import type { Manner } from "../sandbox/recording_proxy.ts";
import type { Pair } from "../ask/pair.ts";
import { STREAM } from "../results/questions.ts";
import { ensureAnswers } from "./remarks_server.ts";
import type { Evidence, Remark, RemarkId } from "../results/results.ts";
import type { SubmittedServer } from "../ask/submitted_server.ts";
import { failedEnd, stackTrace } from "../read/stack_traces.ts";

/** Tries of a test whose client or server may have ended in order. */
const MAX_TRIES = 3;
/** What a trace quotes of a text. */
const QUOTED = /(['"])[^'"]{1,200}\1/g;
/** A terminal in line mode cuts a line at 4,095 bytes: for a longer line, UNCUT leaves line mode. */
const MAX_LINE_CHARS = 3_000;
const UNCUT = ["sh", "-c", 'stty -icanon 2> /dev/null; exec "$@"', "-"];

function remark(id: RemarkId, text: string, evidence: Evidence): Remark {
  return { id, text, evidence: [evidence] };
}

interface UnusualText {
  id: RemarkId;
  text: string;
  what: string;
  advice: string;
}

function unusualTexts({ conversion, texts }: Pick<Pair, "conversion" | "texts">): UnusualText[] {
  const long = texts.word(conversion.longLength);
  return [
    {
      id: "spaces",
      text: texts.spaced(),
      what: "spaces at the ends of a text",
      advice: "take off the line end only",
    },
    {
      id: "not-ascii",
      text: ODD_TEXTS[0],
      what: "letters beyond ASCII",
      advice: conversion.form === "bytes"
        ? "convert the text to bytes (UTF-8) first and count bytes, not characters"
        : "send UTF-8, decode it as a whole, and let a frame's length count bytes, not characters",
    },
    {
      id: "long-text",
      text: long,
      what: `a text of ${long.length} letters`,
      advice:
        "receive until the message is whole: one recv into a buffer of fixed size cuts it off",
    },
  ];
}

/** A way in which the proxy delivers a reply, and the end of the remark if the client fails. */
interface MannerTest {
  manner: Manner;
  id: RemarkId;
  what: string;
}

const MANNERS: MannerTest[] = [
  {
    manner: "one byte at a time",
    id: "reply-in-pieces",
    what: "shows only a part of a reply whose bytes arrive one at a time. " +
      `${STREAM} Receive until the reply is complete.`,
  },
  {
    manner: "late",
    id: "late-reply",
    what: "does not show a reply that is a second late. Wait for it, and say so while waiting.",
  },
];

/**
 * The client under test. One client serves all tests until it ends or a test fails: starting a
 * program costs the most processor time.
 */
class TestedClient {
  #client: SubmittedClient | undefined;
  #isUncut = false;

  constructor(private readonly pair: Pair, private readonly server: SubmittedServer) {}

  /** A client that can read the line `typed`; undefined if the server does not listen. */
  async get(typed = ""): Promise<SubmittedClient | undefined> {
    const isLong = typed.length > MAX_LINE_CHARS;
    if (this.#client && !this.#client.hasEnded && (this.#isUncut || !isLong)) return this.#client;
    await this.drop();
    if (!await this.server.ensureListening()) return undefined;
    this.#isUncut = isLong;
    const launch = this.pair.clientLaunch!;
    const words = [...isLong ? UNCUT : [], ...launch.words];
    return this.#client = await this.pair.startClient(this.server.dial, { ...launch, words });
  }

  async drop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  /** Ends the client, and starts the server again. */
  async restart(): Promise<void> {
    await this.drop();
    await this.server.restart();
  }

  /** Ends the client after a failed test, and restarts the server unless it still answers. */
  async fail(): Promise<void> {
    await this.drop();
    await ensureAnswers(this.pair, this.server);
  }
}

type Test = (pair: Pair, tested: TestedClient) => Promise<Remark | undefined>;

/**
 * The tests of a client and its server, in two lists that share nothing: each list needs a
 * server of its own, so that both can run at once.
 */
export function clientTests({ exchanges, conversion, texts, showsAtEnd }: Pair): [Test[], Test[]] {
  const usual = exchanges.find(({ answered }) => answered)!;
  const isShown =
    shownPart(conversion, usual.text, usual.received, withoutLabels(usual.shown)) === "all";
  const isUsuallyRight = hasAnswer(conversion, usual); // if not, the verdict says so
  const [spaces, notAscii, long] = unusualTexts({ conversion, texts });
  const [inPieces, late] = MANNERS.map((one): Test => (...args) => manner(...args, one));
  const unusual = (one: UnusualText): Test => (...args) => unusualText(...args, one);
  // Tests that fail often come first: the client that passes all of them serves the others too.
  const manners = showsAtEnd || !isShown ? [] : [inPieces, late, cutReply];
  return [isUsuallyRight ? [...[long, spaces, notAscii].map(unusual), emptyLine] : [], manners];
}

/** Runs tests one after another. @param server A server for these tests alone. */
export async function remarksOnClient(
  pair: Pair,
  server: SubmittedServer,
  tests: Test[],
  signal?: AbortSignal,
): Promise<Remark[]> {
  const tested = new TestedClient(pair, server);
  const remarks: Remark[] = [];
  for (const test of tests) {
    if (signal?.aborted) break;
    const remark = await test(pair, tested);
    if (!remark) continue;
    remarks.push(remark);
    await tested.fail();
  }
  await tested.drop();
  return remarks;
}

async function unusualText(
  { number, conversion, tested: made }: Pair,
  tested: TestedClient,
  { id, text, what, advice }: UnusualText,
): Promise<Remark | undefined> {
  const ask = async () => {
    const client = await tested.get(conversion.typed(text));
    if (client && id === "long-text") client.proxy.manner = "request in segments";
    const asked = await client?.ask(text);
    const e = id === "long-text" && asked?.answered
      ? { ...asked, received: await wholeReply(client!, asked.since) }
      : asked;
    if (client) client.proxy.manner = "as it is";
    return e;
  };
  let e = await ask();
  if (e && !e.answered) { // the server may have ended after its only question
    await tested.restart();
    e = await ask();
  }
  if (!e) return undefined;
  made.add(id);
  if (hasAnswer(conversion, e)) {
    // The next test would receive what this client has not read.
    if (!showsReply(e.received, e.shown)) await tested.drop();
    return undefined;
  }
  const short = { ...e, typed: e.typed.slice(0, 80), shown: e.shown.slice(0, 200) };
  const isSent = readable(e.sent).includes(e.typed);
  const whose = isSent ? `server${number} does` : `client${number} and server${number} do`;
  return remark(
    id,
    `${whose} not get ${what} right; ${advice}.`,
    evidenceOf(conversion, short, conversion.answer(text).slice(0, 200)),
  );
}

async function emptyLine(
  { number, texts, tested: made }: Pair,
  tested: TestedClient,
): Promise<Remark | undefined> {
  const client = await tested.get();
  if (!client || client.takesTextArgument) return undefined;
  const shown = await client.typeLine("", REMARK_LIMIT_MS);
  const e = client.hasEnded ? undefined : await client.ask(texts.word(5), REMARK_LIMIT_MS);
  made.add("empty-line");
  if (!e || e.sent.length > 0 || client.hasEnded) return undefined;
  return remark(
    "empty-line",
    `After an empty line client${number} hangs: it sends nothing, and waits for an answer. ` +
      "Prompt again instead, or use frames that can hold an empty message.",
    { typed: "", sent: showBytes(e.sent), shown: showScreen(shown + e.shown) },
  );
}

/**
 * Asks for a text whose reply the proxy delivers late or in pieces. Two clients must fail: an
 * earlier test, or a busy machine, may be the cause of one failure. A new client that shows the
 * first byte and prompts again is enough: it did not wait for the rest.
 */
async function manner(
  pair: Pair,
  tested: TestedClient,
  { manner, id, what }: MannerTest,
): Promise<Remark | undefined> {
  const { number, conversion, texts } = pair;
  const failed: Exchange[] = [];
  let isSure = false;
  for (let tries = 0; tries < MAX_TRIES && !isSure; tries++) {
    const client = await tested.get();
    if (!client) return undefined;
    const isNew = client.typedAt.length === 0; // no earlier test has used it
    client.proxy.manner = manner;
    const e = await client.ask(texts.word(7));
    client.proxy.manner = "as it is";
    if (!e.answered) { // a server that serves one client may have ended
      await tested.restart();
      continue;
    }
    if (shownPart(conversion, e.text, e.received, withoutLabels(e.shown)) === "all") {
      pair.tested.add(id);
      return undefined;
    }
    failed.push(e);
    const isFirstShown = e.shown.includes(lenientText(e.received.subarray(0, 1)));
    const isCut = isNew && isFirstShown && manner === "one byte at a time";
    isSure = failed.length === 2 || isCut && isAtEarlierPrompt(client.running);
    await tested.fail();
  }
  if (!isSure) return undefined;
  return remark(id, `client${number} ${what}`, evidenceOf(conversion, failed[0]));
}

/** Asks for a text; the proxy closes the connection in the middle of the reply. */
async function cutReply(
  { number, conversion, texts, tested: made }: Pair,
  tested: TestedClient,
): Promise<Remark | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const client = await tested.get();
    if (!client) return undefined;
    client.proxy.manner = "cut";
    const e = await client.ask(texts.word(7));
    if (!e.answered) {
      await tested.restart();
      continue;
    }
    const prompts = isAtEarlierPrompt(client.running);
    if (!client.hasEnded) await client.typeLine(texts.word(3), REMARK_LIMIT_MS);
    const ended = await client.endsWithin(ENDS_LIMIT_MS);
    const trace = stackTrace(client.running.screen, client.running.exit);
    await tested.drop();
    made.add("cut-reply");
    if (ended && trace === undefined) return undefined;
    const isPartShown = shownPart(conversion, e.text, e.received, e.shown) !== "none";
    const reconnects = client.proxy.passed.slice(e.since).some(({ what }) => what === "open");
    if (!ended && !isPartShown && (prompts || reconnects)) return undefined;
    const fault = trace && ended
      ? failedEnd(trace.replace(QUOTED, "$1…$1"))
      : isPartShown
      ? "shows a part of the reply as an answer"
      : "neither ends nor prompts again";
    return remark(
      "cut-reply",
      `When the connection closes in the middle of a reply, client${number} ${fault}. ` +
        "A recv that returns nothing means the end of the connection: say so in a sentence.",
      { typed: e.typed, received: showBytes(e.received), shown: showScreen(e.shown) },
    );
  }
  return undefined;
}
