/**
 * Finds the submission of each of an instructor's decisions, and applies the decisions to results
 * that have their marks by the rubric.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import { halfOf, latePenalty, marksOf, type Rubric, withTotals } from "../../results/rubric.ts";
import { BY_HAND, type GradedSubmission, isSettled, seenOf } from "../graded/graded_submission.ts";
import { isAbout } from "../intake/class_folder.ts";
import type { Submission } from "../intake/submissions.ts";
import type { Decision } from "./decisions_file.ts";
import type { Question } from "../../results/questions.ts";
import type { Answer, Verdict } from "../../results/results.ts";

/** A submission and its result. */
export interface Graded {
  submission: Submission;
  /** The result, with its marks by the rubric. */
  result: GradedSubmission;
}

/** A decision as a person writes it. */
export type NewDecision = Pick<Decision, "student" | "question" | "points" | "sentence">;

/** Applies a class's decisions; the notes say which do not fit any more. */
export function applyToClass(
  graded: readonly Graded[],
  decisions: readonly Decision[],
  rubric: Rubric,
): { results: GradedSubmission[]; notes: string[] } {
  const own = new Map<Submission, Decision[]>();
  const notes: string[] = [];
  for (const decision of decisions) {
    const fitting = graded.filter(({ submission }) => isAbout(decision, submission));
    if (fitting.length !== 1) {
      notes.push(
        `The decision on ${decision.student}, ${decision.question} names ${
          fitting.length === 0 ? "no student" : "several students"
        } of this class; it is not used`,
      );
      continue;
    }
    const [{ submission }] = fitting;
    own.set(submission, [...own.get(submission) ?? [], decision]);
  }
  const decided = graded.map(({ submission, result }) =>
    applyDecisions(result, own.get(submission) ?? [], rubric, submission.label)
  );
  return {
    results: decided.map(({ result }) => result),
    notes: [...notes, ...decided.flatMap((one) => one.notes)],
  };
}

/** A new decision with its submission and verdict. @throws {Failure} If no single one fits. */
export function completed(decision: NewDecision, graded: readonly Graded[]): Decision {
  const { student, question } = decision;
  const refuse = (why: string): never => {
    throw new Failure(`Cannot decide ${question} of "${student}": ${why}`, EXIT_USAGE);
  };
  const fitting = graded.filter(({ submission }) =>
    isAbout({ ...decision, submission: "" }, submission)
  );
  const [found] = fitting;
  if (fitting.length > 1) {
    const labels = fitting.map(({ submission }) => submission.label).join(", ");
    refuse(`several students have this name; name one of ${labels}`);
  }
  if (!found) return refuse("there is no such student; write the name as the page has it");
  const { submission, result } = found;
  const known = [...Object.keys({ ...result.questions, ...result.manual }), "late", "all"];
  if (!known.includes(question)) refuse(`there is no such question; there are ${known.join(", ")}`);
  const isWord = /[a-z]/.test(decision.points) && decision.points !== "none";
  if (isWord && (question === "late" || question === "all")) refuse("give a number");
  const max = maxOf(result, question)!;
  if (Number(decision.points.replace(",", ".")) > max) refuse(`the rubric gives at most ${max}`);
  return {
    ...decision,
    student: submission.label,
    submission: submission.source,
    seen: seenOf(result, question),
  };
}

/**
 * Applies a submission's decisions.
 *
 * @param decisions The decisions on this submission alone.
 * @returns The result, and a sentence for each decision that does not fit any more.
 */
export function applyDecisions(
  graded: GradedSubmission,
  decisions: readonly Decision[],
  rubric: Rubric,
  label: string,
): { result: GradedSubmission; notes: string[] } {
  const notes: string[] = [];
  const questions = { ...graded.questions };
  const manual = { ...graded.manual };
  let result: GradedSubmission = { ...graded, questions };
  for (const { question, points, sentence, seen } of decisions) {
    const why = sentence || BY_HAND;
    const given = Number(points.replace(",", "."));
    const changed = seen !== "" && seenOf(graded, question) !== seen;
    if (changed) {
      notes.push(
        `${label}, ${question}: decided on "${seen}", the grader now says "${
          seenOf(graded, question)
        }"; look at it again`,
      );
    }
    const max = maxOf(result, question);
    if (max === undefined) {
      notes.push(`${label}: there is no question or part "${question}"; the decision is not used`);
      continue;
    }
    const value = Number.isNaN(given) ? given : Math.min(given, max);
    if (given > max) {
      notes.push(
        `${label}, ${question}: the decision of ${points} counts as ${max}, the most here`,
      );
    }
    if (question === "late") {
      const penalty = latePenalty(value, rubric.late);
      result = { ...result, late: { days: value, penalty, why: sentence } };
    } else if (question === "all") {
      result = { ...result, decidedTotal: { points: value, why } };
    } else if (Object.hasOwn(manual, question)) {
      const mark = Number.isNaN(value) ? marksOf(points as Verdict, max) : value;
      manual[question] = { max, points: mark, why: sentence };
    } else {
      const half = halfOf(question as Question, rubric);
      const mark = given > max ? `${max}` : points;
      questions[question as Question] = decide(questions[question as Question], mark, why, half);
    }
  }
  return {
    result: withState({ ...result, questions, ...graded.manual && { manual } }, rubric),
    notes,
  };
}

/** A result with the penalty for the days of delay that the learning system's dates show. */
export function withDelay(
  result: GradedSubmission,
  days: number,
  rubric: Rubric,
): GradedSubmission {
  if (days === 0) return result;
  const penalty = latePenalty(days, rubric.late);
  const late = { days, penalty, why: "By the learning system's date", byDate: true as const };
  return withTotals({ ...result, late }, rubric);
}

/** The most that a decision can give; undefined if there is nothing of that name. */
function maxOf({ questions, manual, max }: GradedSubmission, question: string): number | undefined {
  if (question === "late") return Infinity;
  if (question === "all") return max;
  return questions[question as Question]?.max ?? manual?.[question]?.max;
}

function decide(answer: Answer, points: string, why: string, half: number): Answer {
  const { verdict, points: had, why: reason, max } = answer;
  const value = Number(points.replace(",", "."));
  const isWord = Number.isNaN(value);
  const decided = isWord
    ? points as Verdict
    : value >= max
    ? "right"
    : value === 0
    ? "wrong"
    : "part";
  return {
    ...answer,
    verdict: decided,
    points: isWord ? marksOf(decided, max, half) : value,
    why,
    decidedByHand: { verdict, points: had, why: reason },
  };
}

/** The state after the decisions: `look` while a look or a part to mark is open. */
function withState(result: GradedSubmission, rubric: Rubric): GradedSubmission {
  const { state, why, manual = {}, decidedTotal } = result;
  const settled = isSettled(result);
  const unmarked = Object.keys(manual).filter((name) => manual[name].points === undefined);
  const pending = decidedTotal || unmarked.length === 0
    ? ""
    : `A person still has to mark: ${unmarked.join(", ")}.`;
  const reason = decidedTotal || settled ? "" : state === "look" ? why : "";
  const isOpen = pending !== "" || !decidedTotal && !settled && state === "look";
  const now = {
    state: isOpen ? "look" as const : "graded" as const,
    why: [pending === "" ? reason : reason.replace(/[^.!?]$/, "$&."), pending].join(" ").trim(),
  };
  const total = withTotals(result, rubric);
  if (now.state === state && now.why === why) return total;
  return { ...total, ...now, before: { state, why } };
}
