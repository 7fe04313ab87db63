/**
 * Decisions of a person on the class's page: the buttons of decide.js, and what was decided.
 *
 * @module
 */
import type { Question } from "../../results/questions.ts";
import { type Answer, showMarks, VERDICT_WORDS } from "../../results/results.ts";
import { BY_HAND, type GradedSubmission, seenOf } from "../graded/graded_submission.ts";
import { type Markup, markup } from "./markup.ts";

const CHANGE = "Change the marks";

/** A button that opens the form of decide.js. @param isOpen Whether it counts as left to decide. */
function button(
  result: GradedSubmission,
  label: string,
  question: string,
  { max, points, half = 0.5 }: { max: number; points: number; half?: number },
  text: string,
  isOpen = false,
): Markup {
  return markup`<button type="button" class="decide" data-student="${label}" data-submission="${result.source}" data-question="${question}" data-max="${max}" data-points="${points}" data-half="${half}" data-seen="${
    seenOf(result, question)
  }"${isOpen ? markup` data-look-question` : ""}>${text}</button>`;
}

/** The button that decides a question. */
export function decideButton(
  result: GradedSubmission,
  question: Question,
  label: string,
  half: number,
): Markup {
  const { max, verdict, points } = result.questions[question];
  const isLook = verdict === "look";
  const text = isLook ? "Decide" : CHANGE;
  return button(
    result,
    label,
    question,
    { max, points, half },
    text,
    isLook && !result.decidedTotal,
  );
}

/** The button that gives the marks of the whole submission. */
export function decideAll(result: GradedSubmission, label: string): Markup {
  const { max, marks: points, decidedTotal } = result;
  const text = decidedTotal ? CHANGE : "Decide all questions together";
  return button(result, label, "all", { max, points }, text);
}

function markButton(result: GradedSubmission, part: string, label: string): Markup {
  const { max, points } = result.manual![part];
  const text = points === undefined ? "Mark" : CHANGE;
  const isOpen = points === undefined && !result.decidedTotal;
  return button(result, label, part, { max, points: points ?? 0 }, text, isOpen);
}

/** A note that a person has decided, with the grader's verdict. */
export function byHand({ decidedByHand }: Answer): string {
  return decidedByHand ? `, decided by hand (was: ${VERDICT_WORDS[decidedByHand.verdict]})` : "";
}

/** The marks that a person gave, and the penalty for a late submission. */
export function showByHand(result: GradedSubmission, label: string): Markup | [] {
  const { manual = {}, late, decidedTotal } = result;
  const rows = Object.entries(manual).map(([name, { points, max, why }]) =>
    markup`<li class="answer"><span>${name}: ${
      points !== undefined
        ? "decided by hand"
        : decidedTotal
        ? "decided with all"
        : "not marked yet"
    }${why && `, ${why}`}</span> ${markButton(result, name, label)}<span class="given">${
      points === undefined ? "-" : showMarks(points)
    } of ${showMarks(max)}</span></li>`
  );
  if (decidedTotal) {
    rows.push(
      markup`<li><span>All marks, decided by hand${
        decidedTotal.why === BY_HAND ? "" : `: ${decidedTotal.why}`
      }</span> ${decideAll(result, label)}<span>${showMarks(decidedTotal.points)}</span></li>`,
    );
  }
  if (late) {
    rows.push(
      markup`<li><span>${late.days} day${late.days === 1 ? "" : "s"} late${
        late.why && `: ${late.why}`
      }</span><span>-${showMarks(late.penalty)}</span></li>`,
    );
  }
  return rows.length === 0 ? [] : markup`<ul class="fine">${rows}</ul>`;
}
