/**
 * Finds the submission of each of an instructor's decisions, and applies the decisions to results
 * that have their marks by the rubric.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import {
  halfOf,
  latePenalty,
  marksOf,
  partsToMark,
  type Rubric,
  withTotals,
} from "../../results/rubric.ts";
import { BY_HAND, type GradedSubmission, isSettled, seenOf } from "../graded/graded_submission.ts";
import { isAbout, similarNames } from "../intake/class_folder.ts";
import type { Submission } from "../intake/submissions.ts";
import type { Decision } from "./decisions_file.ts";
import { type Question, REMARK_IDS } from "../../results/questions.ts";
import { isNoNumber, marksIn, maxOf, noteOn } from "./decision_sentences.ts";
import type { Answer, Verdict } from "../../results/results.ts";

/** A submission and its result. */
export interface Graded {
  submission: Submission;
  /** The result, with its marks by the rubric. */
  result: GradedSubmission;
}

/** A decision as a person writes it. */
export type NewDecision = Pick<Decision, "student" | "question" | "points" | "sentence">;

/** A decision that names its submission, which a row written by hand need not do. */
export function resolved(decision: Decision, submissions: readonly Submission[]): Decision {
  const [found, ...others] = submissions.filter((one) => isAbout(decision, one));
  return found && others.length === 0 ? { ...decision, submission: found.source } : decision;
}

/** The decisions on each submission; the notes name those that fit none, or several. */
export function decisionsBySubmission(
  submissions: readonly Submission[],
  decisions: readonly Decision[],
): { own: Map<Submission, Decision[]>; notes: string[] } {
  const own = new Map<Submission, Decision[]>();
  const notes: string[] = [];
  for (const decision of decisions) {
    const [found, ...others] = submissions.filter((one) => isAbout(decision, one));
    if (found && others.length === 0) {
      const others = own.get(found) ?? [];
      own.set(found, [
        ...others.filter(({ question }) => question !== decision.question),
        decision,
      ]);
      continue;
    }
    const { student, question } = decision;
    const why = found ? "several students" : "no student";
    const near = found ? "" : similarNames(student, submissions);
    notes.push(
      `The decision on ${student}, ${question} names ${why} of this class${near}; it is not used`,
    );
  }
  return { own, notes };
}

/** Applies a class's decisions; the notes say which do not fit any more. */
export function applyToClass(
  graded: readonly Graded[],
  decisions: readonly Decision[],
  rubric: Rubric,
): { results: GradedSubmission[]; notes: string[] } {
  const { own, notes } = decisionsBySubmission(
    graded.map(({ submission }) => submission),
    decisions,
  );
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
  if (!found) {
    const near = similarNames(student, graded.map(({ submission }) => submission));
    return refuse(`there is no such student${near}; write the name as the page has it`);
  }
  const { submission, result } = found;
  const known = [...Object.keys({ ...result.questions, ...result.manual }), "late", "all"];
  if (!known.includes(question)) refuse(`there is no such question; there are ${known.join(", ")}`);
  if (decision.points !== "none" && isNoNumber(question, decision.points)) refuse("give a number");
  const max = maxOf(result, question)!;
  if (marksIn(decision.points) > max) refuse(`the rubric gives at most ${max}`);
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
  const questions = { ...graded.questions };
  const isOnQuestion = ({ question }: Decision) => Object.hasOwn(questions, question);
  const notes = decisions.flatMap((one) => noteOn(one, graded, label));
  for (const { question, points, sentence } of decisions.filter(isOnQuestion)) {
    const half = halfOf(question as Question, rubric);
    const answer = questions[question as Question];
    questions[question as Question] = decide(answer, points, sentence || BY_HAND, half);
  }
  let result: GradedSubmission = { ...graded, questions };
  const manual = partsToMark(result, rubric);
  for (const { question, points, sentence } of decisions) {
    const value = marksIn(points);
    const part = manual[question];
    if (isNoNumber(question, points)) continue;
    if (question === "late") {
      const penalty = latePenalty(value, rubric.late);
      result = { ...result, late: { days: value, penalty, why: sentence } };
    } else if (question === "all") {
      const why = sentence || BY_HAND;
      result = { ...result, decidedTotal: { points: Math.min(value, graded.max), why } };
    } else if (part) {
      const { max } = part;
      const mark = Number.isNaN(value) ? marksOf(points as Verdict, max) : Math.min(value, max);
      manual[question] = { max, points: mark, why: sentence };
    }
  }
  const { manual: _, ...rest } = result;
  const parts = Object.keys(manual).length > 0 && { manual };
  return { result: withState({ ...rest, ...parts }, rubric), notes };
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

function decide(answer: Answer, points: string, why: string, half: number): Answer {
  const { verdict, points: had, why: reason, max } = answer;
  const value = Math.min(marksIn(points), max);
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
  const unmarked = Object.keys(manual).filter((name) => manual[name].points === undefined)
    .map((name) => REMARK_IDS.some((id) => id === name) ? `${name} (not tested)` : name);
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
