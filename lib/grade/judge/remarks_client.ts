/**
 * Remarks on a client and its server: texts that are not often typed, and replies that are
 * late, cut or in pieces.
 *
 * @module
 */
import { judgeBytes, shownPart } from "../read/answers.ts";
import { type Conversion, ODD_TEXTS } from "../read/conversions.ts";
import type { Exchange } from "../ask/exchange.ts";
import type { SubmittedClient } from "../ask/submitted_client.ts";
import { evidenceOf } from "./evidence.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import type { Manner } from "../sandbox/recording_proxy.ts";
import type { Pair } from "../ask/pair.ts";
import { readings } from "../read/readings.ts";
import { ensureAnswers, STREAM } from "./remarks_server.ts";
import type { Evidence, Remark, RemarkId } from "../results/results.ts";
import type { SubmittedServer } from "../ask/submitted_server.ts";
import { stackTrace } from "../read/stack_traces.ts";
import type { Launch } from "../find/launch.ts";

/** Idle time after which a missing answer counts as none. Each remark may need this wait once. */
const REMARK_LIMIT_MS = 1_200;
/** A client that ends once its next line is typed does so in this time. */
const ENDS_LIMIT_MS = 400;
/** A terminal cuts a line at 4,095 bytes, unless it hands on each character as it comes. */
const UNCUT = ["sh", "-c", 'stty -icanon 2> /dev/null; exec "$@"', "-"];

function remark(id: RemarkId, text: string, ...evidence: Evidence[]): Remark {
  return { id, text, evidence };
}

/** A text that is not often typed. */
interface UnusualText {
  id: RemarkId;
  /** The text itself. */
  text: string;
  /** What a sentence calls it. */
  what: string;
  /** What the student should do. */
  advice: string;
}

