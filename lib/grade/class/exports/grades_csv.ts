/**
 * The marks as a table for a spreadsheet.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { QUESTIONS } from "../../results/results.ts";
import { type GradedSubmission, showMarks } from "../graded/graded_submission.ts";
import type { Student } from "../graded/student.ts";

/** What a spreadsheet would take for a formula, or what would hide one. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * `grades.csv`: a row for each submission. Marks of what wants a look are left empty.
 *
 * @param results The results.
 * @param students Who handed each in, in the same order.
 */
export function gradesCsv(
  results: readonly GradedSubmission[],
  students: readonly (readonly Student[])[],
): string {
  const header = [
    "name",
    "submission",
    "number",
    "login",
    "email",
    "state",
    "marks",
    "of",
    ...QUESTIONS,
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
      result.state,
      result.state === "look" ? "" : showMarks(result.marks),
      showMarks(result.max),
      ...QUESTIONS.map((question) => {
        const { verdict, points } = result.questions[question];
        return verdict === "look" || verdict === "not run" ? "" : showMarks(points);
      }),
      String(result.remarks.length),
      harmless(result.why),
      harmless(decidedByHand(result)),
    ];
  });
  return stringify([header, ...rows]);
}

/** The names of what a person has decided. */
function decidedByHand({ questions, manual = {}, decidedTotal, late }: GradedSubmission): string {
  return [
    ...QUESTIONS.filter((question) => questions[question]?.decidedByHand),
    ...Object.keys(manual).filter((name) => manual[name].points !== undefined),
    ...decidedTotal ? ["all"] : [],
    ...late ? ["late"] : [],
  ].join(" ");
}

/**
 * A cell that no spreadsheet runs. A carriage return alone would end the row for some
 * readers: it is shown.
 */
function harmless(cell: string): string {
  return (FORMULA.test(cell) ? `'${cell}` : cell).replaceAll("\r", "\\r");
}
