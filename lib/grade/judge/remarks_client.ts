/**
 * Remarks on a client and its server: lines that are not often typed, and replies
 * that come as they may.
 *
 * @module
 */
import { judgeBytes, shownPart } from "../read/answers.ts";
import { type Conversion, ODD_TEXTS } from "../read/conversions.ts";
import type { Exchange } from "../ask/exchange.ts";
import { evidenceOf } from "./evidence.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import type { Manner } from "../sandbox/recording_proxy.ts";
import type { Pair } from "../ask/pair.ts";
import { readings } from "../read/readings.ts";
import { STREAM } from "./remarks_server.ts";
import type { Evidence, Remark, RemarkId } from "../results/results.ts";
import type { Server } from "../ask/submitted_server.ts";
import { stackTrace } from "../read/stack_traces.ts";
import type { Launch } from "../find/launch.ts";

const CUT_LIMIT_MS = 2_000;
/** A terminal cuts a line at 4,095 bytes, unless it hands on each character as it comes. */
const UNCUT = ["sh", "-c", 'stty -icanon 2> /dev/null; exec "$@"', "-"];

function remark(id: RemarkId, text: string, ...evidence: Evidence[]): Remark {
  return { id, text, evidence };
}

/** What is typed, what that is called, and what to know about it. */
function unusualTexts(
  { conversion, texts }: Pair,
): [id: RemarkId, text: string, what: string, advice: string][] {
  const long = texts.word(conversion.longLength);
  return [
    [
      "spaces",
      texts.spaced(),
      "spaces at the ends of a text",
      "do not strip what was typed",
    ],
    [
      "not-ascii",
      ODD_TEXTS[0],
      "letters beyond ASCII",
      "convert the text to bytes (UTF-8) first and count bytes, not characters",
    ],
    [
      "long-text",
      long,
      `a text of ${long.length} letters`,
      "receive until the message is whole: one recv into a buffer of fixed size cuts it off",
    ],
  ];
}

/** Lines that are not often typed. */
export async function remarksOnTyping(
  pair: Pair,
  server: Server,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const { kind, conversion, texts } = pair;
  const remarks: Remark[] = [];
  const usual = pair.asked.find(({ answered }) => answered)!;
  if (!isRight(conversion, usual)) return []; // what is wrong anyway has its verdict
  const uncut: Launch = { ...pair.way!, words: [...UNCUT, ...pair.way!.words] };
  let client = await pair.startClient(server.dial);
  for (const [id, text, what, advice] of unusualTexts(pair)) {
    if (signal?.aborted) return remarks;
    if (client.over || id === "long-text") {
      await client.close();
      if (!await server.ensure()) return remarks;
      client = await pair.startClient(server.dial, id === "long-text" ? uncut : pair.way);
    }
    const e = await client.ask(text);
    if (isRight(conversion, e)) continue;
    const short = { ...e, typed: e.typed.slice(0, 80), shown: e.shown.slice(0, 200) };
    remarks.push(remark(
      id,
      `client${kind} and server${kind} do not get ${what} right; ${advice}.`,
      evidenceOf(conversion, short, conversion.answer(text).slice(0, 200)),
    ));
    await client.close();
    await server.restart();
    client = await pair.startClient(server.dial);
  }
  if (!client.over && !signal?.aborted) {
    const shown = await client.say("");
    const e = client.over ? undefined : await client.ask(texts.word(5));
    if (e && !e.answered && !client.over) {
      remarks.push(remark(
        "empty-line",
        `After an empty line client${kind} hangs: nothing was sent, and it waits for an answer ` +
          "to it. Ask again instead, or frame messages so that an empty one is one too.",
        { typed: "", sent: showBytes(e.sent), shown: showScreen(shown + e.shown) },
      ));
    }
  }
  await client.close();
  return remarks;
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

/** Replies that come as they may. */
export async function remarksOnReplies(
  pair: Pair,
  server: Server,
  signal?: AbortSignal,
): Promise<Remark[]> {
  const { kind, conversion } = pair;
  const remarks: Remark[] = [];
  const manners: [manner: Manner, id: RemarkId, what: string][] = [
    [
      "one byte at a time",
      "reply-in-pieces",
      `shows only a part of a reply whose bytes arrive one at a time. ${STREAM}: receive until the reply is whole.`,
    ],
    [
      "late",
      "late-reply",
      "does not show a reply that is a second late. Wait for it, and say so while waiting.",
    ],
  ];
  for (const [manner, id, what] of manners) {
    if (signal?.aborted || !await server.ensure()) return remarks;
    const client = await pair.startClient(server.dial);
    client.line.manner = manner;
    const e = await client.ask(pair.texts.word(7));
    await client.close();
    if (!e.answered || shownPart(conversion, e.text, e.received, e.shown) === "all") continue;
    remarks.push(remark(id, `client${kind} ${what}`, evidenceOf(conversion, e)));
  }
  if (signal?.aborted || !await server.ensure()) return remarks;
  const client = await pair.startClient(server.dial);
  client.line.manner = "cut";
  const e = await client.ask(pair.texts.word(7));
  if (!client.over) await client.say(pair.texts.word(3));
  const ended = await client.running.endsWithin(CUT_LIMIT_MS);
  const { screen, exit } = client.running;
  await client.close();
  const trace = stackTrace(screen, exit);
  if (e.answered && (!ended || trace !== undefined)) {
    remarks.push(remark(
      "cut-reply",
      ended
        ? `client${kind} ends in a stack trace when the server is gone in the middle of a reply: ${trace}. ` +
          "Catch that, and say it in a sentence."
        : `client${kind} goes on as if nothing had happened when the server is gone in the middle ` +
          "of a reply. A recv that brings nothing means the end of the connection.",
      { typed: e.typed, received: showBytes(e.received), shown: showScreen(e.shown) },
    ));
  }
  return remarks;
}
