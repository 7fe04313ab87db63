/**
 * Grades one submission: finds its programs, builds them, asks them, judges the answers.
 *
 * @module
 */
import type { PairNumber } from "./read/conversions.ts";
import type { LabAnswers } from "./results/answer_texts.ts";
import { conversionsFor, pairSeed, wordsOf } from "./ask/lab_conversions.ts";
import { LAB } from "./sandbox/start_in_sandbox.ts";
import { build, type Start } from "./find/build.ts";
import { findPrograms } from "./find/find_programs.ts";
import { type LabFile, ownLabFile } from "./find/lab_file.ts";
import { converse } from "./ask/conversation.ts";
import { SEARCH_LIMIT_MS } from "./ask/limits.ts";
import { Pair } from "./ask/pair.ts";
import { SearchTime } from "./ask/search_time.ts";
import { learnFromHelp, shareFile } from "./ask/shared_program.ts";
import { testCtrlD, testTwoClients, testWithoutServer } from "./ask/edge_cases.ts";
import { experiment } from "./ask/experiments.ts";
import { type Runner, SandboxRunner } from "./sandbox/runner.ts";
import type { Answer, Question, Remark, SubmissionResult } from "./results/results.ts";
import { applyRubric, halfOf, marksOf, type Rubric } from "./results/rubric.ts";
import {
  merged,
  remarksAfterwards,
  remarksBeside,
  remarksInTurn,
  remarksOnOneRequest,
  remarksOnTwoClients,
} from "./judge/remarks.ts";
import { clientVerdict, conversionVerdict } from "./judge/verdicts_conversion.ts";
import { needsExperiments } from "./judge/who_converts.ts";
import { anyPortVerdict, eth1Verdict, localhostVerdict } from "./judge/verdicts_listening.ts";
import type { DraftVerdict } from "./judge/draft_verdict.ts";
import {
  ctrlDVerdict,
  twoClientsVerdict,
  wrongAddressVerdict,
} from "./judge/verdicts_edge_cases.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import {
  areExchanged,
  doubtLaunch,
  exchanged,
  isDoubtful,
  leaveOutBorrowed,
  type Programs,
} from "./settle_roles.ts";
import { type Answers, doubtAbsence, secondsSince, summary } from "./submission_result.ts";

/** How to grade. */
export interface GradeOptions {
  /** The name in the results; the folder's name if absent. */
  name?: string;
  /** Settings that override those of the submission's own `lab.json`. */
  lab?: LabFile;
  /** The answers of the lab's servers; the assignment's own answers if absent. */
  answers?: LabAnswers;
  /** The path of the instructor's lab file: its own program runs in its folder. */
  labFile?: string;
  rubric: Rubric;
  only?: readonly Question[];
  seed: number;
  /** The command that grades this submission; `--only …` is added to it. */
  command: string;
  /** Files that may be programs, and are none of the four. */
  unused?: string[];
  /** Whether others are graded meanwhile: then fewer programs are started, one after another. */
  isOneOfMany?: boolean;
  /** Wall time for the search for a pair's launches; 40 s if absent. */
  searchLimitMs?: number;
  signal?: AbortSignal;
  /** Receives each answer as soon as it is known. */
  onAnswer?: (question: Question, answer: Answer) => void;
}

/**
 * Grades a submission in sandboxes.
 *
 * @throws {Failure} If there is no such folder, or no sandbox can be made.
 */
export async function gradeSubmission(
  folder: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const sandbox = await Sandbox.open(folder);
  try {
    const runner = new SandboxRunner(sandbox);
    const start: Start = (program) => runner.build(program);
    const { lab, leftOut } = sandbox;
    const place = { runner, start, copy: lab, top: LAB, leftOut };
    const result = await gradeCopy(folder, place, options);
    return options.only ? result : applyRubric(result, options.rubric);
  } finally {
    await sandbox.close();
  }
}

