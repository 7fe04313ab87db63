/**
 * What a person reads about decisions: what a new one has led to, and which do not fit any more.
 *
 * @module
 */
import type { Rubric } from "../../results/rubric.ts";
import { FILES, type GradedSubmission, seenOf } from "../graded/graded_submission.ts";
import { kindOf } from "../graded/statistics.ts";
import type { Decision } from "./decisions_file.ts";
import type { Question } from "../../results/questions.ts";
import { showMarks } from "../../results/results.ts";

/** What a person has to know of a decision: it does not fit, or not any more. */
export function noteOn(
  { question, points, seen }: Decision,
  graded: GradedSubmission,
  label: string,
): string[] {
  const max = maxOf(graded, question);
  if (max === undefined) {
    return [`${label}: there is no question or part "${question}"; the decision is not used`];
  }
  if (isNoNumber(question, points)) {
    return [`${label}, ${question}: "${points}" is no number; the decision is not used`];
  }
  const notes: string[] = [];
  const now = seenOf(graded, question);
  if (hasChanged(seen, now)) {
    const what = seen.startsWith(FILES)
      ? "the files or settings have changed since the decision"
      : `decided on "${seen.replace(HASH, "")}", and the grader now says "${now}"`;
    notes.push(`${label}, ${question}: ${what}. The decision stays; decide again to confirm it`);
  }
  if (marksIn(points) > max) {
    notes.push(
      `${label}, ${question}: the decision of ${points} counts as ${max}, the most here`,
    );
  }
  return notes;
}

/** The end of what older decisions files have in `seen`. */
const HASH = / ?[\da-f]{8}$/;

/** Whether the verdict has changed, or its reason in other words than numbers and quoted texts. */
function hasChanged(seen: string, now: string): boolean {
  if (seen.startsWith(FILES)) return seen !== now;
  const before = seen.replace(HASH, "");
  return before.includes(":")
    ? kindOf(before) !== kindOf(now)
    : before !== "" && before !== now.split(":")[0];
}

/** Whether a decision gives a verdict where only a number has a meaning. */
export function isNoNumber(question: string, points: string): boolean {
  return ["all", "late"].includes(question) && Number.isNaN(marksIn(points));
}

/** Marks as a number; `NaN` for a verdict. */
export function marksIn(points: string): number {
  return Number(points.replace(",", "."));
}

/** What a new decision has led to: `Ann Lee, 2b: part, 5 of 10`. @param after The new result. */
export function outcomeOf(
  { question, points, student }: Decision,
  { questions, manual, late, decidedTotal, marks, max }: GradedSubmission,
  rubric: Rubric,
): string {
  const head = `${student}, ${question}: ${points === "none" ? "taken back; now " : ""}`;
  if (question === "late") {
    const { days = 0, penalty = 0 } = late ?? {};
    if (days === 0) return `${head}not late`;
    const free = rubric.late.perDay === 0 ? ', since "perDay" of the rubric\'s "late" is 0' : "";
    return `${head}${days} day${days === 1 ? "" : "s"}, ${showMarks(penalty)} marks less${free}`;
  }
  const answer = questions[question as Question];
  const given = answer ?? manual?.[question] ?? { points: marks, max };
  const isOpen = answer?.verdict === "look" || given.points === undefined;
  const shown = isOpen ? "–" : showMarks(given.points!);
  const total = decidedTotal && question !== "all"
    ? `; the decision on all questions still gives ${showMarks(decidedTotal.points)}`
    : "";
  return `${head}${answer ? `${answer.verdict}, ` : ""}${shown} of ${showMarks(given.max)}${total}`;
}

/** The most that a decision can give; undefined if there is nothing of that name. */
export function maxOf(
  { questions, manual, max }: GradedSubmission,
  question: string,
): number | undefined {
  if (question === "late") return Infinity;
  if (question === "all") return max;
  return questions[question as Question]?.max ?? manual?.[question]?.max;
}
