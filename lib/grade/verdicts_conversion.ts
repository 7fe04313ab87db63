/**
 * Verdicts on the conversions (1a, 2a), on where the servers listen (1b, 1c, 2b)
 * and on the clients (3-client1, 3-client2).
 *
 * @module
 */
import { digitsOf } from "../reading/answers.ts";
import {
  holds,
  judge,
  judgeBytes,
  type Kind,
  question,
  shownPart,
  showsReply,
} from "../reading/answers.ts";
import { equals } from "@std/bytes";
import type { Exchange } from "./client.ts";
import { evidenceOf } from "./evidence.ts";
import { showBytes, showScreen } from "../results/shown.ts";
import { isWildcard } from "../box/network.ts";
import type { Asked, Pair } from "./pair.ts";
import type { Evidence, Verdict } from "../results/results.ts";
import { Server, type Trouble } from "./server.ts";
import { readable } from "../reading/readings.ts";
import { lastLine, stackTrace } from "../reading/traces.ts";

/** A shorter text may be in a request by chance. */
const MIN_LETTERS = 5;

/** A verdict before it has marks. */
export interface Opinion {
  /** What is said. */
  verdict: Verdict;
  /** Why, as a sentence; empty where it is right and nothing is to be said. */
  why: string;
  /** What it rests on. */
  evidence: Evidence[];
}

/** An opinion that needs few words. */
export function opinion(verdict: Verdict, why = "", ...evidence: Evidence[]): Opinion {
  return { verdict, why, evidence };
}

/** Why a server cannot be judged; undefined if it listens. */
function noServer({ kind, server, serverProgram }: Pair): Opinion | undefined {
  const name = `server${kind}`;
  if (!serverProgram || !server) return opinion("absent", `There is no ${name}.`);
  if (server instanceof Server) return undefined;
  return troubleOf(name, server);
}

/** What is said of a program that cannot be asked. */
export function troubleOf(name: string, { verdict, why, screen }: Trouble): Opinion {
  if (verdict !== "wrong") return opinion(verdict, `${name} cannot be run here: ${why}.`);
  const trace = stackTrace(screen) ?? lastLine(screen);
  const more = trace && !why.includes(trace) ? ` (${trace})` : "";
  return opinion(verdict, `${name} cannot be asked: ${why}${more}.`, {
    shown: showScreen(screen) || why,
    expected: name.startsWith("s") ? "it listens on a port" : "it connects and asks",
  });
}

/** 1a and 2a: does the server answer with the right conversion? */
export function conversion(pair: Pair): Opinion {
  const none = noServer(pair);
  if (none) return none;
  const { kind } = pair;
  const name = `server${kind}`;
  const answered = pair.asked.filter((e) => e.answered);
  if (answered.length === 0) return byProbe(pair);
  const own = madeByClient(pair, answered);
  if (own) return own;
  const unread = answered.find((e) => isUnreadable(kind, e));
  if (unread && kind === 1) {
    const { verdict, why } = judgeBytes(kind, unread.text, unread.received);
    if (verdict === "wrong") {
      const said = `${name}'s answer is wrong, and its client mends it: ${why}.`;
      return opinion("wrong", said, evidenceOf(kind, unread));
    }
  }
  if (unread) {
    return opinion(
      "look",
      `The right answer is shown, but ${name} did not send it in a form that can be read: ` +
        "see which of the two converts.",
      evidenceOf(kind, unread),
    );
  }
  const hidden = answered.find(({ text, typed, sent }) =>
    text.length >= MIN_LETTERS && !text.includes(" ") && !holds(sent, typed)
  );
  if (hidden) {
    return opinion(
      "look",
      `What was typed cannot be read in what client${kind} sends: see which of the two converts.`,
      evidenceOf(kind, hidden),
    );
  }
  const judged = answered.map((e) => ({ e, j: judgeExchange(kind, e) }));
  const wrong = judged.find(({ j }) => j.verdict === "wrong" || j.verdict === "none");
  if (wrong) {
    // A server that answers a connection's first message only may say nonsense later.
    return opinion(
      "wrong",
      `${name}'s answer is wrong: ${wrong.j.why}.`,
      evidenceOf(kind, wrong.e),
    );
  }
  const part = judged.find(({ j }) => j.verdict === "part");
  if (part) return opinion("part", `In ${name}'s answer ${part.j.why}.`, evidenceOf(kind, part.e));
  // What a client did not send is not its server's fault.
  const silent = pair.asked.filter((e) => !e.answered && !e.cutShort && e.sent.length > 0);
  const isFirstOnly = pair.asked.every(({ first, answered }) => first === answered);
  if (silent.length > 0 && isFirstOnly) {
    return opinion(
      "part",
      `${name} answers only the first message of a connection.`,
      evidenceOf(kind, silent[0]),
    );
  }
  if (silent.length > 0) {
    return opinion("part", `${name} leaves some texts unanswered.`, evidenceOf(kind, silent[0]));
  }
  return opinion("right");
}

function judgeExchange(kind: Kind, e: Asked) {
  const line = judgeBytes(kind, e.text, e.received);
  if (line.verdict === "right") {
    const isSeen = e.altered !== undefined || judge(kind, e.text, e.shown).verdict === "right";
    return isSeen ? line : {
      verdict: "part" as const,
      why: "the bytes are right, but its client does not show them so",
    };
  }
  // The line changed what is shown, so that only what was sent can be judged.
  const screen = e.altered === undefined ? judge(kind, e.text, e.shown) : line;
  if (screen.verdict === "right") return screen;
  if (splitByClient(kind, e)) return { verdict: "right" as const, why: "" };
  return line.verdict === "none" ? screen : line;
}

