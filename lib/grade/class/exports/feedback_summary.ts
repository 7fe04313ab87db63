/**
 * The first lines of feedback: a heading and a sentence.
 *
 * @module
 */
import { isFault } from "../graded/common_faults.ts";
import { type GradedSubmission, showMarks, waitsForMarks } from "../graded/graded_submission.ts";

/** The share of the marks from which most of a submission works. */
const MOST = 0.75;

/** The result in a few words. */
export function heading(result: GradedSubmission): string {
  const { state, programs, questions, marks, max, decidedTotal, remarks } = result;
  const answers = Object.values(questions);
  if (decidedTotal) return "Marked by a person";
  if (answers.every(({ verdict }) => verdict === "absent")) return "No program was found";
  if (state === "look" && answers.every(({ verdict }) => verdict === "look")) {
    return "Not decided yet";
  }
  const allRight = answers.every(({ verdict }) => verdict === "right");
  if (allRight && !remarks.some(({ costs }) => costs)) return "Everything works";
  const isRight = answers.map(({ verdict }) => verdict === "right" || verdict === "part");
  if (isRight.every(Boolean)) return "Nearly all works";
  if (isRight.some(Boolean)) {
    return state === "graded" && marks / max >= MOST ? "Most of it works" : "Some of it works";
  }
  return Object.keys(programs).length === 0 ? "No program was found" : "Nothing works yet";
}

/** The marks so far, and whether a person still has to look. */
export function soFar(result: GradedSubmission): string {
  const { questions, marks } = result;
  if (Object.values(questions).every(({ verdict }) => verdict === "look")) {
    return "No marks yet: a person still has to look at this.";
  }
  const rest = waitsForMarks(result) ? "." : "; a person still has to look at this.";
  return `${showMarks(marks)} marks so far${rest}`;
}

/** The first sentence after the marks. @param faults How many different faults there are. */
export function opening(result: GradedSubmission, faults: number): string {
  const { marks, max, questions, decidedTotal } = result;
  if (decidedTotal) return "";
  if (Object.values(questions).every(({ verdict }) => verdict === "absent")) {
    return "None of the lab's programs was found in what you handed in. If you have them, ask your teacher whether you may hand them in.";
  }
  const faulty = Object.values(questions).filter(isFault);
  if (faulty.length > 0 && faulty.every(({ verdict }) => verdict === "absent")) {
    return "What you handed in works. What is missing is listed below.";
  }
  if (marks === max) return "Everything that was asked for works. Well done!";
  if (faults === 0) return "What costs marks is listed here.";
  const share = marks / max;
  if (share >= MOST) return "Most of it works. The rest is explained below, with what was seen.";
  return share >= 0.25
    ? "Some of it works, and the rest can be built on that. What was seen is explained below."
    : "Much of it does not work yet. That is often one mistake at the beginning: start with the first point below.";
}
