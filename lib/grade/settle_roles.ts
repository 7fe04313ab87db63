/**
 * Decides by their answers which servers and clients belong to which question.
 *
 * @module
 */
import { answersAs, mayBeTheOther } from "./ask/shared_program.ts";
import { converse, talk } from "./ask/conversation.ts";
import type { Pair } from "./ask/pair.ts";
import { fixedText, holds } from "./read/answers.ts";
import { readable } from "./read/readings.ts";
import { escapeText } from "../terminal/show.ts";
import type { Built } from "./find/build.ts";
import { HOST, PORT } from "./find/launch.ts";
import { portsIn } from "./find/partners.ts";
import { PROGRAM_NAMES, type ProgramName } from "./results/results.ts";
import type { DraftVerdict } from "./judge/draft_verdict.ts";
import { conversionVerdict } from "./judge/verdicts_conversion.ts";

/** The programs of a submission. */
export type Programs = Partial<Record<ProgramName, Built>>;

/** The most characters of a reply that a reason quotes. */
const MAX_QUOTED_CHARS = 60;

/** Whether a program does its work, at least in part. */
function isFair({ verdict }: DraftVerdict): boolean {
  return verdict === "right" || verdict === "part";
}

/**
 * Whether the two pairs are swapped: one answers the other's question, and neither its own.
 * Asks both pairs.
 */
export async function areSwapped(pairs: Pair[]): Promise<boolean> {
  const programs = pairs.flatMap((
    { serverProgram, clientProgram },
  ) => [serverProgram, clientProgram]);
  if (programs.some((program) => !program || program.fixed || program.isBorrowed)) return false;
  await Promise.all(pairs.map((pair) => pair.open()));
  await Promise.all(pairs.map((pair) => talk(pair)));
  if (pairs.some((pair) => isFair(conversionVerdict(pair)))) return false;
  const [first, second] = pairs;
  if (asksAsOther(first, second) || asksAsOther(second, first)) return true;
  return await answersAs(first, second) || await answersAs(second, first);
}

/** Whether a client asks the other pair's question with a fixed text, and its server answers that. */
function asksAsOther({ exchanges }: Pair, { conversion }: Pair): boolean {
  return exchanges.some((e) => {
    const text = fixedText(conversion, e);
    return text !== undefined && text !== e.text && holds(e.received, conversion.answer(text));
  });
}

/** The programs with questions 1 and 2 swapped; each keeps the launch that worked. */
export function swapped(programs: Programs, pairs: Pair[]): Programs {
  return Object.fromEntries(PROGRAM_NAMES.flatMap((name) => {
    const role = name.slice(0, -1);
    const from = name.endsWith("1") ? 2 : 1;
    const program = programs[`${role}${from}` as ProgramName];
    const launch = role === "server"
      ? pairs[from - 1].listening?.launch
      : pairs[from - 1].clientLaunch;
    const documented = [...launch ? [launch] : [], ...program?.documented ?? []];
    return program ? [[name, { ...program, documented }]] : [];
  }));
}

/**
 * The programs with the first optional flag of their usage messages, where a server has answered
 * nothing: `usage: server PORT [-e]`. Undefined if no server has such a flag.
 */
