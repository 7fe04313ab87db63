/**
 * Finds each student's row in a gradebook: by number, login, address, then name.
 *
 * @module
 */
import type { Cell } from "./csv_file.ts";
import type { Student } from "../graded/handed_in.ts";

/** A student's row in a gradebook, and what identifies the student. */
export interface Row {
  /** All of its cells. */
  cells: Cell[];
  /** The platform's numbers. */
  numbers: string[];
  /** Names to log in with, university ids. */
  logins: string[];
  emails: string[];
  names: string[];
}

/** A property that a row and its student share. */
type Property = [ofRow: (row: Row) => string[], ofStudent: (student: Student) => string[]];

/**
 * Finds the students' rows. A value that two rows or two students share identifies neither:
 * no row is better than another student's row.
 *
 * @param rows The gradebook's.
 * @param submissions The students of each submission.
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
    [
      ({ names }) => names.flatMap(nameKeys),
      ({ name }) => nameKeys(name),
    ],
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
