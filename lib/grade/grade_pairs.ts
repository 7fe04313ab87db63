/**
 * Asks the questions about pairs of programs, and judges the answers.
 *
 * @module
 */
import { converse } from "./ask/conversation.ts";
import { testCtrlD, testTwoClients, testWithoutServer } from "./ask/edge_cases.ts";
import { experiment } from "./ask/experiments.ts";
import type { Pair } from "./ask/pair.ts";
import { testTwoConnections } from "./ask/two_connections.ts";
import { shareFile } from "./ask/shared_program.ts";
import type { DraftVerdict } from "./judge/draft_verdict.ts";
import {
  delays,
  merged,
  remarksAfterwards,
  remarksBeside,
  remarksInTurn,
  remarksOnOneRequest,
  remarksOnTwoClients,
} from "./judge/remarks.ts";
import { clientVerdict } from "./judge/verdicts_client.ts";
import { conversionVerdict } from "./judge/verdicts_conversion.ts";
import {
  ctrlDVerdict,
  type PairOutcome,
  twoClientsVerdict,
  wrongAddressVerdict,
} from "./judge/verdicts_edge_cases.ts";
import { anyPortVerdict, eth1Verdict, localhostVerdict } from "./judge/verdicts_listening.ts";
import { needsExperiments } from "./judge/who_converts.ts";
import { type PairNumber, withoutNumbers } from "./results/questions.ts";
import {
  type Answer,
  type Question,
  type Remark,
  REMARK_IDS,
  type RemarkId,
} from "./results/results.ts";
import { halfOf, marksOf, type Rubric } from "./results/rubric.ts";
import { doubtLaunch, isDoubtful, leaveOutBorrowed } from "./settle_roles.ts";
import { type Answers, doubtAbsence } from "./submission_result.ts";

/** How the questions are asked. */
export interface QuestionOptions {
  rubric: Rubric;
  only?: readonly Question[];
  /** The command that grades this submission; `--only …` is added to it. */
  command: string;
  /** Files that may be programs, and are none of the four. */
  unused?: string[];
  /** Whether others are graded meanwhile: then fewer programs are started, one after another. */
  isOneOfMany?: boolean;
  signal?: AbortSignal;
  /** Receives each answer as soon as it is known. */
  onAnswer?: (question: Question, answer: Answer) => void;
}

/** The questions that need only a pair's server, and those that need its client too. */
const LISTENING: Record<PairNumber, Question[]> = { 1: ["1b", "1c"], 2: ["2b"] };
const TALKING: Record<PairNumber, Question[]> = {
  1: ["1a", "3-client1", "3a", "3b"],
  2: ["2a", "3-client2", "3a", "3b"],
};

type GradedPair = PairOutcome & { remarks: Remark[] };

/** Asks the questions about all pairs of a submission. */
export async function gradePairs(
  pairs: Pair[],
  options: QuestionOptions,
): Promise<{ answers: Answers; remarks: Remark[]; untested: RemarkId[] }> {
  const questions = new Questions(pairs, options);
  const asked = pairs.filter((pair) =>
    questions.needClient(pair) || questions.want(...LISTENING[pair.number])
  );
  const outcomes = pairs[0].runner.oneAtATime
    ? await Array.fromAsync(asked, async (pair) => {
      const outcome = await gradePair(pair, questions);
      await pair.close(); // the other server may use the same port
      return outcome;
    })
    : await Promise.all(asked.map((pair) => gradePair(pair, questions)));
  questions.answer("3a", ctrlDVerdict(outcomes));
  questions.answer("3b", twoClientsVerdict(outcomes));
  questions.answer("3c", wrongAddressVerdict(outcomes));
  const remarks = merged(outcomes.flatMap(({ remarks }) => remarks));
  const isTested = (id: RemarkId) =>
    outcomes.some(({ pair }) => pair.tested.has(id)) || remarks.some((one) => one.id === id);
  return {
    answers: questions.answers,
    untested: REMARK_IDS.filter((id) => !isTested(id)),
    remarks: remarks.map((one) => ({ ...one, text: questions.withNames(one.text) })),
  };
}

class Questions {
  readonly answers = {} as Answers;

  constructor(readonly pairs: Pair[], readonly options: QuestionOptions) {}

  want(...any: Question[]): boolean {
    const { only } = this.options;
    return !only || any.some((one) => only.includes(one));
  }

  /** Whether a pair's client is tested with a wrong address: one client is enough. */
  wantWrongAddress(pair: Pair): boolean {
    const tested = this.pairs.find(({ clientProgram }) =>
      clientProgram && !clientProgram.isBorrowed
    );
    return this.want("3c") && pair === tested;
  }