export function withFlags(programs: Programs, pairs: Pair[]): Programs | undefined {
  const changed = pairs.flatMap(({ number, listening, exchanges, serverSearch }) => {
    const flag = serverSearch?.usage?.match(/\[(--?[a-z][\w-]{0,20})(?=[\][|])/i)?.[1];
    const isSilent = exchanges.length > 0 &&
      exchanges.every(({ received }) => received.length === 0);
    if (!listening || !flag || !isSilent || listening.launch.given.includes(flag)) return [];
    const { words, given } = listening.launch;
    const launch = { ...listening.launch, words: [...words, flag], given: [...given, flag] };
    return [[`server${number}`, { ...programs[`server${number}`]!, documented: [launch] }]];
  });
  return changed.length === 0 ? undefined : { ...programs, ...Object.fromEntries(changed) };
}

/**
 * Why a client that is also the other pair's is none for this server: it cannot call it, or the
 * server refuses what it sends. Undefined if nothing shows that.
 */
async function notItsClient(
  pair: Pair,
  other: Pair,
  ofServer: DraftVerdict,
): Promise<string | undefined> {
  const { number, clientProgram, clientLaunch: launch, listening, calledPort } = pair;
  const file = clientProgram?.files[0];
  const isShared = file !== undefined && file === other.clientProgram?.files[0];
  if (!isShared || !listening || !other.listening || !launch) return undefined;
  // Another word, a variable or a typed line may choose the server.
  const isBare = launch.given.every((word) => [HOST, PORT].includes(word)) &&
    Object.keys(launch.env ?? {}).length === 0 && pair.linesForText?.length === 1;
  if (!isBare) return undefined;
  const [none, partner] = [`There is no client${number}: ${file}`, `server${number}`];
  const { port } = listening.where;
  if (calledPort === other.listening.where.port && calledPort !== port) {
    return `${none} calls port ${calledPort} of server${other.number}, ` +
      `and ${partner} listens on port ${port}.`;
  }
  const replies = new Set(pair.exchanges.map(({ received }) => readable(received).trim()));
  const [reply = ""] = replies;
  const isSame = pair.exchanges.length > 1 && replies.size === 1 && /\p{L}{2}/u.test(reply);
  if (!isSame || isFair(ofServer)) return undefined;
  await talk(other);
  if (!isFair(conversionVerdict(other))) return undefined;
  const quoted = escapeText(reply.slice(0, MAX_QUOTED_CHARS));
  return `${none} is client${other.number}, and ${partner} answers each of its texts with "${quoted}".`;
}

/**
 * Removes a program from a pair if it was found for the other question, and does not do this
 * one's work.
 */
export async function leaveOutBorrowed(
  pair: Pair,
  other: Pair | undefined,
  ofServer: DraftVerdict,
  ofClient: DraftVerdict,
): Promise<void> {
  const { serverProgram, clientProgram, listening } = pair;
  if (!pair.runner.oneAtATime) await other?.open(); // its port is compared below
  if (serverProgram?.isBorrowed && !isFair(ofServer)) {
    const isOther = listening !== undefined && other !== undefined && mayBeTheOther(pair, other);
    const { isNamed, hasChoices } = pair.serverSearch!;
    // With another choice the file may be this server: isDoubtful() makes that a `look`.
    if (!hasChoices && (isOther || !isNamed)) {
      await listening?.close();
      pair.server = undefined;
    }
  }
  const reason = other && await notItsClient(pair, other, ofServer);
  if (reason !== undefined) {
    await leaveOutClient(pair, reason);
    if (isFair(ofServer)) return;
    // What the server answered this client says nothing about its conversion.
    pair.exchanges.length = 0;
    pair.recordedRequest = undefined;
    return await converse(pair);
  }
  const isSame = clientProgram?.files[0] === other?.clientProgram?.files[0];
  const isLeft = !pair.server && isSame && other?.server !== undefined;
  if (!clientProgram || !clientProgram.isBorrowed && !isLeft) return;
  const otherPort = other?.listening?.where.port ?? 0;
  const callsOther = portsIn([clientProgram.source]).includes(otherPort) &&
    otherPort !== pair.listening?.where.port;
  const isKept = isFair(ofClient) || ofClient.verdict === "look" && !callsOther;
  if (pair.server && isKept) return; // one client of two servers
  await leaveOutClient(pair);
}

async function leaveOutClient(pair: Pair, reason?: string): Promise<void> {
  pair.noClient = reason;
  pair.clientProgram = undefined;
  pair.clientLaunch = undefined;
  await pair.closeClient();
}

/**
 * Whether the launch may cause a pair's faults: both servers have one file, and nothing shows that
 * they run as different programs.
 */
export function isDoubtful(pair: Pair, other: Pair | undefined, ofServer: DraftVerdict): boolean {
  const isShared = other !== undefined && !other.serverProgram?.isBorrowed;
  return !isFair(ofServer) && isShared && mayBeTheOther(pair, other);
}

/** The verdict on a pair whose server may have been started as the other one. */
export function doubtLaunch(pair: Pair, draft: DraftVerdict): DraftVerdict {
  if (["right", "absent", "look", "not run"].includes(draft.verdict)) return draft;
  // What was tried is not enough: the line has a place for what is missing.
  const labLine = pair.serverSearch!.labLine.replace(/( \{port\})?"\}\}$/, ' ARGUMENTS$1"}}');
  const file = pair.serverProgram!.files[0];
  return {
    ...draft,
    verdict: "look",
    why:
      `${file} may be both servers, and nothing shows how it is started as server${pair.number}; ` +
      `lab.json can say it: ${labLine} (replace ARGUMENTS).`,
    look: { cause: "one file is both servers, and its launch command is not known", lab: labLine },
  };
}
