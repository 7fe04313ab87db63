/**
 * The verdict on a client that does not send all that is typed.
 *
 * @module
 */
import { fixedText, judgeBytes, sentInWords, sentLength } from "../read/answers.ts";
import { WHY } from "../read/judgement.ts";
import { lastLine } from "../read/stack_traces.ts";
import type { PairExchange } from "../ask/exchange.ts";
import type { Pair } from "../ask/pair.ts";
import { draft, type DraftVerdict } from "./draft_verdict.ts";
import { evidenceOf, textSent } from "./exchange_judgement.ts";

/** The verdict on a client that does not send all that is typed; undefined if it does. */
export function unsentPart(pair: Pair, answered: PairExchange[]): DraftVerdict | undefined {
  const { number, conversion, exchanges, greeting } = pair;
  const name = `client${number}`;
  const cut = answered.find((e) =>
    fixedText(conversion, e) === undefined &&
    (sentLength(e.sent, e.typed) ?? Infinity) < e.typed.length
  );
  if (cut) {
    const letters = textSent(conversion, cut)!.length;
    if (letters === letterLimit(pair)) {
      const why = `${name} and server${number} share a frame that holds ${letters} letters: ` +
        `${number}a says so.`;
      return draft("right", why);
    }
    const sent = sentLength(cut.sent, cut.typed);
    const why =
      `${name} cuts off what is typed: it sends ${sent} of ${cut.typed.length} characters.`;
    return draft("part", why, evidenceOf(conversion, cut));
  }
  const split = answered.find((e) => sentInWords(conversion, e));
  if (split) {
    const why = `${name} sends each word of what is typed as a message of its own.`;
    return draft("part", why, evidenceOf(conversion, split));
  }
  // A client that asks for one text only, or whose server has left, need not send another.
  const prompt = lastLine(greeting);
  const refused = exchanges.find(({ first, sent, cutShort, serverClosed }, i) =>
    !first && !cutShort && !serverClosed && sent.length === 0 && prompt !== "" &&
    lastLine(exchanges[i - 1].shown) === prompt
  );
  return refused &&
    draft("part", `${name} does not send all that is typed.`, evidenceOf(conversion, refused));
}

/** The letters that a server reads of a longer text; undefined if it reads all of them. */
function letterLimit({ conversion, longProbe }: Pair): number | undefined {
  const { why = "" } = longProbe ? judgeBytes(conversion, longProbe.text, longProbe.received) : {};
  return why.startsWith(WHY.cut) ? Number(why.match(/\d+/)) : undefined;
}
