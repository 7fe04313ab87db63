/**
 * Grades one submission, and tries a verdict that costs marks again, from a fresh start, before it
 * counts. If the two tries differ, a third one decides; three different verdicts are a `look`.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { TooLate, withTimeLimit } from "./class/time_limit.ts";
import type { GradeOptions } from "./grade_submission.ts";
import type { Answer, Question, SubmissionResult, Verdict } from "./results/results.ts";
import { applyRubric, type Rubric } from "./results/rubric.ts";

/** Wall time for a submission with all its tries; a class ends one that takes 180 s. */
const LIMIT_MS = 175_000;

/**
 * Grades a submission and confirms its verdicts. An answer is reported when it is confirmed.
 *
 * @throws {Failure} If it takes too long, or grading is impossible.
 */
export async function gradeConfirmed(
  options: GradeOptions,
  grade: (options: GradeOptions) => Promise<SubmissionResult>,
): Promise<SubmissionResult> {
  const { onAnswer, only, rubric, signal = new AbortController().signal } = options;
  const end = performance.now() + LIMIT_MS;
  const tryOnce = (how: Partial<GradeOptions>) =>
    withTimeLimit(
      (signal) => grade({ ...options, ...how, signal }),
      Math.max(0, end - performance.now()),
      signal,
    );
  const held = new Set<Question>();
  const first = await tryOnce({
    onAnswer: (question, answer) => {
      if (isSettled(answer)) onAnswer?.(question, answer);
      else held.add(question);
    },
  }).catch((error) => {
    if (!(error instanceof TooLate)) throw error;
    throw new Failure(`${error.message}; --only asks some of the questions alone`);
  });
  const repeat = (some: Question[]) => tryOnce({ only: some, onAnswer: () => {} });
  const result = await confirm(first, repeat, only ? undefined : rubric);
  signal.throwIfAborted();
  for (const question of held) onAnswer?.(question, result.questions[question]);
  return result;
}

const SETTLED: readonly Verdict[] = ["right", "not run"];
/** Another try does not change this verdict: something is missing on this machine. */
const STATIC = /\bnot installed here\b/;

/** The questions that another try has to repeat. */
export function questionsToRepeat({ questions, isSwapped }: SubmissionResult): Question[] {
  const all = (Object.keys(questions) as Question[]).filter((question) =>
    !isSettled(questions[question])
  );
  return isSwapped ? withConversions(all) : all;
}

/** Adds the conversions: their answers show that the programs are swapped. */
function withConversions(questions: Question[]): Question[] {
  return questions.length === 0 ? [] : [...new Set([...questions, "1a", "2a"] as Question[])];
}

/** Whether a verdict is not tried again. */
export function isSettled({ verdict, why, look }: Answer): boolean {
  const isMissing = look?.install !== undefined || STATIC.test(why);
  return SETTLED.includes(verdict) || verdict === "look" && isMissing;
}

/**
 * Confirms the verdicts of a first try.
 *
 * @param repeat Makes another try with some of the questions. If it fails, the first try counts.
 */
export async function confirm(
  first: SubmissionResult,
  repeat: (only: Question[]) => Promise<SubmissionResult>,
  rubric: Rubric | undefined,
): Promise<SubmissionResult> {
  const tryAgain = async (only: Question[]) =>
    only.length > 0 ? await repeat(only).catch(() => undefined) : undefined;
  const second = await tryAgain(questionsToRepeat(first));
  if (!second) return first;
  const differing = questionsToRepeat(first).filter((question) =>
    second.questions[question].verdict !== first.questions[question].verdict
  );
  const third = await tryAgain(first.isSwapped ? withConversions(differing) : differing);
  if (!third) return first;
  const questions = { ...first.questions };
  for (const question of differing) {
    questions[question] = majority([first, second, third].map((one) => one.questions[question]));
  }
  const looks = Object.values(questions).filter(({ verdict }) => verdict === "look");
  const result: SubmissionResult = {
    ...first,
    questions,
    state: looks.length > 0 ? "look" : "graded",
    why: [...new Set(looks.map(({ why }) => why))].join(" "),
    marks: Object.values(questions).reduce((sum, { points }) => sum + points, 0),
    // A reason quotes the launch that was judged.
    programs: { ...first.programs, ...startedIn(third) },
  };
  return rubric ? applyRubric(result, rubric) : result;
}

/** The programs that a try has started: it may have asked one pair only. */
function startedIn({ programs }: SubmissionResult): SubmissionResult["programs"] {
  const all = Object.entries(programs);
  return Object.fromEntries(all.filter(([, { tried }]) => tried?.length !== 0));
}

/** The verdict that two of three tries gave, as the last of them explains it. */
function majority(answers: Answer[]): Answer {
  const last = answers.at(-1)!;
  if (answers.slice(0, -1).some(({ verdict }) => verdict === last.verdict)) return last;
  const verdicts = answers.map(({ verdict }) => verdict).join(", ");
  const why = `Three tries had three outcomes (${verdicts}): try it by hand.`;
  return { ...answers[0], verdict: "look", points: 0, why, look: { cause: "three tries differ" } };
}
