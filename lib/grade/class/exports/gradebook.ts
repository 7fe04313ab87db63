/**
 * Fills marks into a gradebook that Moodle or Canvas has exported, so that it can be
 * imported again: nothing but the marks changes.
 *
 * @module
 */
import { Failure } from "../../../cli/failure.ts";
import { type GradedSubmission, waitsForMarks } from "../graded/graded_submission.ts";
import type { Student } from "../graded/handed_in.ts";
import {
  type Cell,
  changeCells,
  type CsvText,
  daysAfter,
  decodeFile,
  type EncodedText,
  type MarkFormat,
  markFormat,
  readCells,
  readNumber,
  writeMark,
} from "./gradebook_file.ts";
import {
  type Columns,
  findColumns,
  matchStudents,
  maxBeside,
  type Row,
  valueAt,
} from "./gradebook_columns.ts";

/** How marks are filled in. */
export interface GradebookOptions {
  /** The title of the column for the marks; needed if several are possible. */
  column?: string | undefined;
  /** The maximum of that column; needed if the export does not say it. */
  max?: number | undefined;
  /** Whether marks that are in the gradebook are replaced. */
  overwrite?: boolean;
  /** Whether students without a submission and without a mark get 0. */
  zeroMissing?: boolean;
}

/** A gradebook that was read. */
export interface Gradebook extends Pick<Columns, "comments" | "handedIn"> {
  csv: CsvText;
  encode: EncodedText["encode"];
  rows: Row[];
  platform: "moodle" | "canvas";
  markColumn: number;
  max: number;
  format: MarkFormat;
  overwrite: boolean;
  zeroMissing: boolean;
}

/** Marks of students who are not graded: excused, or without this assignment. */
const NO_MARK = /^(EX|N\/A)$/i;

/**
 * Reads an export.
 *
 * @throws {Failure} If it is no such export, several columns are possible, or the maximum
 * is unknown.
 */
export function readGradebook(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  { column, max, overwrite = false, zeroMissing = false }: GradebookOptions = {},
): Gradebook {
  const refuse = (why: string): never => {
    throw new Failure(`Cannot use the gradebook ${file}: ${why}`);
  };
  const { text, encode } = decodeFile(bytes);
  if (text.includes("\0")) refuse("it is no CSV file; export it as CSV or plain text");
  const csv = readCells(text);
  const columns = findColumns(csv.rows);
  const titles = csv.rows[0]?.map(({ value }) => value.trim()) ?? [];
  if (columns.students.length === 0) refuse("it has no row of a student; export it again");
  const named = column?.normalize("NFC").trim();
  const marks = named === undefined
    ? columns.marks
    : titles.flatMap((title, i) => title.normalize("NFC") === named ? [i] : []).slice(0, 1);
  if (marks.length !== 1) {
    const choice = (marks.length > 1 ? marks.map((i) => titles[i]) : titles).join('", "');
    refuse(
      `${
        marks.length > 1 ? "several columns" : "no column"
      } can be the one for the marks; name it with --gradebook-column, one of "${choice}"`,
    );
  }
  const [markColumn] = marks;
  const percent = columns.students.some((row) => valueAt(row, markColumn).endsWith("%"));
  const most = max ?? maxOf(columns, markColumn) ?? (percent ? 100 : undefined) ??
    refuse(`it does not say the maximum of "${titles[markColumn]}"; say it with --gradebook-max`);
  const numbers = [
    ...columns.students.map((row) => valueAt(row, markColumn)),
    valueAt(columns.students[0], columns.max),
    valueAt(columns.maxRow, markColumn),
  ];
  return {
    csv,
    encode,
    platform: columns.kind === "canvas" ? "canvas" : "moodle",
    markColumn,
    comments: columns.comments,
    handedIn: columns.handedIn,
    max: most,
    format: markFormat(numbers, csv.separator),
    overwrite,
    zeroMissing,
    rows: rowsOf(columns, markColumn),
  };
}

/** The maximum that the export says for a column. */
function maxOf({ kind, maxRow, students }: Columns, column: number): number | undefined {
  const max = kind === "worksheet"
    ? maxBeside(students, column)
    : readNumber(valueAt(maxRow, column));
  return max === undefined || max === 0 ? undefined : max;
}

function rowsOf({ students, number, names }: Columns, markColumn: number): Row[] {
  const isEmail = (value: string) => /^\S+@\S+$/.test(value);
  const own = Array.from({ length: markColumn }, (_, i) => i)
    .filter((i) => i !== number && !names.includes(i));
  return students.map((cells) => {
    const values = own.map((i) => valueAt(cells, i)).filter((value) => value !== "");
    return {
      cells,
      numbers: valueAt(cells, number).match(/\d+$/)?.slice() ?? [],
      emails: values.filter(isEmail),
      logins: values.filter((value) => !isEmail(value)),
      names: [names.map((i) => valueAt(cells, i)).join(" ").trim()].filter((name) => name !== ""),
    };
  });
}

/**
 * Fills the marks in. A submission with an open look changes nothing.
 *
 * @param students Who handed each in, in the same order.
 * @param comments The feedback of each as HTML, for a worksheet's column of comments.
 * @param isWhole Whether every submission has a result. If not, no student is listed as without one.
 */