function unusualTexts({ conversion, texts }: Pick<Pair, "conversion" | "texts">): UnusualText[] {
  const long = texts.word(conversion.longLength);
  return [
    {
      id: "spaces",
      text: texts.spaced(),
      what: "spaces at the ends of a text",
      advice: "do not strip what was typed",
    },
    {
      id: "not-ascii",
      text: ODD_TEXTS[0],
      what: "letters beyond ASCII",
      advice: "convert the text to bytes (UTF-8) first and count bytes, not characters",
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

/** A manner in which the proxy delivers a reply, and the end of the remark if the client fails. */
interface MannerTest {
  manner: Manner;
  id: RemarkId;
  what: string;
}

const MANNERS: MannerTest[] = [
  {
    manner: "one byte at a time",
    id: "reply-in-pieces",
    what:
      `shows only a part of a reply whose bytes arrive one at a time. ${STREAM}: receive until the reply is whole.`,
  },
  {
    manner: "late",
    id: "late-reply",
    what: "does not show a reply that is a second late. Wait for it, and say so while waiting.",
  },
];

/**
 * The client that remarks are made on. The same client is used for all tests until it ends, or
 * until a test fails: a program start is what costs processor time.
 */
class TestedClient {
  #pair: Pair;
  #server: SubmittedServer;
  #client: SubmittedClient | undefined;
  /** Whether the client was started for the test under way. */
  isNew = false;

  constructor(pair: Pair, server: SubmittedServer) {
    this.#pair = pair;
    this.#server = server;
  }

  /** The client; a new one if there is none or it has ended. Undefined if the server does not listen. */
  async get(launch = this.#pair.launch): Promise<SubmittedClient | undefined> {
    this.isNew = this.#client === undefined || this.#client.hasEnded;
    if (!this.isNew) return this.#client;
    await this.drop();
    if (!await this.#server.ensureListening()) return undefined;
    return this.#client = await this.#pair.startClient(this.#server.dial, launch);
  }

  /** Ends the client. */
  async drop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  /** Ends the client after a failed test, and makes sure that the server still works. */
  async fail(): Promise<void> {
    await this.drop();
    await ensureAnswers(this.#pair, this.#server);
  }
}

/** A test that may give a remark. */
type Test = (pair: Pair, tested: TestedClient) => Promise<Remark | undefined>;

/**
 * The tests of a client and its server, in two lists that share nothing: each list needs a
 * server of its own, so that both can run at once.
 */
export function clientTests({ exchanges, conversion, texts }: Pair): [Test[], Test[]] {
  const usual = exchanges.find(({ answered }) => answered)!;
  const isUsuallyRight = isRight(conversion, usual); // what is wrong anyway has its verdict
  const [spaces, notAscii, long] = unusualTexts({ conversion, texts });
  const [inPieces, late] = MANNERS.map((one): Test => (...args) => manner(...args, one));
  const unusual = (one: UnusualText): Test => (...args) => unusualText(...args, one);
  const longest: Test = (...args) => longText(...args, long);
  return isUsuallyRight
    ? [[unusual(spaces), unusual(notAscii), inPieces, emptyLine], [late, cutReply, longest]]
    : [[inPieces], [late, cutReply]];
}

/** Runs tests one after another. @param server A server of their own. */
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

/** A text that is not often typed. */
async function unusualText(
  { number, conversion }: Pair,
  tested: TestedClient,
  { id, text, what, advice }: UnusualText,
  launch?: Launch,
): Promise<Remark | undefined> {
  const e = await (await tested.get(launch))?.ask(text);
  if (!e || isRight(conversion, e)) return undefined;
  const short = { ...e, typed: e.typed.slice(0, 80), shown: e.shown.slice(0, 200) };
  return remark(
    id,
    `client${number} and server${number} do not get ${what} right; ${advice}.`,
    evidenceOf(conversion, short, conversion.answer(text).slice(0, 200)),
  );
}

/** A text of 10,000 characters. The client is a new one, whose terminal does not cut the line. */
async function longText(
  pair: Pair,
  tested: TestedClient,
  text: UnusualText,
): Promise<Remark | undefined> {
  await tested.drop();
  const { launch } = pair;
  return await unusualText(pair, tested, text, { ...launch!, words: [...UNCUT, ...launch!.words] });
}

async function emptyLine(
  { number, texts }: Pair,
  tested: TestedClient,
): Promise<Remark | undefined> {
  const client = await tested.get();
  if (!client) return undefined;
  const shown = await client.typeLine("", REMARK_LIMIT_MS);
  const e = client.hasEnded ? undefined : await client.ask(texts.word(5), REMARK_LIMIT_MS);
  if (!e || e.answered || client.hasEnded) return undefined;
  return remark(
    "empty-line",
    `After an empty line client${number} hangs: nothing was sent, and it waits for an answer ` +
      "to it. Ask again instead, or frame messages so that an empty one is one too.",
    { typed: "", sent: showBytes(e.sent), shown: showScreen(shown + e.shown) },
  );
}

/** A reply that the proxy delivers in one of its manners. A used client may be out of step: then a new one is tried. */
async function manner(
  pair: Pair,
  tested: TestedClient,
  { manner, id, what }: MannerTest,
): Promise<Remark | undefined> {
  const { number, conversion, texts } = pair;
  for (;;) {
    const client = await tested.get();
    if (!client) return undefined;
    client.proxy.manner = manner;
    const e = await client.ask(texts.word(7));
    client.proxy.manner = "as it is";
    if (e.answered && shownPart(conversion, e.text, e.received, e.shown) === "all") {
      return undefined;
    }
    if (!tested.isNew) {
      await tested.fail();
      continue;
    }
    if (e.answered) return remark(id, `client${number} ${what}`, evidenceOf(conversion, e));
    await tested.fail();
    return undefined;
  }
}

/** A reply of which the second half is lost with the connection. */
async function cutReply(
  { number, texts }: Pair,
  tested: TestedClient,
): Promise<Remark | undefined> {
  for (;;) {
    const client = await tested.get();
    if (!client) return undefined;
    client.proxy.manner = "cut";
    const e = await client.ask(texts.word(7));
    if (!e.answered && !tested.isNew) {
      await tested.fail();
      continue;
    }
    if (!client.hasEnded) await client.typeLine(texts.word(3), REMARK_LIMIT_MS);
    const ended = await client.endsWithin(ENDS_LIMIT_MS);
    const { screen, exit } = client.running;
    await tested.drop();
    const trace = stackTrace(screen, exit);
    if (!e.answered || ended && trace === undefined) return undefined;
    return remark(
      "cut-reply",
      ended
        ? `client${number} ends in a stack trace when the server is gone in the middle of a reply: ${trace}. ` +
          "Catch that, and say it in a sentence."
        : `client${number} goes on as if nothing had happened when the server is gone in the middle ` +
          "of a reply. A recv that brings nothing means the end of the connection.",
      { typed: e.typed, received: showBytes(e.received), shown: showScreen(e.shown) },
    );
  }
}

function isRight(conversion: Conversion, e: Exchange): boolean {
  const expected = conversion.answer(e.text);
  if (conversion.form === "number") {
    return judgeBytes(conversion, e.text, e.received).verdict === "right";
  }
  // A separator that is not the usual one has its verdict; here the bits alone count.
  const bare = (from: string) =>
    conversion.form === "text"
      ? from
      : from.replace(conversion.name === "binary" ? /[^01]/g : /[^0-9a-f]/g, "");
  return readings(e.received, expected, e.typed).some((reading) =>
    bare(reading).includes(bare(expected))
  );
}
