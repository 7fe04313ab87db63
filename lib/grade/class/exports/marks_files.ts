/**
 * The marks of a class for other programs: `grades.csv` for a spreadsheet, and `junit.xml`, which most
 * build servers show.
 *
 * @module
 */
import { escapeText } from "../../../terminal/show.ts";
import { stringify } from "@std/csv";
import { type Question, QUESTIONS, questionsOf, questionTitle } from "../../results/questions.ts";
import { type GradedSubmission, labAnswersOf } from "../graded/graded_submission.ts";
import { type Answer, showMarks, VERDICT_WORDS } from "../../results/results.ts";
import type { Student } from "../graded/handed_in.ts";
import { isFault } from "../graded/statistics.ts";
import { Markup, markup } from "../page/markup.ts";

/** Excel on Windows reads a CSV file as UTF-8 only if it begins with a byte order mark. */
const BOM = "\ufeff";
/** What a spreadsheet runs as a formula, or what hides one. */
const FORMULA = /(^|[;,|\t])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * `grades.csv`: a row for each submission. If a person has to look, the marks are empty.
 *
 * @param students Who handed each in, in the same order.
 */
export function gradesCsv(
  results: readonly GradedSubmission[],
  students: readonly (readonly Student[])[],
): string {
  const asked = questionsOf(labAnswersOf(results));
  const header = [
    "name",
    "submission",
    "number",
    "login",
    "email",
    "late",
    "state",
    "marks",
    "of",
    ...asked,
    "remarks",
    "why",
    "decided by hand",
  ];
  const rows = results.map((result, i) => {
    const field = (key: "number" | "login" | "email") =>
      students[i].flatMap((student) => student[key] ?? []).join(", ");
    return [
      harmless(result.name),
      harmless(result.source),
      harmless(field("number")),
      harmless(field("login")),
      harmless(field("email")),
      lateness(result, students[i]),
      result.state,
      result.state === "look" ? "" : showMarks(result.marks),
      showMarks(result.max),
      ...asked.map((question) => {
        const { verdict, points } = result.questions[question];
        return verdict === "look" || verdict === "not run" ? "" : showMarks(points);
      }),
      String(result.remarks.length),
      harmless(result.why),
      harmless(decidedByHand(result)),
    ];
  });
  return BOM + stringify([header, ...rows]);
}

/** The days of delay, with the marks that they cost; `late` if only Canvas's flag is known. */
function lateness({ late }: GradedSubmission, students: readonly Student[]): string {
  if (late) return `${late.days} day${late.days === 1 ? "" : "s"}: -${showMarks(late.penalty)}`;
  return students.some(({ late }) => late) ? "late" : "";
}

/** The names of what a person has decided. */
function decidedByHand({ questions, manual = {}, decidedTotal, late }: GradedSubmission): string {
  return [
    ...QUESTIONS.filter((question) => questions[question]?.decidedByHand),
    ...Object.keys(manual).filter((name) => manual[name].points !== undefined),
    ...decidedTotal ? ["all"] : [],
    ...late && !late.byDate ? ["late"] : [],
  ].join(" ");
}

/**
 * A cell that no spreadsheet runs, also where another separator splits it; control
 * characters and line breaks are shown.
 */
function harmless(cell: string): string {
  return escapeText(cell).replace(FORMULA, "$1'");
}

/** `junit.xml`: a suite for each submission, a case for each question. */
export function junitXml(results: readonly GradedSubmission[]): string {
  const suites = results.map((result) => {
    const answers = questionsOf(result.answers).map((question) => result.questions[question]);
    const faults = answers.filter(isFault).length;
    const right = answers.filter(({ verdict }) => verdict === "right").length;
    return markup`
  <testsuite name="${result.name}" tests="${answers.length}" failures="${faults}" skipped="${
      answers.length - faults - right
    }" time="${result.seconds.toFixed(3)}">${
      questionsOf(result.answers).map((question) => testCase(result, question))
    }
  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    markup`<testsuites name="networks-lab">${suites}
</testsuites>`.text
  }\n`;
}

function testCase({ name, why, questions, answers }: GradedSubmission, question: Question): Markup {
  const answer = questions[question];
  return markup`
    <testcase classname="${name}" name="${question}: ${questionTitle(question, answers)}">${
    outcome(answer, why)
  }</testcase>`;
}

function outcome(answer: Answer, whyLook: string): Markup {
  const { verdict, why } = answer;
  if (verdict === "right") return new Markup("");
  const message = `${VERDICT_WORDS[verdict]}: ${why || whyLook || "see the feedback"}`;
  return isFault(answer)
    ? markup`<failure message="${message}"></failure>`
    : markup`<skipped message="${message}"/>`;
}
