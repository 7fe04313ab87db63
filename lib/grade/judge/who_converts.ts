/**
 * Which of two programs makes the conversion: the bytes between them show it, or experiments.
 *
 * @module
 */
import { equals } from "@std/bytes";
import {
  holds,
  judgeBytes,
  judgeScreen,
  MIN_LETTERS,
  sentInWords,
  showsReply,
} from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { WHY } from "../read/judgement.ts";
import { readable } from "../read/readings.ts";
import { evidenceOf, textSent } from "./exchange_judgement.ts";
import type { Exchange, PairExchange } from "../ask/exchange.ts";
import { draft, type DraftVerdict } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";

/** Bytes by which a message grows for each letter: digits at least, letters at most. */
const GROWTH = { digits: 5, letters: 3 };

/** Whether a client shows the right answer, and the reply holds none that can be read. */
function isUnreadable(conversion: Conversion, e: PairExchange): boolean {
  return e.altered === undefined && e.text.length >= MIN_LETTERS &&
    judgeScreen(conversion, e.text, e.shown).verdict === "right" &&
    ["wrong", "none"].includes(judgeBytes(conversion, e.text, e.received).verdict) &&
    !sentInWords(conversion, e);
}

/** An exchange whose bytes cannot be read, and the reason; undefined if all can be read. */
export function unreadExchange(
  { number, conversion }: Pair,
  answered: PairExchange[],
): { e: PairExchange; why: string } | undefined {
  const reply = answered.find((e) => isUnreadable(conversion, e));
  if (reply) {
    const why = `The right answer is shown, but what server${number} sends cannot be read`;
    return { e: reply, why };
  }
  const request = answered.find((e) =>
    e.text.length >= MIN_LETTERS && !e.text.includes(" ") &&
    textSent(conversion, e) === undefined
  );
  return request && {
    e: request,
    why: `What was typed cannot be read in what client${number} sends`,
  };
}

/** Whether experiments are needed: the bytes cannot be read, or the proxy could not change them. */
export function needsExperiments(pair: Pair): boolean {
  const answered = pair.exchanges.filter((e) => e.answered);
  if (answered.length === 0 || !pair.listening || !pair.clientLaunch) return false;
  if (unreadExchange(pair, answered)) return true;
  return !pair.alteredRequest && answered.every(({ altered }) => altered === undefined);
}

/** Whether the experiments, or the lengths of messages, show that the server converts. */
export function serverConverts({ conversion, exchanges, experiments }: Pair): boolean {
  const { withOtherServer } = experiments ?? {};
  const isOther = withOtherServer?.answered === true &&
    judgeScreen(conversion, withOtherServer.text, withOtherServer.shown).verdict !== "right";
  return isOther || hasPlausibleLengths(conversion, exchanges);
}

/** Whether the lengths of messages fit letters in one direction and digits in the other. */
function hasPlausibleLengths({ name }: Conversion, asked: PairExchange[]): boolean {
  if (name !== "binary" && name !== "text") return false;
  const answered = asked.filter((e) => e.answered);
  const later = answered.filter(({ first }) => !first); // without a login or a handshake
  const all = (later.length > 1 ? later : answered).sort((a, b) => a.text.length - b.text.length);
  const [short, long] = [all[0], all.at(-1)!];
  const letters = long.text.length - short.text.length;
  const growth = (of: (e: PairExchange) => number) => (of(long) - of(short)) / Math.max(letters, 1);
  const [sent, received] = [growth((e) => e.sent.length), growth((e) => e.received.length)];
  const [digits, text] = name === "binary" ? [received, sent] : [sent, received];
  return digits >= GROWTH.digits && text > 0 && text <= GROWTH.letters;
}

/** Whether a request holds the answer, and no frame or encoding only looks like it. */
function carriesAnswer(
  { name, form, answer }: Conversion,
  { text, typed, sent }: PairExchange,
): boolean {
  const expected = answer(text);
  if (text.length < MIN_LETTERS || !holds(sent, expected, typed)) return false;
  // A client that sends the text in hexadecimal has made that conversion.
  if (name === "hex" || name === "decimal") return !readable(sent).includes(typed);
  const isShort = form === "number" || expected.length < MIN_LETTERS || typed.includes(expected);
  return !isShort || !holds(sent, typed);
}

/** The verdict if the client converts instead of the server; undefined if nothing shows it. */
export function clientConvertsVerdict(
  { number, conversion, exchanges, alteredRequest, experiments }: Pair,
  answered: PairExchange[],
): DraftVerdict | undefined {
  if (!conversion.differsFromText) return undefined;
  const [client, server] = [`client${number}`, `server${number}`];
  const made = (why: string, e: Exchange, expected?: string) =>
    draft(
      "wrong",
      `${client} makes the conversion itself: ${why}.`,
      evidenceOf(conversion, e, expected),
    );
  const isAnswerTo = (text: string) =>
    judgeBytes(conversion, text, alteredRequest!.received).verdict === "right";
  // A program that finds a wrong checksum gets the message again, unchanged.
  const isOnce = (bytes: Uint8Array, text: string) => readable(bytes).split(text).length <= 2;
  const isChanged = alteredRequest && isOnce(alteredRequest.sent, alteredRequest.typed);
  if (isChanged && isAnswerTo(alteredRequest.text) && !isAnswerTo(alteredRequest.became)) {
    const why = `the text was changed on its way, and ${server} answered the one that was typed`;
    return made(why, alteredRequest, conversion.answer(alteredRequest.became));
  }
  const carrying = answered.find((e) => carriesAnswer(conversion, e));
  if (carrying) return made("what it sends holds the answer already", carrying);
  const alone = exchanges.find(({ text, sent, shown }) =>
    sent.length === 0 && judgeScreen(conversion, text, shown).verdict === "right"
  );
  if (alone) return made("it shows an answer to what it does not send", alone);
  const unreadable = answered.filter((e) => isUnreadable(conversion, e));
  const echoed = unreadable.find(({ received, typed }) => holds(received, typed));
  if (echoed) return made(`${server} sends back only what it was sent`, echoed);
  const numbers = unreadable.find(({ text, received }) =>
    judgeBytes(conversion, text, received).why === WHY.decimal
  );
  if (numbers) return made(`${server} sends decimal numbers`, numbers);
  const same = unreadable.find(({ text, received }) =>
    unreadable.some((e) => e.text !== text && equals(e.received, received))
  );
  if (same) return made(`${server} sends the same for different texts`, same);
  const shows = (e?: Exchange) =>
    e && judgeScreen(conversion, e.text, e.shown).verdict === "right" ? e : undefined;
  const withOther = shows(experiments?.withOtherServer);
  if (withOther) return made(`it shows the right answer from server${3 - number} too`, withOther);
  const cut = shows(experiments?.withCutReply);
  if (cut) return made("it shows the right answer though the reply broke off", cut);
  const ignored = answered.find(({ text, received, shown, altered, alteredReply }) =>
    altered !== undefined && isOnce(received, conversion.answer(text)) &&
    judgeScreen(conversion, text, shown).verdict === "right" &&
    !shown.includes(altered) && !showsReply(alteredReply!, shown)
  );
  return ignored && made(
    "one character of the reply was changed on its way, and what it shows did not follow",
    ignored,
    ignored.altered,
  );
}
