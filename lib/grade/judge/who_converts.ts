/**
 * Which of two programs makes a conversion, as the line tells it.
 *
 * @module
 */
import { equals } from "@std/bytes";
import { holds, judge, judgeBytes, showsReply } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { readable } from "../read/readings.ts";
import { evidenceOf } from "./evidence.ts";
import type { Asked, Exchange } from "../ask/exchange.ts";
import { type DraftVerdict, opinion } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";

/** A shorter text may be in a request by chance. */
export const MIN_LETTERS = 5;

/** Whether each word was answered by itself, because the client sent it so. */
export function splitByClient(conversion: Conversion, e: Asked): boolean {
  return conversion.form === "bytes" && e.text.includes(" ") &&
    !readable(e.sent).includes(e.text) &&
    e.text.split(" ").every((word) => readable(e.received).includes(conversion.answer(word)));
}

/** Whether the right answer is shown where what came over the line is none. */
export function isUnreadable(conversion: Conversion, e: Asked): boolean {
  return e.altered === undefined && e.text.length >= MIN_LETTERS &&
    judge(conversion, e.text, e.shown).verdict === "right" &&
    ["wrong", "none"].includes(judgeBytes(conversion, e.text, e.received).verdict) &&
    !splitByClient(conversion, e);
}

/** Whether a request holds the answer, and not because a frame or an encoding looks like it. */
function carriesAnswer({ name, form, answer }: Conversion, { text, typed, sent }: Asked): boolean {
  const expected = answer(text);
  if (text.length < MIN_LETTERS || !holds(sent, expected, typed)) return false;
  const isLikeFrame = form === "number" || name === "hex" || name === "decimal" ||
    expected.length < MIN_LETTERS || typed.includes(expected);
  return !isLikeFrame || !holds(sent, typed);
}

/** Whether the client converts, and not its server: what shows that. */
export function madeByClient(
  { kind, conversion, asked, another }: Pair,
  answered: Asked[],
): DraftVerdict | undefined {
  if (!conversion.isTellable) return undefined;
  const [client, server] = [`client${kind}`, `server${kind}`];
  const made = (why: string, e: Exchange, expected?: string) =>
    opinion(
      "wrong",
      `${client} makes the conversion itself: ${why}.`,
      evidenceOf(conversion, e, expected),
    );
  const isAnswerTo = (text: string) =>
    judgeBytes(conversion, text, another!.received).verdict === "right";
  if (another && isAnswerTo(another.text) && !isAnswerTo(another.became)) {
    const why = `the text was changed on its way, and ${server} answered the one that was typed`;
    return made(why, another, conversion.answer(another.became));
  }
  const carrying = answered.find((e) => carriesAnswer(conversion, e));
  if (carrying) return made("what it sends holds the answer already", carrying);
  const alone = asked.find(({ text, sent, shown }) =>
    sent.length === 0 && judge(conversion, text, shown).verdict === "right"
  );
  if (alone) return made("it shows an answer to what it does not send", alone);
  const unreadable = answered.filter((e) => isUnreadable(conversion, e));
  const echoed = unreadable.find(({ received, typed }) => holds(received, typed));
  if (echoed) return made(`${server} sends back only what it was sent`, echoed);
  const same = unreadable.find(({ text, received }) =>
    unreadable.some((e) => e.text !== text && equals(e.received, received))
  );
  if (same) return made(`${server} sends the same for different texts`, same);
  const ignored = answered.find(({ text, shown, altered, alteredReply }) =>
    altered !== undefined && judge(conversion, text, shown).verdict === "right" &&
    !shown.includes(altered) && !showsReply(alteredReply!, shown)
  );
  return ignored && made(
    "one digit of the reply was changed on its way, and what it shows did not follow",
    ignored,
    ignored.altered,
  );
}
