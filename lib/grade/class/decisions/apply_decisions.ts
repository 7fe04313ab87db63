/**
 * Applies an instructor's decisions to results that have their marks by the rubric.
 *
 * @module
 */
import type { Question } from "../../results/questions.ts";
import type { Answer, Verdict } from "../../results/results.ts";
import { halfOf, latePenalty, marksOf, type Rubric, withTotals } from "../../results/rubric.ts";
import { BY_HAND, type GradedSubmission, isSettled, seenOf } from "../graded/graded_submission.ts";
import type { Decision } from "./decisions_file.ts";

/** A result with its decisions, and notes on them. */
export interface DecidedResult {
  /** The result. */
  result: GradedSubmission;
  /** A sentence for each decision that does not fit any more. */
  notes: string[];
}

/**
 * Applies a submission's decisions.
 *
 * @param graded The result, with its marks by the rubric.
 * @param decisions The decisions on this submission alone.
 * @param label The student's name, for the notes.
 */
export function applyDecisions(
  graded: GradedSubmission,
  decisions: readonly Decision[],
  rubric: Rubric,
  label: string,
): DecidedResult {
  const notes: string[] = [];
  const questions = { ...graded.questions };
  const manual = { ...graded.manual };
  let result: GradedSubmission = { ...graded, questions };
  for (const { question, points, sentence, seen } of decisions) {
    const why = sentence || BY_HAND;
    const value = Number(points.replace(",", "."));
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
    if (value > max) {
      notes.push(
        `${label}, ${question}: the decision of ${points} counts, but the rubric gives at most ${max}`,
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
      questions[question as Question] = decide(
        questions,
        question as Question,
        points,
        why,
        rubric,
      );
    }
  }
  return {
    result: withState({ ...result, questions, ...hasAny(manual) && { manual } }, rubric),
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

function decide(
  questions: Record<Question, Answer>,
  question: Question,
  points: string,
  why: string,
  rubric: Rubric,
): Answer {
  const answer = questions[question];
  const value = Number(points.replace(",", "."));
  const verdict = !Number.isNaN(value)
    ? value >= answer.max ? "right" : value === 0 ? "wrong" : "part"
    : points as Verdict;
  const marks = Number.isNaN(value)
    ? marksOf(verdict, answer.max, halfOf(question, rubric))
    : value;
  const { verdict: said, points: had, why: reason } = answer;
  const decidedByHand = { verdict: said, points: had, why: reason };
  return { ...answer, verdict, points: marks, why, decidedByHand };
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

function hasAny(record: object): boolean {
  return Object.keys(record).length > 0;
}
