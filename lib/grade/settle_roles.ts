/**
 * Decides by their answers which servers and clients belong to which question.
 *
 * @module
 */
import { answersAs, mayBeTheOther } from "./ask/shared_program.ts";
import { talk } from "./ask/conversation.ts";
import type { Pair } from "./ask/pair.ts";
import { fixedText, holds } from "./read/answers.ts";
import type { Built } from "./find/build.ts";
import { portsIn } from "./find/partners.ts";
import { PROGRAM_NAMES, type ProgramName } from "./results/results.ts";
import type { DraftVerdict } from "./judge/draft_verdict.ts";
import { conversionVerdict } from "./judge/verdicts_conversion.ts";

/** The programs of a submission. */
export type Programs = Partial<Record<ProgramName, Built>>;

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
  if (serverProgram?.isBorrowed && !isFair(ofServer)) {
    const isOther = listening !== undefined && other !== undefined && mayBeTheOther(pair, other);
    const { isNamed, hasChoices } = pair.serverSearch!;
    // With another choice the file may be this server: isDoubtful() makes that a `look`.
    if (!hasChoices && (isOther || !isNamed)) {
      await listening?.close();
      pair.server = undefined;
    }
  }
  const isSame = clientProgram?.files[0] === other?.clientProgram?.files[0];
  const isLeft = !pair.server && isSame && other?.server !== undefined;
  if (!clientProgram || !clientProgram.isBorrowed && !isLeft) return;
  const otherPort = other?.listening?.where.port ?? 0;
  const callsOther = portsIn([clientProgram.source]).includes(otherPort) &&
    otherPort !== pair.listening?.where.port;
  const isKept = isFair(ofClient) || ofClient.verdict === "look" && !callsOther;
  if (pair.server && isKept) return; // one client of two servers
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