/** Where a submission is graded. */
interface Place {
  runner: Runner;
  start: Start;
  /** The copy of the submission that its programs use. */
  copy: string;
  /** The copy's path, as its programs see it. */
  top: string;
  /** Sentences about what was not copied. */
  leftOut: string[];
}

/** Finds and builds the programs in a copy of a submission, and grades them. */
export async function gradeCopy(
  folder: string,
  { runner, start, copy, top, leftOut }: Place,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const since = performance.now();
  const { answers, name = folder.replace(/\/+$/, "").split("/").at(-1)! } = options;
  const found = await findPrograms(copy, wordsOf(answers));
  const lab = { ...await ownLabFile(copy, found.files, answers), ...options.lab };
  const programs = await build(start, found, lab, top);
  const result = await gradePrograms(runner, programs, lab, { ...options, unused: found.unused });
  const attempts = [...leftOut, ...result.attempts];
  return { ...result, name, attempts, seconds: secondsSince(since) };
}

/** Grades programs that are built. */
export async function gradePrograms(
  runner: Runner,
  programs: Programs,
  lab: LabFile,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const conversions = await conversionsFor(options, runner.sandboxed);
  const { searchLimitMs = SEARCH_LIMIT_MS } = options;
  const pairsOf = (programs: Programs) =>
    conversions.map((conversion, i) => {
      const number = i + 1 as PairNumber;
      return new Pair(
        runner,
        number,
        conversion,
        programs[`server${number}`],
        programs[`client${number}`],
        conversion.texts(pairSeed(options.seed, number)),
        lab[`client${number}`]?.type,
        new SearchTime(searchLimitMs),
      );
    });
  let pairs = pairsOf(programs);
  let isExchanged = false;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const stop = () => ended.reject(options.signal!.reason);
  options.signal?.addEventListener("abort", stop);
  try {
    options.signal?.throwIfAborted();
    const work = async () => {
      if (pairs.length === 2 && runner.sandboxed) await learnFromHelp(pairs);
      const { only = ["1a", "2a"] } = options;
      const canExchange = pairs.length === 2 && runner.sandboxed && Object.keys(lab).length === 0;
      isExchanged = canExchange && only.includes("1a") && only.includes("2a") &&
        await areExchanged(pairs);
      if (isExchanged) {
        const others = exchanged(programs, pairs);
        await Promise.all(pairs.map((pair) => pair.close()));
        pairs = pairsOf(others);
      }
      return await ask(pairs, options);
    };
    const working = work();
    working.catch(() => {});
    const { answers, remarks } = await Promise.race([working, ended.promise]);
    const result = summary(pairs, answers, remarks, options);
    return isExchanged ? { ...result, isExchanged } : result;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    await Promise.all(pairs.map((pair) => pair.close()));
  }
}

/** The questions that need only a pair's server, and those that need its client too. */
const LISTENING: Record<PairNumber, Question[]> = { 1: ["1b", "1c"], 2: ["2b"] };
const TALKING: Record<PairNumber, Question[]> = {
  1: ["1a", "3-client1", "3a", "3b"],
  2: ["2a", "3-client2", "3a", "3b"],
};

