/**
 * Finds the submission of each decision and applies the class's decisions.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import type { Rubric } from "../../results/rubric.ts";
import { type GradedSubmission, seenOf } from "../graded/graded_submission.ts";
import { isAbout } from "../intake/named_submissions.ts";
import type { Submission } from "../intake/submissions.ts";
import { applyDecisions } from "./apply_decisions.ts";
import { addDecision, type Decision, decisionsPath, readDecisions } from "./decisions_file.ts";

/** A submission and its result. */
export interface Graded {
  /** What was handed in. */
  submission: Submission;
  /** The result, with its marks by the rubric. */
  result: GradedSubmission;
}

/** A decision as a person writes it. */
export type NewDecision = Pick<Decision, "student" | "question" | "points" | "sentence">;

/**
 * Adds a new decision to the file beside the class, and applies all that are in the file.
 *
 * @throws {Failure} If the file or the new decision cannot be used.
 */
export async function decideClass(
  graded: readonly Graded[],
  classFolder: string,
  rubric: Rubric,
  decide?: NewDecision,
): Promise<{ results: GradedSubmission[]; notes: string[]; decisions: Decision[] }> {
  const path = decisionsPath(classFolder);
  if (decide) await addDecision(path, completed(decide, graded));
  const decisions = await readDecisions(path);
  return { ...applyToClass(graded, decisions, rubric), decisions };
}

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
export function completed(
  decision: NewDecision,
  graded: readonly Graded[],
): Decision {
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
  const known = [
    ...Object.keys(result.questions),
    ...Object.keys(result.manual ?? {}),
    "late",
    "all",
  ];
  if (!known.includes(question)) refuse(`there is no such question; there are ${known.join(", ")}`);
  const isWord = /[a-z]/.test(decision.points) && decision.points !== "none";
  if (isWord && (question === "late" || question === "all")) refuse("give a number");
  return {
    ...decision,
    student: submission.label,
    submission: submission.source,
    seen: seenOf(result, question),
  };
}
