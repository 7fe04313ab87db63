/**
 * Verdicts on the conversions (1a, 2a) and on the clients (3-client1, 3-client2).
 *
 * @module
 */
import { holds, judge, judgeBytes, shownPart } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import { readable } from "../read/readings.ts";
import { stackTrace } from "../read/stack_traces.ts";
import { showBytes, showScreen } from "../results/quoted_text.ts";
import { evidenceOf } from "./evidence.ts";
import type { Asked } from "../ask/exchange.ts";
import { type DraftVerdict, noServer, opinion, startFailureOf } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";
import { IN_USE } from "../ask/submitted_server.ts";
import { isUnreadable, madeByClient, MIN_LETTERS, splitByClient } from "./who_converts.ts";

/** 1a and 2a: does the server answer with the right conversion? */
export function conversion(pair: Pair): DraftVerdict {
  const none = noServer(pair);
  if (none) return none;
  const { kind, conversion } = pair;
  const name = `server${kind}`;
  const answered = pair.asked.filter((e) => e.answered);
  if (answered.length === 0) return byProbe(pair);
  const own = madeByClient(pair, answered);
  if (own) return own;
  const unclear = unreadable(pair, answered);
  if (unclear) return unclear;
  const judged = answered.map((e) => ({ e, j: judgeExchange(conversion, e) }));
  const wrong = judged.find(({ j }) => j.verdict === "wrong" || j.verdict === "none");
  if (wrong) {
    // A server that answers a connection's first message only may say nonsense later.
    return opinion(
      "wrong",
      `${name}'s answer is wrong: ${wrong.j.why}.`,
      evidenceOf(conversion, wrong.e),
    );
  }
  const part = judged.find(({ j }) => j.verdict === "part");
  if (part) {
    return opinion("part", `In ${name}'s answer ${part.j.why}.`, evidenceOf(conversion, part.e));
  }
  // What a client did not send is not its server's fault.
  const silent = pair.asked.filter((e) => !e.answered && !e.cutShort && e.sent.length > 0);
  const isFirstOnly = pair.asked.every(({ first, answered }) => first === answered);
  if (silent.length > 0 && isFirstOnly) {
    return opinion(
      "part",
      `${name} answers only the first message of a connection.`,
      evidenceOf(conversion, silent[0]),
    );
  }
  if (silent.length > 0) {
    return opinion(
      "part",
      `${name} leaves some texts unanswered.`,
      evidenceOf(conversion, silent[0]),
    );
  }
  if (!conversion.isTellable) {
    return opinion(
      "look",
      `The answer is right, but it equals the text: see in the source that ${name} sends back ` +
        "what it receives.",
      evidenceOf(conversion, answered[0]),
    );
  }
  return opinion("right");
}

/** What is shown rightly, though the line does not tell who has converted it. */
function unreadable({ kind, conversion }: Pair, answered: Asked[]): DraftVerdict | undefined {
  const unread = answered.find((e) => isUnreadable(conversion, e));
  if (unread && conversion.form === "bytes") {
    const { verdict, why } = judgeBytes(conversion, unread.text, unread.received);
    if (verdict === "wrong") {
      const said = `server${kind}'s answer is wrong, and its client mends it: ${why}.`;
      return opinion("wrong", said, evidenceOf(conversion, unread));
    }
  }
  if (unread) {
    return opinion(
      "look",
      `The right answer is shown, but server${kind} did not send it in a form that can be read: ` +
        "see which of the two converts.",
      evidenceOf(conversion, unread),
    );
  }
  const hidden = answered.find(({ text, typed, sent }) =>
    text.length >= MIN_LETTERS && !text.includes(" ") && !holds(sent, typed)
  );
  return hidden && opinion(
    "look",
    `What was typed cannot be read in what client${kind} sends: see which of the two converts.`,
    evidenceOf(conversion, hidden),
  );
}

function judgeExchange(conversion: Conversion, e: Asked) {
  const line = judgeBytes(conversion, e.text, e.received);
  if (line.verdict === "right") {
    const isSeen = e.altered !== undefined ||
      judge(conversion, e.text, e.shown).verdict === "right";
    return isSeen ? line : {
      verdict: "part" as const,
      why: "the bytes are right, but its client does not show them so",
    };
  }
  // The line changed what is shown, so that only what was sent can be judged.
  const screen = e.altered === undefined ? judge(conversion, e.text, e.shown) : line;
  if (screen.verdict === "right") return screen;
  if (splitByClient(conversion, e)) {
    return { verdict: "part" as const, why: "each word stands by itself, and no space between" };
  }
  return line.verdict === "none" ? screen : line;
}

