/**
 * Finds the columns of an exported gradebook by position and content (the titles are in the language
 * of the learning system), and each student's row by number, login, address, then name.
 *
 * - Moodle's grading worksheet: `Participant 7`, the full name, other fields, the grade,
 *   the maximum grade, …
 * - Moodle's gradebook: first and last name, other fields, `Assignment: Lab 1 (Real)`, …
 * - Canvas: `Student`, `ID`, …, `Lab 1 (501)`; a row `Points Possible` has the maxima. The
 *   titles are English in every language, the numbers are not.
 *
 * Sources: mod/assign/gradingtable.php and grade/export/ of Moodle, lib/gradebook_exporter.rb
 * of Canvas.
 *
 * @module
 */
import { type Cell, readMoodleDate, readNumber } from "./gradebook_file.ts";
import type { Student } from "../graded/handed_in.ts";

/** The columns and the rows of an export. */
export interface Columns {
  kind: "worksheet" | "moodle" | "canvas";
  students: Cell[][];
  /** Columns that may be the one for the marks; exactly one if it is clear. */
  marks: number[];
  /** The column of the maximum, beside the marks of a worksheet; -1 if there is none, as below. */
  max: number;
  maxRow: Cell[];
  /** The column of the system's number of a student. */
  number: number;
  /** Columns of full names, or of first and last names. */
  names: number[];
  comments: number;
  /** A worksheet's column of the dates of handing in. */
  handedIn: number;
}

const NONE = { max: -1, maxRow: [], number: -1, comments: -1, handedIn: -1 };

const CANVAS_MARKS = /\(\d+\)\s*$/;
/** The title of the comments, as Moodle's language packs have it. */
const COMMENTS = /feedback|comment|comentári|comentario|kommentar|komentarz|отзыв|评论|コメント/i;
const IDENTIFIER = /^(\D+?)\s*(\d+)$/;
/** `Assignment: Lab 1 (Real)`, with the colon and the brackets of Chinese and Japanese. */
const MOODLE_ITEM = /^(.*?[:：].*?)\s*[(（][^()（）]+[)）]\s*$/;

/** Finds the columns. A row that is shorter than the header is no student. */
export function findColumns(rows: Cell[][]): Columns {
  const titles = rows[0]?.map(({ value }) => value.trim()) ?? [];
  const body = rows.slice(1).filter((row) => row.length >= titles.length - 1 && row.length > 1);
  const canvasMarks = titles.flatMap((title, i) => CANVAS_MARKS.test(title) ? [i] : []);
  const id = titles.findIndex((title) => /^id$/i.test(title));
  if (canvasMarks.length > 0 && id > 0) return canvasColumns(titles, body, canvasMarks, id);
  const prefixes = new Set(body.map((row) => valueAt(row, 0).match(IDENTIFIER)?.[1] ?? ""));
  if (body.length > 0 && prefixes.size === 1 && !prefixes.has("")) {
    return worksheetColumns(titles, body);
  }
  const students = body.filter((row) => row.some(({ value }) => value.trim() !== ""));
  const marks = moodleMarks(titles, students);
  return { ...NONE, kind: "moodle", students, marks, names: [0, 1] };
}

/** The maximum beside a column of marks: the same positive number in each row. */
export function maxBeside(students: readonly Cell[][], column: number): number | undefined {
  const maxima = new Set(students.map((row) => readNumber(valueAt(row, column + 1))));
  const [max] = maxima;
  return maxima.size === 1 && max !== undefined && max > 0 ? max : undefined;
}

/** A cell's value without blanks around it. */
export function valueAt(row: readonly Cell[], column: number): string {
  return row[column]?.value.trim() ?? "";
}

function canvasColumns(
  titles: readonly string[],
  body: Cell[][],
  marks: number[],
  id: number,
): Columns {
  const isStudent = (row: Cell[]) =>
    /^\d+$/.test(valueAt(row, id)) && !/^student, test$/i.test(valueAt(row, 0));
  const isMaxRow = (row: Cell[]) =>
    valueAt(row, id) === "" && marks.some((i) => readNumber(valueAt(row, i)) !== undefined);
  return {
    ...NONE,
    kind: "canvas",
    students: body.filter(isStudent),
    marks,
    maxRow: body.find(isMaxRow) ?? [],
    number: id,
    names: titles.map((_, i) => i).filter((i) => i < id),
  };
}