export function fillGradebook(
  gradebook: Gradebook,
  results: readonly GradedSubmission[],
  students: readonly (readonly Student[])[],
  comments: readonly string[] = [],
  isWhole = true,
): { bytes: Uint8Array; filled: number; notes: string[] } {
  const { rows, platform, csv, max: most } = gradebook;
  const changes = new Map<Cell, string>();
  const [lost, look, toMark, kept]: string[][] = [[], [], [], []];
  let isScaled = false;
  const matched = matchStudents(rows, students, platform);
  const taken = new Set<Row>();
  let commented = 0;
  for (const [i, { state, marks, max }] of results.entries()) {
    for (const [j, student] of students[i].entries()) {
      const row = matched[i][j];
      if (row === undefined) {
        lost.push(student.name);
        continue;
      }
      taken.add(row);
      if (state === "look") {
        (waitsForMarks(results[i]) ? toMark : look).push(student.name);
        continue;
      }
      isScaled ||= most !== max;
      const old = keptMark(row, gradebook, max === 0 ? 0 : marks / max * most, changes);
      if (old !== undefined) {
        kept.push(`${nameOf(row)} (${old})`); // a comment would name another mark
        continue;
      }
      commented += addComment(row, gradebook, comments[i], changes);
    }
  }
  const missing = isWhole ? rows.filter((row) => !taken.has(row)) : [];
  const notes: [string, string[]][] = [
    ["Not in the gradebook, enter these by hand", lost],
    ["Wants a look, left as it was in the gradebook", look],
    ["Waits for marks by hand, left as it was in the gradebook", toMark],
    ["Has a mark in the gradebook, kept; --overwrite replaces it", kept],
    ...missingNotes(gradebook, missing, lost, changes),
  ];
  return {
    bytes: gradebook.encode(changeCells(csv, changes)),
    filled: changes.size - commented,
    notes: [
      ...notes.flatMap(([what, names]) => names.length > 0 ? [`${what}: ${names.join("; ")}`] : []),
      ...isScaled ? [`The gradebook's maximum is ${most}: the marks were scaled to it`] : [],
    ],
  };
}

/**
 * What is said of students without a submission; `--zero-missing` gives them 0 where no mark stands.
 * While a submission has no row, such a row may be its student's: then no row gets 0.
 */
function missingNotes(
  gradebook: Gradebook,
  missing: readonly Row[],
  lost: readonly string[],
  changes: Map<Cell, string>,
): [string, string[]][] {
  const what = "In the gradebook without a submission";
  if (!gradebook.zeroMissing) {
    return [[`${what}, left as it was; --zero-missing gives 0`, missing.map(nameOf)]];
  }
  if (lost.length > 0) {
    return [[
      `${what}, no 0 given, since names above are not in the gradebook`,
      missing.map(nameOf),
    ]];
  }
  const [zeros, kept]: string[][] = [[], []];
  for (const row of missing) {
    const old = keptMark(row, { ...gradebook, overwrite: false }, 0, changes);
    if (old === undefined) zeros.push(nameOf(row));
    else kept.push(`${nameOf(row)} (${old})`);
  }
  return [[`${what}, 0 given`, zeros], [`${what}, has a mark, kept`, kept]];
}

/** Changes a row's mark. @returns The old mark if it is kept, else undefined. */
function keptMark(
  { cells }: Row,
  { markColumn, format, overwrite }: Gradebook,
  mark: number,
  changes: Map<Cell, string>,
): string | undefined {
  const cell = cells[markColumn];
  if (cell === undefined) return "the row is too short";
  const [old, fresh] = [cell.value.trim(), writeMark(mark, format)];
  const isEmpty = old === "" || old === "-";
  if (!isEmpty && readNumber(old) === readNumber(fresh)) return undefined;
  if (!isEmpty && (!overwrite || NO_MARK.test(old))) return old;
  changes.set(cell, fresh);
  return undefined;
}

/** Fills a comment in where there is none, or where it may be replaced. @returns How many. */
function addComment(
  { cells }: Row,
  { comments, overwrite }: Gradebook,
  comment: string | undefined,
  changes: Map<Cell, string>,
): number {
  const cell = cells[comments];
  if (!cell || comment === undefined || cell.value.trim() !== "" && !overwrite) return 0;
  changes.set(cell, comment);
  return 1;
}

/**
 * The data of a gradebook on each submission of one student: the student's name, and the delay in
 * days.
 *
 * @param due The deadline; without it the delay is unknown.
 */
export function fromGradebook(
  { rows, platform, handedIn }: Gradebook,
  students: readonly (readonly Student[])[],
  due?: string,
): { name?: string; days?: number }[] {
  const matched = matchStudents(rows, students, platform);
  return matched.map((found) => {
    if (found.length !== 1 || found[0] === undefined) return {};
    const [{ names: [name], cells }] = found as [Row];
    const days = due === undefined ? undefined : daysAfter(due, valueAt(cells, handedIn));
    return { ...name !== undefined && { name }, ...days !== undefined && { days } };
  });
}

function nameOf({ names, emails, logins, numbers }: Row): string {
  return [...names, ...emails, ...logins, ...numbers, "?"][0];
}
