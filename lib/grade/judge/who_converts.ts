/**
 * Which of two programs makes a conversion, as the line tells it.
 *
 * @module
 */
import { equals } from "@std/bytes";
import {
  holds,
  judgeBytes,
  judgeScreen,
  type PairNumber,
  question,
  showsReply,
} from "../read/answers.ts";
import { evidenceOf } from "./evidence.ts";
import { splitByClient } from "./exchange_judgement.ts";
import type { Asked, Exchange } from "../ask/exchange.ts";
import { type DraftVerdict, opinion } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";

/** A shorter text may be in a request by chance. */
export const MIN_LETTERS = 5;

/** Whether the right answer is shown where what came over the line is none. */
export function isUnreadable(kind: PairNumber, e: Asked): boolean {
  return e.altered === undefined && e.text.length >= MIN_LETTERS &&
    judgeScreen(kind, e.text, e.shown).verdict === "right" &&
    ["wrong", "none"].includes(judgeBytes(kind, e.text, e.received).verdict) &&
    !splitByClient(kind, e);
}

/** Whether the client converts, and not its server: what shows that. */
export function madeByClient(
  { kind, asked, another }: Pair,
  answered: Asked[],
): DraftVerdict | undefined {
  const [client, server] = [`client${kind}`, `server${kind}`];
  const made = (why: string, e: Exchange, expected?: string) =>
    opinion(
      "wrong",
      `${client} makes the conversion itself: ${why}.`,
      evidenceOf(kind, e, expected),
    );
  const isAnswerTo = (text: string) =>
    judgeBytes(kind, text, another!.received).verdict === "right";
  if (another && isAnswerTo(another.text) && !isAnswerTo(another.became)) {
    const why = `the text was changed on its way, and ${server} answered the one that was typed`;
    return made(why, another, question(kind, another.became).expected);
  }
  const carrying = answered.find(({ text, sent }) =>
    text.length >= MIN_LETTERS && holds(sent, question(kind, text).expected)
  );
  if (carrying) return made("what it sends holds the answer already", carrying);
  const alone = asked.find(({ text, sent, shown }) =>
    sent.length === 0 && judgeScreen(kind, text, shown).verdict === "right"
  );
  if (alone) return made("it shows an answer to what it does not send", alone);
  const unreadable = answered.filter((e) => isUnreadable(kind, e));
  const echoed = unreadable.find(({ received, typed }) => holds(received, typed));
  if (echoed) return made(`${server} sends back only what it was sent`, echoed);
  const same = unreadable.find(({ text, received }) =>
    unreadable.some((e) => e.text !== text && equals(e.received, received))
  );
  if (same) return made(`${server} sends the same for different texts`, same);
  const ignored = answered.find(({ text, shown, altered, alteredReply }) =>
    altered !== undefined && judgeScreen(kind, text, shown).verdict === "right" &&
    !shown.includes(altered) && !showsReply(alteredReply!, shown)
  );
  return ignored && made(
    "one digit of the reply was changed on its way, and what it shows did not follow",
    ignored,
    ignored.altered,
  );
}
