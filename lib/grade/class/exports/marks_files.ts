/**
 * The marks of a class for other programs: `grades.csv` for a spreadsheet, and `junit.xml`, which most
 * build servers show.
 *
 * @module
 */
import { escapeText } from "../../../terminal/show.ts";
import { stringify } from "@std/csv";
import {
  type Question,
  QUESTIONS,
  questionsOf,
  questionTitle,
  type RemarkId,
  remarkTitle,
} from "../../results/questions.ts";
import { DEFAULT_RUBRIC, remarkMarks, type Rubric } from "../../results/rubric.ts";
import { type GradedSubmission, waitsForMarks } from "../graded/graded_submission.ts";
import { type Answer, showMarks, VERDICT_WORDS } from "../../results/results.ts";
import type { Student } from "../graded/handed_in.ts";
import { isFault } from "../graded/statistics.ts";
import { Markup, markup } from "../page/markup.ts";

/** Excel on Windows reads a CSV file as UTF-8 only if it begins with a byte order mark. */
const BOM = "\ufeff";
/** What a spreadsheet runs as a formula, or what hides one. */
const FORMULA = /(^|[;,|\t])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

type Cell = [column: string, text: string];

/**
 * `grades.csv`: a row for each submission. The marks of the questions, of the charged remarks and of
 * the parts that a person marks sum to `marks`, with the (negative) marks for delay. What is not
 * decided has an empty cell.
 *
 * @param students Who handed each in, in the same order.
 */
export function gradesCsv(
  results: readonly GradedSubmission[],
  students: readonly (readonly Student[])[],
  rubric: Rubric = DEFAULT_RUBRIC,
): string {
  const rows = results.map((result, i): Cell[] => {
    const field = (key: "number" | "login" | "email") =>
      harmless(students[i].flatMap((student) => student[key] ?? []).join(", "));
    return [
      ["name", harmless(result.name)],
      ["submission", harmless(result.source)],
      ["number", field("number")],
      ["login", field("login")],
      ["email", field("email")],
      ["state", waitsForMarks(result) ? "to mark" : result.state],
      ["marks", result.state === "look" ? "" : showMarks(result.marks)],
      ["of", showMarks(result.max)],
      ...partsOf(result, rubric),
      ["days late", daysLate(result, students[i])],
      ["marks for delay", result.late ? showMarks(0 - result.late.penalty) : ""],
      ["remarks", String(result.remarks.length)],
      ["why", harmless(result.why)],
      ["decided by hand", harmless(decidedByHand(result))],
    ];
  });
  const header = rows[0]?.map(([column]) => column) ?? [];
  return BOM + stringify([header, ...rows.map((row) => row.map(([, cell]) => cell))]);
}

/** The marks of a submission's parts, in the rubric's order; the columns are the same for all. */
function partsOf(result: GradedSubmission, rubric: Rubric): Cell[] {
  const { questions, manual = {}, answers } = result;
  const asked = questionsOf(answers);
  const isLook = asked.every((question) => questions[question].verdict === "look");
  const cell = (column: string, points: number | undefined): Cell => [
    column,
    points === undefined ? "" : showMarks(points),
  ];
  return [
    ...asked.map((question) => {
      const { verdict, points } = questions[question];
      return cell(question, ["look", "not run"].includes(verdict) ? undefined : points);
    }),
    ...Object.entries(remarkMarks(result, rubric)).map(([id, marks]) => {
      const given = manual[id] ? manual[id].points : isLook ? undefined : marks;
      return cell(remarkTitle(id as RemarkId), given);
    }),
    ...Object.keys(rubric.manual).map((name) => cell(harmless(name), manual[name]?.points)),
  ];
}

/** The days of delay; `late` if only Canvas's flag is known. */
function daysLate({ late }: GradedSubmission, students: readonly Student[]): string {
  if (late) return String(late.days);
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