function worksheetColumns(titles: readonly string[], body: Cell[][]): Columns {
  const width = Math.min(...body.map((row) => row.length));
  const isMark = (value: string) =>
    value === "" || value === "-" || readNumber(value) !== undefined;
  const marks: number[] = [];
  for (let i = 1; i + 1 < width; i++) {
    const max = maxBeside(body, i);
    const values = body.map((row) => valueAt(row, i));
    if (max !== undefined && values.every(isMark)) marks.push(i);
  }
  const max = marks.length === 1 ? marks[0] + 1 : -1;
  const last = max < 0 ? width : max;
  const comments = titles.findIndex((title, i) => i > last && COMMENTS.test(title));
  const isDate = (i: number) => body.some((row) => readMoodleDate(valueAt(row, i)) !== undefined);
  const handedIn = titles.findIndex((_, i) => i > last && isDate(i));
  const names = [1];
  return {
    ...NONE,
    kind: "worksheet",
    students: body,
    marks,
    max,
    number: 0,
    names,
    comments,
    handedIn,
  };
}

/** One column for each item: its marks come before its percentages, letters and feedback. */
function moodleMarks(titles: readonly string[], students: readonly Cell[][]): number[] {
  const items = new Map<string, number>();
  for (const [i, title] of titles.entries()) {
    const item = title.match(MOODLE_ITEM)?.[1];
    if (item === undefined || items.has(item)) continue;
    const values = students.map((row) => valueAt(row, i));
    const isMark = (value: string) => /^-?$/.test(value) || readNumber(value) !== undefined;
    if (values.every(isMark)) items.set(item, i);
  }
  return [...items.values()];
}

/** A student's row in a gradebook, and what identifies the student. */
export interface Row {
  cells: Cell[];
  /** The platform's numbers. */
  numbers: string[];
  /** Names to log in with, university ids. */
  logins: string[];
  emails: string[];
  names: string[];
}

type Property = [ofRow: (row: Row) => string[], ofStudent: (student: Student) => string[]];

/**
 * Finds the students' rows. A value that two rows or two students share identifies neither:
 * no row is better than another student's row.
 *
 * @param platform Whose export the gradebook is.
 * @returns A row or undefined for each student of each submission.
 */
export function matchStudents(
  rows: readonly Row[],
  submissions: readonly (readonly Student[])[],
  platform: "moodle" | "canvas",
): (Row | undefined)[][] {
  const words = (text: string | undefined) => text === undefined ? [] : [text];
  const properties: Property[] = [
    [
      ({ numbers }) => numbers,
      ({ number, platform: own }) => own === platform ? words(number) : [],
    ],
    [({ logins }) => logins, ({ login }) => words(login)],
    [({ emails }) => emails, ({ email, login }) => [...words(email), ...words(login)]],
    [
      ({ logins, emails }) => [...logins, ...emails].map(beforeAt),
      ({ email, login }) => [...words(email), ...words(login)].map(beforeAt),
    ],
    [({ names }) => names.flatMap(nameKeys), ({ name }) => nameKeys(name)],
  ];
  const students = submissions.flat();
  const found = new Map<Student, Row>();
  const taken = new Set<Row>();
  for (const [ofRow, ofStudent] of properties) {
    const rowsByKey = unique(rows, ofRow);
    const studentsByKey = unique(students, ofStudent);
    for (const [key, student] of studentsByKey) {
      const row = rowsByKey.get(key);
      if (row === undefined || taken.has(row) || found.has(student)) continue;
      found.set(student, row);
      taken.add(row);
    }
  }
  return submissions.map((group) => group.map((student) => found.get(student)));
}

/** The values that belong to one row or student only. */
function unique<T>(all: readonly T[], keysOf: (one: T) => string[]): Map<string, T> {
  const owners = new Map<string, T | null>();
  for (const one of all) {
    for (const key of new Set(keysOf(one).map(plain))) {
      if (key !== "") owners.set(key, owners.has(key) ? null : one);
    }
  }
  return new Map([...owners].filter((entry): entry is [string, T] => entry[1] !== null));
}

/** Ignores capitals, the encoding of accents, and blanks. */
function plain(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
}

function beforeAt(text: string): string {
  return text.replace(/@.*$/, "");
}

/** A name as it stands, without signs (Canvas: `doejane`), and its words in any order. */
function nameKeys(name: string): string[] {
  const words = plain(name).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [plain(name), words.join(""), words.toSorted().join(" ")];
}
