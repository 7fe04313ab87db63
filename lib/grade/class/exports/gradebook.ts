/**
 * Fills marks into a gradebook that Moodle or Canvas has exported, so that it can be
 * imported again: nothing but the marks changes.
 *
 * @module
 */
import { Failure } from "../../../cli/failure.ts";
import { type Cell, changeCells, readCells } from "./csv_cells.ts";
import { type GradedSubmission, showMarks } from "../graded/graded_submission.ts";
import { matchStudents, type Row } from "./gradebook_match.ts";
import type { Student } from "../graded/student.ts";

/** A gradebook that was read. */
export interface Gradebook {
  /** The file, a character for each byte. */
  text: string;
  /** Its students. */
  rows: Row[];
  /** Whose export it is. */
  platform: "moodle" | "canvas";
  /** Where a row's mark stands. */
  markColumn: number;
  /** The most marks of each row; none where the export does not say. */
  maxima: (number | undefined)[];
}

/** A gradebook that was filled. */
export interface FilledGradebook {
  /** The file. */
  bytes: Uint8Array;
  /** How many marks were filled in. */
  filled: number;
  /** What a person has to know of, a sentence each. */
  notes: string[];
}

const COLUMNS = {
  number: /^(identifier|id)$/i,
  login: /^(sis login id|sis user id|username|login|id number|student id|sid|github username)$/i,
  email: /^(email address|email|e-mail)$/i,
  name: /^(full name|student|name)$/i,
  first: /^first ?name$/i,
  last: /^(last ?name|surname)$/i,
};

/**
 * Reads an export.
 *
 * @param bytes The file.
 * @param file Its name, for messages.
 * @param column The header of the column for the marks; without it there must be one
 * that can be meant.
 * @throws {Failure} If it is no such export, or several columns can be meant.
 */
export function readGradebook(bytes: Uint8Array, file: string, column?: string): Gradebook {
  const refuse = (why: string): never => {
    throw new Failure(`Cannot use the gradebook ${file}: ${why}`);
  };
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  if (text.includes("\0")) refuse("it is not CSV in UTF-8; save it as that");
  const [header, ...rest] = readCells(text);
  const titles = header?.map(({ value }) => value.trim()) ?? [];
  const at = (pattern: RegExp) => titles.findIndex((title) => pattern.test(title));
  const all = (pattern: RegExp) => titles.flatMap((title, i) => pattern.test(title) ? [i] : []);
  const platform = at(/^student$/i) >= 0 && at(/^id$/i) >= 0 ? "canvas" : "moodle";
  const known = Object.values(COLUMNS).some((pattern) => at(pattern) >= 0);
  if (!known) refuse("its first line names no student's number, login or name; export it anew");
  const marks = column === undefined ? markColumns(titles, platform) : [titles.indexOf(column)];
  if (marks.length !== 1 || marks[0] < 0) {
    const choice = (marks.length > 1 ? marks.map((i) => titles[i]) : titles).join('", "');
    refuse(
      `it has ${
        marks.length > 1 ? "several columns" : "no column"
      } for the marks; name one with --gradebook-column, of "${choice}"`,
    );
  }
  const points = rest.find(([first]) => first.value.trim() === "Points Possible");
  const isStudent = ({ value }: Cell) =>
    platform === "moodle" || !/^(student, test|points possible)?$/i.test(value.trim());
  const students = rest.filter((cells) => cells.length > marks[0] && isStudent(cells[0]));
  const field = (cells: Cell[], columns: number[]) =>
    columns.flatMap((i) => cells[i]?.value.trim() || []);
  const most = at(/^maximum grade$/i);
  return {
    text,
    platform,
    markColumn: marks[0],
    rows: students.map((cells) => ({
      cells,
      numbers: field(cells, all(COLUMNS.number)).flatMap((id) => id.match(/\d+$/) ?? []).map(
        String,
      ),
      logins: field(cells, all(COLUMNS.login)),
      emails: field(cells, all(COLUMNS.email)),
      names: [
        ...field(cells, all(COLUMNS.name)),
        [...field(cells, [at(COLUMNS.first)]), ...field(cells, [at(COLUMNS.last)])].join(" "),
      ].filter((name) => name !== ""),
    })),
    maxima: students.map((cells) => readMax((most < 0 ? points?.[marks[0]] : cells[most])?.value)),
  };
}

/**
 * Fills the marks in. What wants a look is left as it is.
 *
 * @param gradebook What was read.
 * @param results The results.
 * @param students Who handed each in, in the same order.
 */
export function fillGradebook(
  gradebook: Gradebook,
  results: readonly GradedSubmission[],
  students: readonly (readonly Student[])[],
): FilledGradebook {
  const { rows, platform, markColumn, maxima, text } = gradebook;
  const changes = new Map<Cell, string>();
  const lost: string[] = [];
  const left: string[] = [];
  let scaled: number | undefined;
  const matched = matchStudents(rows, students, platform);
  const taken = new Set<Row>();
  for (const [i, { state, marks, max }] of results.entries()) {
    for (const [j, student] of students[i].entries()) {
      const row = matched[i][j];
      if (row === undefined) {
        lost.push(student.name);
        continue;
      }
      taken.add(row);
      if (state === "look") {
        left.push(student.name);
        continue;
      }
      const most = maxima[rows.indexOf(row)] ?? max;
      if (most !== max) scaled = most;
      changes.set(row.cells[markColumn], showMarks(max === 0 ? 0 : marks / max * most));
    }
  }
  const without = rows.filter((row) => !taken.has(row)).map(({ names, logins, emails, numbers }) =>
    [...names, ...logins, ...emails, ...numbers, "?"][0]
  );
  const notes: [string, string[]][] = [
    ["Not in the gradebook, to be entered by hand", lost],
    ["Wants a look, left as it was in the gradebook", left],
    ["In the gradebook without a submission, left as it was", without],
  ];
  return {
    bytes: Uint8Array.from(changeCells(text, changes), (char) => char.charCodeAt(0)),
    filled: changes.size,
    notes: [
      ...notes.flatMap(([what, names]) => names.length > 0 ? [`${what}: ${names.join("; ")}`] : []),
      ...scaled === undefined ? [] : [`The gradebook's most is ${scaled}: marks were scaled to it`],
    ],
  };
}

/** The columns that can be meant for the marks. */
function markColumns(titles: string[], platform: "moodle" | "canvas"): number[] {
  const find = (pattern: RegExp) => titles.flatMap((title, i) => pattern.test(title) ? [i] : []);
  if (platform === "canvas") return find(/\(\d+\)$/);
  const grade = find(/^grade$/i);
  return grade.length === 1 ? grade : find(/^(?!course total|category total).*\(real\)$/i);
}

function readMax(value: string | undefined): number | undefined {
  const number = Number(value?.trim().replace(",", ".") || NaN);
  return number > 0 ? number : undefined;
}
