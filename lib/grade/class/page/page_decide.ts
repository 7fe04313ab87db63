/**
 * Decisions of a person on the class's page: the buttons of decide.js, and what was decided.
 *
 * @module
 */
import { type Question, remarkTitle } from "../../results/questions.ts";
import {
  type Answer,
  counted,
  type ManualMark,
  showMarks,
  type Verdict,
  VERDICT_WORDS,
} from "../../results/results.ts";
import { halfOf, type Rubric, withTotals } from "../../results/rubric.ts";
import { BY_HAND, type GradedSubmission, seenOf } from "../graded/graded_submission.ts";
import { type Markup, markup } from "./markup.ts";

/** The most days of delay that the form takes. */
const MAX_DAYS = 365;
const CHANGE = "Change the marks";

/** What a button decides. */
interface Decidable {
  question: string;
  max: number;
  /** The marks as they are, and those of the grader alone. */
  points: number;
  own?: number;
  /** The grader's own verdict. */
  verdict?: Verdict;
  /** The share of a half right answer. */
  half?: number;
  /** Whether a person has to decide it, and whether a person has. */
  isOpen?: boolean;
  isDone?: boolean;
}

/** A student's buttons, each of which opens the form of decide.js. */
export class DecideButtons {
  /** @param label The student, as the page has the name. */
  constructor(
    private readonly result: GradedSubmission,
    private readonly label: string,
    private readonly rubric: Rubric,
  ) {}

  /** The button that decides a question; none for one that has no marks. */
  question(question: Question): Markup | [] {
    const { questions, decidedTotal } = this.result;
    const { max, verdict, points, decidedByHand } = questions[question];
    if (max === 0 && verdict !== "look") return [];
    const own = decidedByHand ?? { verdict, points };
    return this.#button({
      ...{ question, max, points, own: own.points, verdict: own.verdict },
      half: halfOf(question, this.rubric),
      isOpen: own.verdict === "look",
      isDone: (decidedByHand ?? decidedTotal) !== undefined,
    }, verdict === "look" ? "Decide" : verdict === "right" ? "Change" : CHANGE);
  }

  /** The button that gives the marks of the whole submission. */
  all(): Markup {
    const { max, marks: points, decidedTotal } = this.result;
    const text = decidedTotal ? CHANGE : "Decide all questions together";
    return this.#button({ question: "all", max, points, isDone: !!decidedTotal }, text);
  }

  /** The button that marks a part. */
  part(question: string, { max, points }: ManualMark): Markup {
    const isDone = points !== undefined || this.result.decidedTotal !== undefined;
    const text = points === undefined ? "Mark" : CHANGE;
    return this.#button({ question, max, points: points ?? 0, isOpen: true, isDone }, text);
  }

  /** The button that sets the days of delay. */
  late(): Markup {
    const { late } = this.result;
    const isDone = late !== undefined && !late.byDate;
    const about = { question: "late", max: MAX_DAYS, points: late?.days ?? 0, isDone };
    return this.#button(about, "Change the days");
  }

  #button(
    { question, max, points, own = 0, verdict, half = 0.5, isOpen, isDone }: Decidable,
    text: string,
  ): Markup {
    const { result, label } = this;
    return markup`<button type="button" class="decide" data-student="${label}" data-submission="${result.source}" data-question="${question}" data-max="${max}" data-points="${points}" data-own="${own}" data-verdict="${
      verdict ?? ""
    }" data-half="${half}" data-seen="${seenOf(result, question)}"${
      isOpen ? markup` data-look-question` : ""
    }${isDone ? markup` data-done="file"` : ""}>${text}</button>`;
  }
}

/** The sum of a submission's parts, before a decision on all of them and the penalty for delay. */
export function sumOfParts(result: GradedSubmission, rubric: Rubric): number {
  const { decidedTotal: _, late: __, ...parts } = result;
  return withTotals(parts, rubric).marks;
}

/** Marks of a question or a part; those of a look are open. */
export function marksShown(points: number | undefined, max: number, verdict?: Verdict): string {
  const isOpen = points === undefined || verdict === "look";
  return `${isOpen ? "–" : showMarks(points)} of ${showMarks(max)}`;
}

/** A note that a person has decided, with the grader's verdict. */
export function byHand({ decidedByHand }: Answer): string {
  return decidedByHand ? `, decided by hand (was: ${VERDICT_WORDS[decidedByHand.verdict]})` : "";
}

/** The marks that a person gives, and the penalty for a late submission. */
export function showByHand(
  result: GradedSubmission,
  buttons: DecideButtons,
  perDay: number,
): Markup | [] {
  const { manual = {}, late, decidedTotal } = result;
  const row = (text: string, button: Markup, given: string) =>
    markup`<li><span>${text}</span> ${button}<span class="given">${given}</span></li>`;
  const rows = Object.entries(manual).map(([name, part]) => {
    const { points, max, why } = part;
    const state = points !== undefined
      ? "decided by hand"
      : decidedTotal
      ? "decided with all"
      : "not marked yet";
    const title = remarkTitle(name);
    const shown = title === name ? name : `${title} (${name}), which could not be tested`;
    const said = why && `, ${why}`;
    return row(`${shown}: ${state}${said}`, buttons.part(name, part), marksShown(points, max));
  });
  if (decidedTotal) {
    const { why, points } = decidedTotal;
    const said = why === BY_HAND ? "" : `: ${why}`;
    rows.push(row(`All marks, decided by hand${said}`, buttons.all(), showMarks(points)));
  }
  if (late || perDay > 0) {
    const { days = 0, penalty = 0, why = "" } = late ?? {};
    const said = days === 0 ? "Not late" : `${counted(days, "day")} late`;
    const less = `${showMarks(penalty)} marks less`;
    rows.push(row(`${said}${why && `: ${why}`}`, buttons.late(), less));
  }
  return rows.length === 0 ? [] : markup`<ul class="fine">${rows}</ul>`;
}