  needClient(pair: Pair): boolean {
    return this.want(...TALKING[pair.number]) || this.wantWrongAddress(pair);
  }

  /** A sentence for a student: in a lab of one pair it says "server" and "client". */
  withNames(text: string): string {
    return this.pairs.length === 1 ? withoutNumbers(text) : text;
  }

  answer(question: Question, verdictSoFar: DraftVerdict): void {
    const { rubric, unused = [], command, onAnswer } = this.options;
    const { verdict, why, evidence, look } = doubtAbsence(verdictSoFar, unused);
    const max = rubric.questions[question];
    const points = marksOf(verdict, max, halfOf(question, rubric));
    const answer: Answer = { verdict, points, max, why: this.withNames(why), evidence };
    if (verdict === "look" && look) answer.look = look;
    if (["part", "wrong", "look"].includes(verdict)) answer.again = `${command} --only ${question}`;
    this.answers[question] = answer;
    if (this.want(question)) onAnswer?.(question, answer);
  }
}

async function gradePair(pair: Pair, questions: Questions): Promise<GradedPair> {
  await pair.open();
  const other = questions.pairs.find((one) => one !== pair);
  const needsClient = questions.needClient(pair);
  // If both servers have one file, the answers decide which of them this is.
  if (needsClient || other && shareFile(pair, other)) await converse(pair);
  if (!pair.runner.oneAtATime && needsExperiments(pair)) {
    // A server with the same conversion would show nothing.
    const partner = other?.conversion.name === pair.conversion.name ? undefined : other;
    await partner?.open();
    pair.experiments = await experiment(pair, partner);
  }
  const [ofServer, ofClient] = [conversionVerdict(pair), clientVerdict(pair)];
  if (pair.talked) await leaveOutBorrowed(pair, other, ofServer, ofClient);
  const isDoubted = pair.talked !== undefined && isDoubtful(pair, other, ofServer);
  const answer = (question: Question, verdict: DraftVerdict) =>
    questions.answer(question, isDoubted ? doubtLaunch(pair, verdict) : verdict);
  if (pair.number === 1) {
    answer("1b", localhostVerdict(pair));
    answer("1c", anyPortVerdict(pair));
  } else answer("2b", eth1Verdict(pair));
  if (!needsClient) return { pair, remarks: [] };
  // leaveOutBorrowed() may have removed a program.
  answer(`${pair.number}a`, conversionVerdict(pair));
  answer(`3-client${pair.number}`, pair.clientProgram ? ofClient : clientVerdict(pair));
  return await testEdgeCases(pair, questions);
}

/** Tests the edge cases and makes the remarks, as far as they are asked for. */
async function testEdgeCases(pair: Pair, questions: Questions): Promise<GradedPair> {
  const { only, isOneOfMany, signal } = questions.options;
  const dead = new AbortController();
  const either = AbortSignal.any([dead.signal, ...signal ? [signal] : []]);
  const beside = only || isOneOfMany ? Promise.resolve([]) : remarksBeside(pair, either);
  beside.catch(() => {}); // it is awaited below; a stop may end it before
  // One after another: the next client uses the network of the previous one.
  const isLost = questions.wantWrongAddress(pair);
  const noServer = isLost ? await testWithoutServer(pair) : undefined;
  const needsClients = questions.want("3a", "3b");
  const twoClients = needsClients ? await testTwoClients(pair) : undefined;
  const ctrlD = needsClients ? await testCtrlD(pair, twoClients) : undefined;
  const connections = needsClients && !twoClients ? await testTwoConnections(pair) : undefined;
  // The server answers no client after the first has left: each remark would repeat this.
  if (ctrlD?.server === "dead") dead.abort();
  const after = only ? [] : await remarksAfterwards(pair, twoClients, ctrlD, signal);
  const inTurn = only || !isOneOfMany ? [] : await remarksInTurn(pair, ctrlD, signal);
  await pair.listening?.close(); // it may be in an endless loop
  const others = await beside;
  if (dead.signal.aborted) pair.tested.clear();
  return {
    ...{ pair, twoClients: twoClients ?? connections, ctrlD, noServer },
    remarks: [
      ...after,
      ...only ? [] : delays(pair),
      ...dead.signal.aborted ? [] : others,
      ...inTurn,
      ...remarksOnTwoClients(pair, twoClients),
      ...remarksOnOneRequest(pair, ctrlD),
    ],
  };
}
