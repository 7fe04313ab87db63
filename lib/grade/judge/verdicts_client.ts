/**
 * Verdicts on the clients (3-client1, 3-client2): does a client ask its server, and show the answer?
 *
 * @module
 */
import { fixedText, holds, judgeScreen, shownPart } from "../read/answers.ts";
import { readable } from "../read/readings.ts";
import { stackTrace } from "../read/stack_traces.ts";
import { showScreen } from "../results/quoted_text.ts";
import { evidenceOf, showsLeftover } from "./exchange_judgement.ts";
import type { PairExchange } from "../ask/exchange.ts";
import { draft, type DraftVerdict, startFailureVerdict, undecided } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";
import { lineEndVerdict, NO_PARTNER, passwordVerdict, SAME_TEXT } from "./verdicts_probe.ts";
import { unsentPart } from "./unsent_part.ts";
import { clientConvertsVerdict, unreadExchange } from "./who_converts.ts";

/** 3-client1 and 3-client2: does the client ask its server and show the answer? */
export function clientVerdict(pair: Pair): DraftVerdict {
  const { number, conversion, clientFailure } = pair;
  const name = `client${number}`;
  if (!pair.clientProgram) return draft("absent", pair.noClient ?? `There is no ${name}.`);
  if (clientFailure) return startFailureVerdict(name, clientFailure);
  const locked = passwordVerdict(pair);
  if (locked) return locked;
  const endless = pair.exchanges.some(({ answered }) => answered)
    ? undefined
    : lineEndVerdict(pair);
  if (endless) return endless;
  const answered = [
    ...pair.exchanges.filter(({ altered }) => altered === undefined),
    ...pair.standInExchange
      ? [{ ...pair.standInExchange, first: true, cutShort: false, run: 0 }]
      : [],
  ].filter((e) => e.answered && readable(e.received).trim() !== "");
  if (answered.length === 0) return unansweredVerdict(pair);
  const altered = pair.exchanges.filter((e) => e.altered);
  const own = clientConvertsVerdict(pair, [...answered, ...altered]);
  if (own) return own;
  if (pair.sendsLate) {
    const why = `${name} sends a text only once the next line is typed.`;
    return draft("part", why, evidenceOf(conversion, answered[0]));
  }
  const unsent = unsentPart(pair, answered);
  if (unsent) return unsent;
  const repeated = ownInputAsAnswer(pair);
  if (repeated) {
    const why = `${name} shows what was typed as the answer if no reply comes.`;
    return draft("wrong", why, evidenceOf(conversion, repeated));
  }
  const ownInput = conversion.differsFromText
    ? undefined
    : pair.exchanges.find((e) => e.altered !== undefined && !e.shown.includes(e.altered));
  if (ownInput) {
    return undecided(
      SAME_TEXT,
      `The reply was changed on its way, and ${name} does not show the change: see whether it ` +
        "shows the reply or what was typed.",
      [evidenceOf(conversion, ownInput, ownInput.altered)],
    );
  }
  return shownVerdict(pair, answered);
}

/** The verdict on a client whose texts nothing has answered. */
function unansweredVerdict(pair: Pair): DraftVerdict {
  const { number, conversion, exchanges, standInExchange } = pair;
  const converts = clientConvertsVerdict(pair, exchanges);
  if (converts) return converts;
  const e = exchanges.find(({ sent }) => sent.length > 0) ?? standInExchange;
  if (!e || !holds(e.sent, e.typed)) return sendsNothing(pair);
  const why = `client${number} sends the text, but gets no answer: ` +
    "what it would show cannot be seen.";
  return undecided(NO_PARTNER, why, [evidenceOf(conversion, e)]);
}

/** The verdict on a client that sends what is typed: does it show what it receives? */
function shownVerdict(pair: Pair, answered: PairExchange[]): DraftVerdict {
  const { number, conversion } = pair;
  const name = `client${number}`;
  const isUnread = unreadExchange(pair, answered) !== undefined;
  const parts = answered.map((e) => {
    // What the server sends cannot be read: the screen is judged as the server's answer.
    const isShown = isUnread &&
      ["right", "part"].includes(judgeScreen(conversion, e.text, e.shown).verdict);
    return { e, part: isShown ? "all" : shownPart(conversion, e.text, e.received, e.shown) };
  });
  const bad = parts.find(({ part }) => part !== "all");
  const leftover = bad ? undefined : answered.find((e) => showsLeftover(e, answered));
  if (leftover) {
    const why = `${name} shows the rest of a longer message behind a shorter answer.`;
    return draft("part", why, evidenceOf(conversion, leftover));
  }
  if (!bad) {
    const isFixed = answered.every((e) => fixedText(conversion, e) !== undefined);
    return draft("right", isFixed ? `${name} sends a fixed text, not what is typed.` : "");
  }
  if (pair.exchanges.length === 0 || bad.e === answered.at(-1) && pair.standInExchange) {
    const why = `${name} does not show what the grader answered for server${number}`;
    const evidence = [evidenceOf(conversion, bad.e)];
    return undecided(NO_PARTNER, `${why}: ask it with its own server.`, evidence);
  }
  const evidence = evidenceOf(conversion, bad.e, "the whole of what was received");
  const isLate = answered.length > 1 && answered.slice(1).every(({ shown }, i) => {
    const { text, received, shown: before } = answered[i];
    return [before, shown].map((screen) => shownPart(conversion, text, received, screen) === "all")
      .join() === "false,true";
  });
  if (isLate) {
    const why = `${name} shows each answer one turn late: only after the next line was typed.`;
    return draft("part", why, evidence);
  }
  if (parts.some(({ part }) => part !== "none")) {
    return draft("part", `${name} shows the answer only in part.`, evidence);
  }
  // The terminal shows a typed line too, after the prompt.
  const isTyped = answered.every(({ typed, shown }) => {
    const label = shown.slice(0, Math.max(shown.lastIndexOf(typed), 0)).split("\n").at(-1)!.trim();
    return /\p{L}/u.test(label) && !pair.greeting.includes(label);
  });
  const what = isTyped ? "shows what was typed, not the answer" : "does not show the answer";
  return draft("wrong", `${name} ${what}.`, evidence);
}

/** The verdict on a client that sends nothing: `wrong` with its own error, else `look`. */
function sendsNothing(pair: Pair): DraftVerdict {
  const { number, conversion } = pair;
  const name = `client${number}`;
  const e = pair.exchanges[0] ?? pair.standInExchange;
  const run = pair.runs(name).find(({ screen, exit }) => stackTrace(screen, exit) !== undefined);
  const evidence = {
    ...e && evidenceOf(conversion, e),
    ...run && { shown: showScreen(run.screen) },
  };
  if (run) {
    const why = `${name} sends nothing for what is typed: ${stackTrace(run.screen, run.exit)}.`;
    return draft("wrong", why, evidence);
  }
  const line = JSON.stringify({ [name]: { type: ["{text}"] } });
  const why = `${name} sends nothing for what is typed; what to type can be said in lab.json: `;
  return undecided("what to type is not known", why + line, [evidence], line);
}

/** An exchange without a reply in which a client shows what was typed where it shows answers. */
function ownInputAsAnswer({ exchanges, standInExchange }: Pair): PairExchange | undefined {
  const { shown = "", altered = "" } = standInExchange ?? {};
  const label = shown.slice(0, Math.max(shown.indexOf(altered), 0)).split("\n").at(-1)!;
  if (!/\p{L}{3}/u.test(label)) return undefined;
  return exchanges.find((e) => !e.answered && e.shown.includes(label + e.typed));
}
