/**
 * The first lines of feedback: a heading that fits, and a sentence.
 *
 * @module
 */
import { isFault } from "../graded/common_faults.ts";
import { type GradedSubmission, showMarks } from "../graded/graded_submission.ts";

/** What the feedback amounts to, in a few words. */
export function heading({ state, programs, questions, marks, max }: GradedSubmission): string {
  const answers = Object.values(questions);
  const isRight = answers.map(({ verdict }) => verdict === "right" || verdict === "part");
  if (answers.every(({ verdict }) => verdict === "absent")) return "No program was found";
  if (state === "look" && answers.every(({ verdict }) => verdict === "look")) {
    return "Not decided yet";
  }
  if (state === "graded" && marks >= max) return "Everything works";
  if (isRight.some(Boolean)) {
    return isRight.every(Boolean) ? "Nearly all works" : "Some of it works";
  }
  return Object.keys(programs).length === 0 ? "No program was found" : "Nothing works yet";
}

/** The marks of what is decided; none are named where nothing is. */
export function soFar({ questions, marks }: GradedSubmission): string {
  const isOpen = Object.values(questions).every(({ verdict }) => verdict === "look");
  return isOpen ? "No marks yet: " : `${showMarks(marks)} marks so far; `;
}

/** The first sentence after the marks. @param faults How many different faults there are. */
export function opening(result: GradedSubmission, faults: number): string {
  const { marks, max, questions } = result;
  if (Object.values(questions).every(({ verdict }) => verdict === "absent")) {
    return "None of the lab's programs was found in what you handed in. If you have them, ask your teacher whether you may hand them in.";
  }
  const faulty = Object.values(questions).filter(isFault);
  if (faulty.length > 0 && faulty.every(({ verdict }) => verdict === "absent")) {
    return "What you handed in works. What is missing is listed below.";
  }
  if (marks === max) return "Everything that was asked for works. Well done!";
  if (faults === 0) return "Every question is answered. What costs marks is listed here.";
  const share = marks / max;
  if (share >= 0.75) return "Most of it works. The rest is explained below, with what was seen.";
  return share >= 0.25
    ? "Some of it works, and the rest can be built on that. What was seen is explained below."
    : "Much of it does not work yet. That is often one mistake at the beginning: start with the first point below.";
}
