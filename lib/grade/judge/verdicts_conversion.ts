/**
 * Verdicts on the conversions (1a, 2a) and on the clients (3-client1, 3-client2).
 *
 * @module
 */
import {
  fixedText,
  holds,
  judgeBytes,
  judgeScreen,
  MIN_LETTERS,
  shownPart,
} from "../read/answers.ts";
import { type Judgement, WHY } from "../read/judgement.ts";
import { readable } from "../read/readings.ts";
import { stackTrace } from "../read/stack_traces.ts";
import { showScreen } from "../results/quoted_text.ts";
import {
  evidenceOf,
  judgeExchange,
  sentInFrames,
  showsLeftover,
  textSent,
} from "./exchange_judgement.ts";
import type { PairExchange } from "../ask/exchange.ts";
import {
  draft,
  type DraftVerdict,
  noServerVerdict,
  startFailureVerdict,
  undecided,
} from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";
import {
  byProbe,
  lineEndVerdict,
  NO_PARTNER,
  passwordVerdict,
  shortTextsVerdict,
} from "./verdicts_probe.ts";
import { unsentPart } from "./unsent_part.ts";
import { clientConvertsVerdict, serverConverts, unreadExchange } from "./who_converts.ts";

const UNREADABLE = "what passes on the wire cannot be read";
const SAME_TEXT = "the right answer equals the text";

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
    return draft("part", `In ${name}'s answer ${part.j.why}.`, evidenceOf(conversion, part.e));
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
    return draft("part", `${name} is right for short texts only: here ${j.why}.`, evidence);
  }
  const words = right.filter(({ text }) => !text.includes(" "));
  if (words.length > 1 && faulty.every(({ e }) => e.text.includes(" "))) {
    const short = right.some(({ text }) => text.includes(" "));
    const what = short ? "short texts" : "single words";
    return draft("part", `${name} is right for ${what} only: here ${j.why}.`, evidence);
  }
  return draft("wrong", `${name}'s answer is wrong: ${j.why}.`, evidence);
}

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
  const some = parts.some(({ part }) => part !== "none");
  const evidence = evidenceOf(conversion, bad.e, "the whole of what was received");
  return some
    ? draft("part", `${name} shows the answer only in part.`, evidence)
    : draft("wrong", `${name} does not show the answer.`, evidence);
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
