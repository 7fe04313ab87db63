/**
 * Verdicts on the conversions (1a, 2a).
 *
 * @module
 */
import { judgeBytes, judgeScreen, MIN_LETTERS } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { type Judgement, WHY } from "../read/judgement.ts";
import { readable } from "../read/readings.ts";
import { evidenceOf, judgeExchange, sentInFrames, textSent } from "./exchange_judgement.ts";
import type { PairExchange } from "../ask/exchange.ts";
import { draft, type DraftVerdict, noServerVerdict, undecided } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";
import { byProbe, passwordVerdict, SAME_TEXT, shortTextsVerdict } from "./verdicts_probe.ts";
import { clientConvertsVerdict, serverConverts, unreadExchange } from "./who_converts.ts";

const UNREADABLE = "what passes on the wire cannot be read";

/** 1a and 2a: does the server answer with the right conversion? */
export function conversionVerdict(pair: Pair): DraftVerdict {
  const none = noServerVerdict(pair);
  if (none) return none;
  const { number, conversion } = pair;
  const name = `server${number}`;
  const all = pair.exchanges.filter((e) => e.answered);
  if (all.length === 0) return byProbe(pair);
  // Requests that a client repeats may arrive as one: then the server answers their sum.
  const once = all.filter(({ sent, typed }) => readable(sent).split(`${typed}\n`).length <= 2);
  const whole = (once.length > 0 ? once : all).filter((e) => !sentInFrames(e));
  const answered = whole.length > 0 ? whole : once.length > 0 ? once : all;
  const own = clientConvertsVerdict(pair, answered) ?? passwordVerdict(pair);
  if (own) return own;
  const unread = unreadExchange(pair, answered);
  const unclear = unread && unclearConversion(pair, unread);
  if (unclear) return unclear;
  const judged = answered.map((e) => ({
    e,
    j: unread ? judgeScreen(conversion, e.text, e.shown) : judgeExchange(conversion, e),
  }));
  // A text that the client did not send is not the server's fault.
  const isSent = (e: PairExchange) =>
    unread !== undefined || e.text.length < MIN_LETTERS || textSent(conversion, e) !== undefined;
  const faulty = judged.filter(({ e, j }) =>
    (j.verdict === "wrong" || j.verdict === "none") && isSent(e)
  );
  if (faulty.length > 0) return wrongAnswers(pair, judged, faulty);
  const part = judged.find(({ j }) => j.verdict === "part");
  if (part) {
    const why = partReason(conversion, part, answered);
    return draft("part", `In ${name}'s answer ${why}.`, evidenceOf(conversion, part.e));
  }
  if (pair.needsTwoClients) {
    const why = `${name} answers a client only once a second client has connected.`;
    const { typed, text } = answered[0];
    const expected = `${conversion.answer(text)}, with one client`;
    return draft("part", why, { typed, received: "", expected });
  }
  const short = shortTextsVerdict(pair);
  if (short) return short;
  const silent = pair.exchanges.filter((e) => !e.answered && !e.cutShort && e.sent.length > 0);
  const isFirstOnly = pair.exchanges.every(({ first, answered }) => first === answered);
  if (silent.length > 0) {
    const what = isFirstOnly
      ? "answers only the first message of a connection"
      : "leaves some texts unanswered";
    return draft("part", `${name} ${what}.`, evidenceOf(conversion, silent[0]));
  }
  if (!conversion.differsFromText) {
    return undecided(
      SAME_TEXT,
      `The answer is right, but it equals the text: see in the source that ${name} sends back ` +
        "what it receives.",
      [evidenceOf(conversion, answered[0])],
    );
  }
  return draft("right");
}

/** The verdict where the bytes do not show which program converts; undefined if experiments do. */
function unclearConversion(
  pair: Pair,
  { e, why }: { e: PairExchange; why: string },
): DraftVerdict | undefined {
  const { number, conversion } = pair;
  const line = judgeBytes(conversion, e.text, e.received);
  if (conversion.form === "bytes" && line.verdict === "wrong") {
    const said = `server${number}'s answer is wrong, and its client corrects it: ${line.why}.`;
    return draft("wrong", said, evidenceOf(conversion, e));
  }
  if (serverConverts(pair)) return undefined;
  return undecided(UNREADABLE, `${why}: see which of the two converts.`, [
    evidenceOf(conversion, e),
  ]);
}

interface Judged {
  e: PairExchange;
  j: Judgement;
}

/** The verdict on a server that answers some or all texts wrongly. */
function wrongAnswers(
  { number, conversion }: Pair,
  judged: Judged[],
  faulty: Judged[],
): DraftVerdict {
  const name = `server${number}`;
  const [{ e, j }] = faulty;
  const evidence = evidenceOf(conversion, e);
  const isFaulty = (one: Judged) => faulty.includes(one);
  const isFair = ({ j }: Judged) => j.verdict === "right" || j.verdict === "part";
  const right = judged.filter((one) => !isFaulty(one) && isFair(one)).map(({ e }) => e);
  if (judged.every((one) => one.e.first !== isFaulty(one)) && right.length > 0) {
    return draft("part", `${name} answers only the first message of a connection.`, evidence);
  }
  const lengths = (of: PairExchange[]) => of.map((e) => (textSent(conversion, e) ?? e.text).length);
  const losses = [WHY.cut, WHY.lostByte, WHY.lostLetter];
  const isCut = faulty.every(({ j }) => losses.some((loss) => j.why.startsWith(loss))) &&
    right.length > 0 &&
    Math.max(...lengths(right)) < Math.min(...lengths(faulty.map(({ e }) => e)));
  if (isCut) {
    return draft(
      "part",
      `${name}'s answer is right for short texts only: here ${j.why}.`,
      evidence,
    );
  }
  const words = right.filter(({ text }) => !text.includes(" "));
  if (words.length > 1 && faulty.every(({ e }) => e.text.includes(" "))) {
    const short = right.some(({ text }) => text.includes(" "));
    const what = short ? "short texts" : "single words";
    return draft(
      "part",
      `${name}'s answer is right for ${what} only: here ${j.why}.`,
      evidence,
    );
  }
  return draft("wrong", `${name}'s answer is wrong: ${j.why}.`, evidence);
}

/** Why an answer is right in part; answers to earlier texts may come before it. */
function partReason({ answer }: Conversion, { e, j }: Judged, answered: PairExchange[]): string {
  const isAfterOther = j.why === WHY.beside &&
    answered.slice(0, answered.indexOf(e)).some(({ text }) =>
      readable(e.received).includes(answer(text) + answer(e.text))
    );
  return isAfterOther ? "an earlier answer comes before the right one" : j.why;
}