async function ask(
  pairs: Pair[],
  options: GradeOptions,
): Promise<{ answers: Answers; remarks: Remark[] }> {
  const answers = {} as Answers;
  /** In a lab of one pair, sentences say "server" and "client". */
  const named = (text: string) =>
    pairs.length === 1 ? text.replace(/\b(server|client)1\b/g, "$1") : text;
  const wanted = (...any: Question[]) =>
    !options.only || any.some((one) => options.only!.includes(one));
  const say = (question: Question, draft: DraftVerdict) => {
    const { verdict, why, evidence, look } = doubtAbsence(draft, options.unused ?? []);
    const max = options.rubric.questions[question];
    const answer: Answer = {
      verdict,
      points: marksOf(verdict, max, halfOf(question, options.rubric)),
      max,
      why: named(why),
      evidence,
      ...verdict === "look" && look && { look },
    };
    if (["part", "wrong", "look"].includes(verdict)) {
      answer.again = `${options.command} --only ${question}`;
    }
    answers[question] = answer;
    if (wanted(question)) options.onAnswer?.(question, answer);
  };
  /** The pair whose client is tested with a wrong address. */
  const lost = pairs.find(({ clientProgram }) => clientProgram && !clientProgram.isBorrowed);
  const { oneAtATime } = pairs[0].runner;
  const isAsked = (pair: Pair) => wanted(...TALKING[pair.number]) || wanted("3c") && pair === lost;
  const gradePair = async (pair: Pair) => {
    await pair.open();
    const other = pairs.find((one) => one !== pair);
    // If both servers have one file, the answers decide which of them this is.
    if (isAsked(pair) || other && shareFile(pair, other)) await converse(pair);
    if (!oneAtATime && needsExperiments(pair)) {
      // A server with the same conversion would show nothing.
      const partner = pairs.find(({ conversion }) => conversion.name !== pair.conversion.name);
      await partner?.open();
      pair.experiments = await experiment(pair, partner);
    }
    const conversion = conversionVerdict(pair);
    const works = clientVerdict(pair);
    if (pair.talked) await leaveOutBorrowed(pair, other, conversion, works);
    const isDoubted = pair.talked !== undefined && isDoubtful(pair, other, conversion);
    const tell = (question: Question, draft: DraftVerdict) =>
      say(question, isDoubted ? doubtLaunch(pair, draft) : draft);
    if (pair.number === 1) {
      tell("1b", localhostVerdict(pair));
      tell("1c", anyPortVerdict(pair));
    } else tell("2b", eth1Verdict(pair));
    if (!isAsked(pair)) return { pair, remarks: [] };
    // leaveOutBorrowed() may have removed a program: then these verdicts are `absent`.
    tell(pair.number === 1 ? "1a" : "2a", pair.server ? conversion : conversionVerdict(pair));
    tell(`3-client${pair.number}`, pair.clientProgram ? works : clientVerdict(pair));
    const dead = new AbortController();
    const signal = AbortSignal.any([dead.signal, ...options.signal ? [options.signal] : []]);
    const { isOneOfMany } = options;
    const beside = options.only || isOneOfMany ? Promise.resolve([]) : remarksBeside(pair, signal);
    // One after another: the next client uses the network of the previous one.
    const went = wanted("3c") && pair === lost ? await testWithoutServer(pair) : undefined;
    const twoClients = wanted("3a", "3b") ? await testTwoClients(pair) : undefined;
    const leaving = wanted("3a", "3b") ? await testCtrlD(pair, twoClients) : undefined;
    // The server answers no client after the first has left: each remark would repeat this.
    if (leaving?.server === "dead") dead.abort();
    const after = options.only
      ? []
      : await remarksAfterwards(pair, twoClients, leaving, options.signal);
    const last = options.only || !isOneOfMany
      ? []
      : await remarksInTurn(pair, leaving, options.signal);
    await pair.listening?.close(); // it may be in an endless loop
    return {
      pair,
      remarks: [
        ...after,
        ...await beside.then((all) => dead.signal.aborted ? [] : all),
        ...last,
        ...remarksOnTwoClients(pair, twoClients),
        ...remarksOnOneRequest(pair),
      ],
      ...twoClients && { together: twoClients },
      ...leaving && { leaving },
      ...went && { noServer: went },
    };
  };
  const asked = pairs.filter((pair) => isAsked(pair) || wanted(...LISTENING[pair.number]));
  const around = oneAtATime
    ? await Array.fromAsync(asked, async (pair) => {
      const one = await gradePair(pair);
      await pair.close(); // the other server may use the same port
      return one;
    })
    : await Promise.all(asked.map(gradePair));
  say("3a", ctrlDVerdict(around));
  say("3b", twoClientsVerdict(around));
  say("3c", wrongAddressVerdict(around));
  const remarks = merged(around.flatMap(({ remarks }) => remarks));
  return { answers, remarks: remarks.map((one) => ({ ...one, text: named(one.text) })) };
}