/** A server whose client could not ask it. */
function byProbe(pair: Pair): DraftVerdict {
  const { kind, conversion, probe } = pair;
  const name = `server${kind}`;
  const e = pair.asked.find(({ sent }) => sent.length > 0);
  if (probe) {
    const { verdict, why } = judgeBytes(conversion, probe.text, probe.received);
    const evidence = {
      sent: showBytes(probe.sent),
      received: showBytes(probe.received),
      expected: conversion.answer(probe.text),
    };
    if (verdict === "right") return opinion("right");
    if (verdict === "part") return opinion("part", `In ${name}'s answer ${why}.`, evidence);
    if (verdict === "wrong") {
      return opinion("wrong", `${name}'s answer is wrong: ${why}.`, evidence);
    }
  }
  const { running, screens } = pair.listening!;
  if (
    !pair.runner.sandboxed && [...screens, running.screen].some((screen) => IN_USE.test(screen))
  ) {
    return opinion("not run", `${name} cannot be started twice here: its port is in use.`);
  }
  const trace = [...screens, running.screen].map((screen) => stackTrace(screen)).find(Boolean);
  if (e || trace !== undefined) {
    const said = trace === undefined ? "" : ` (${trace})`;
    return opinion(
      "wrong",
      `${name} answers nothing that it is sent${said}.`,
      e
        ? evidenceOf(conversion, e)
        : { shown: showScreen(screens.find(stackTrace) ?? running.screen) },
    );
  }
  return opinion(
    "look",
    `${name} listens, but there is no client that can ask it, and it answers none of the usual ways.`,
  );
}

/** 3-client1 and 3-client2: does the client ask its server and show the answer? */
export function clientWorks(pair: Pair): DraftVerdict {
  const { kind, conversion, clientFailure } = pair;
  const name = `client${kind}`;
  if (!pair.clientProgram) return opinion("absent", `There is no ${name}.`);
  if (clientFailure) return startFailureOf(name, clientFailure);
  const answered = [
    ...pair.asked.filter(({ altered }) => altered === undefined),
    ...pair.stoodIn ? [{ ...pair.stoodIn, first: true, cutShort: false }] : [],
  ].filter(({ received }) => readable(received).trim() !== "");
  if (answered.length === 0) {
    const sent = pair.asked.find((e) => e.sent.length > 0) ?? pair.stoodIn;
    if (sent && holds(sent.sent, sent.typed)) {
      return opinion(
        "look",
        `${name} sends the text, but nobody answers it, so that it cannot be seen what it shows.`,
        evidenceOf(conversion, sent),
      );
    }
    const e = pair.asked[0] ?? pair.stoodIn;
    return opinion(
      "wrong",
      `${name} sends nothing for what is typed.`,
      ...e ? [evidenceOf(conversion, e)] : [],
    );
  }
  const own = madeByClient(pair, [...answered, ...pair.asked.filter((e) => e.altered)]);
  if (own) return own;
  const refused = pair.asked.find(({ first, sent, cutShort }) =>
    !first && !cutShort && sent.length === 0
  );
  if (refused) {
    return opinion(
      "part",
      `${name} does not send all that is typed.`,
      evidenceOf(conversion, refused),
    );
  }
  const ownInput = conversion.isTellable
    ? undefined
    : pair.asked.find((e) => e.altered !== undefined && !e.shown.includes(e.altered));
  if (ownInput) {
    return opinion(
      "look",
      `The reply was changed on its way, and ${name} does not show the change: see whether it ` +
        "shows the reply or what was typed.",
      evidenceOf(conversion, ownInput, ownInput.altered),
    );
  }
  const parts = answered.map((e) => ({
    e,
    part: shownPart(conversion, e.text, e.received, e.shown),
  }));
  const bad = parts.find(({ part }) => part !== "all");
  if (!bad) return opinion("right");
  const some = parts.some(({ part }) => part !== "none");
  const evidence = evidenceOf(conversion, bad.e, "the whole of what was received");
  return some
    ? opinion("part", `${name} shows the answer only in part.`, evidence)
    : opinion("wrong", `${name} does not show the answer.`, evidence);
}