/** Whether each word was answered by itself, because the client sent it so. */
function splitByClient(kind: Kind, e: Asked): boolean {
  return kind === 1 && e.text.includes(" ") && !readable(e.sent).includes(e.text) &&
    e.text.split(" ").every((word) => readable(e.received).includes(digitsOf(word)));
}

/** Whether the right answer is shown where what came over the line is none. */
function isUnreadable(kind: Kind, e: Asked): boolean {
  return e.altered === undefined && e.text.length >= MIN_LETTERS &&
    judge(kind, e.text, e.shown).verdict === "right" &&
    ["wrong", "none"].includes(judgeBytes(kind, e.text, e.received).verdict) &&
    !splitByClient(kind, e);
}

/** Whether the client converts, and not its server: what shows that. */
function madeByClient({ kind, asked, another }: Pair, answered: Asked[]): Opinion | undefined {
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
    sent.length === 0 && judge(kind, text, shown).verdict === "right"
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
    altered !== undefined && judge(kind, text, shown).verdict === "right" &&
    !shown.includes(altered) && !showsReply(alteredReply!, shown)
  );
  return ignored && made(
    "one digit of the reply was changed on its way, and what it shows did not follow",
    ignored,
    ignored.altered,
  );
}

/** A server whose client could not ask it. */
function byProbe(pair: Pair): Opinion {
  const { kind, probe } = pair;
  const name = `server${kind}`;
  const e = pair.asked.find(({ sent }) => sent.length > 0);
  if (probe) {
    const { verdict, why } = judgeBytes(kind, probe.text, probe.received);
    const evidence = {
      sent: showBytes(probe.sent),
      received: showBytes(probe.received),
      expected: kind === 1 ? digitsOf(probe.text) : probe.text,
    };
    if (verdict === "right") return opinion("right");
    if (verdict === "part") return opinion("part", `In ${name}'s answer ${why}.`, evidence);
    if (verdict === "wrong") {
      return opinion("wrong", `${name}'s answer is wrong: ${why}.`, evidence);
    }
  }
  const { running, screens } = pair.listening!;
  const trace = [...screens, running.screen].map((screen) => stackTrace(screen)).find(Boolean);
  if (e || trace !== undefined) {
    const said = trace === undefined ? "" : ` (${trace})`;
    return opinion(
      "wrong",
      `${name} answers nothing that it is sent${said}.`,
      e ? evidenceOf(kind, e) : { shown: showScreen(screens.find(stackTrace) ?? running.screen) },
    );
  }
  return opinion(
    "look",
    `${name} listens, but there is no client that can ask it, and it answers none of the usual ways.`,
  );
}

/** 1b: on localhost? */
export function onLocalhost(pair: Pair): Opinion {
  const none = noServer(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  if (device !== undefined ? device === "lo" : isLoopback(address) || isWildcard(address)) {
    return opinion("right");
  }
  return opinion("wrong", `server1 listens on ${device ?? address}, not on localhost.`, {
    shown: `listens on ${address}:${port}`,
    expected: "127.0.0.1, or all addresses",
  });
}

/** 1c: on any port? */
export function onAnyPort(pair: Pair): Opinion {
  return noServer(pair) ?? opinion("right");
}

/** 2b: on eth1? */
export function onEth1(pair: Pair): Opinion {
  const none = noServer(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  const { eth1 } = pair.place;
  const shown = { shown: `listens on ${address}:${port}`, expected: `eth1's address, ${eth1}` };
  if (device !== undefined && device !== "eth1") {
    return opinion("part", `server2 is tied to the interface ${device}, not to eth1.`, shown);
  }
  if (device === "eth1" || address === eth1 || isWildcard(address)) return opinion("right");
  if (eth1 === undefined) {
    return opinion("not run", "There is no eth1 without boxes.");
  }
  if (isLoopback(address)) {
    return opinion("part", `server2 listens on ${address} only, not on eth1.`, shown);
  }
  return opinion("right", `server2 listens on a fixed address, ${address}.`);
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** 3-client1 and 3-client2: does the client ask its server and show the answer? */
export function clientWorks(pair: Pair): Opinion {
  const { kind, clientTrouble } = pair;
  const name = `client${kind}`;
  if (!pair.clientProgram) return opinion("absent", `There is no ${name}.`);
  if (clientTrouble) return troubleOf(name, clientTrouble);
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
        evidenceOf(kind, sent),
      );
    }
    const e = pair.asked[0] ?? pair.stoodIn;
    return opinion(
      "wrong",
      `${name} sends nothing for what is typed.`,
      ...e ? [evidenceOf(kind, e)] : [],
    );
  }
  const own = madeByClient(pair, [...answered, ...pair.asked.filter((e) => e.altered)]);
  if (own) return own;
  const refused = pair.asked.find(({ first, sent, cutShort }) =>
    !first && !cutShort && sent.length === 0
  );
  if (refused) {
    return opinion("part", `${name} does not send all that is typed.`, evidenceOf(kind, refused));
  }
  const parts = answered.map((e) => ({ e, part: shownPart(kind, e.text, e.received, e.shown) }));
  const bad = parts.find(({ part }) => part !== "all");
  if (!bad) return opinion("right");
  const some = parts.some(({ part }) => part !== "none");
  const evidence = evidenceOf(kind, bad.e, "the whole of what was received");
  return some
    ? opinion("part", `${name} shows the answer only in part.`, evidence)
    : opinion("wrong", `${name} does not show the answer.`, evidence);
}
