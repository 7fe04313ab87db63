/**
 * Decisions of a person on the class's page: the buttons of decide.js, and what was decided.
 *
 * @module
 */
import type { Question } from "../../results/questions.ts";
import type { Answer } from "../../results/results.ts";
import { VERDICT_WORDS } from "../../results/words.ts";
import { type GradedSubmission, seenOf, showMarks } from "../graded/graded_submission.ts";
import { type Markup, markup } from "./markup.ts";

/** The button that opens the form of decide.js; a look counts as left until it is decided. */
export function decideButton(
  result: GradedSubmission,
  question: Question,
  label: string,
  half: number,
): Markup {
  const { max, verdict, points } = result.questions[question];
  const look = verdict === "look" && !result.decidedTotal ? markup` data-look-question` : "";
  return markup`<button type="button" class="decide" data-student="${label}" data-submission="${result.source}" data-question="${question}" data-max="${max}" data-points="${points}" data-half="${half}" data-seen="${
    seenOf(result, question)
  }"${look}>${verdict === "look" ? "Decide" : "Change the marks"}</button>`;
}

/** The button that gives the marks of the whole submission. */
export function decideAll(result: GradedSubmission, label: string): Markup {
  const { source, max, marks } = result;
  return markup`<button type="button" class="decide" data-student="${label}" data-submission="${source}" data-question="all" data-max="${max}" data-points="${marks}" data-seen="${
    seenOf(result, "all")
  }">Decide all questions together</button>`;
}

/** Says that a person has decided, and what the grader had said. */
export function byHand({ decidedByHand }: Answer): string {
  return decidedByHand ? `, decided by hand (was: ${VERDICT_WORDS[decidedByHand.verdict]})` : "";
}

/** What a person has marked, and what is lost by delay. */
export function showByHand({ manual = {}, late, decidedTotal }: GradedSubmission): Markup | [] {
  const rows = Object.entries(manual).map(([name, { points, max, why }]) =>
    markup`<li><span>${name}: ${points === undefined ? "not marked yet" : "decided by hand"}${
      why && `, ${why}`
    }</span><span>${points === undefined ? "-" : showMarks(points)} of ${
      showMarks(max)
    }</span></li>`
  );
  if (decidedTotal) {
    rows.push(
      markup`<li><span>All marks, decided by hand: ${decidedTotal.why}</span><span>${
        showMarks(decidedTotal.points)
      }</span></li>`,
    );
  }
  if (late) {
    rows.push(
      markup`<li><span>Late by ${late.days} days${late.why && `: ${late.why}`}</span><span>-${
        showMarks(late.penalty)
      }</span></li>`,
    );
  }
  return rows.length === 0 ? [] : markup`<ul class="fine">${rows}</ul>`;
}
