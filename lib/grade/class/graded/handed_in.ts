/**
 * Who handed in what: students, files, and an account of the files that are graded or not read.
 *
 * @module
 */

/** A student, as the learning system's file names say. */
export interface Student {
  /** The full name, or the login if there is no name. */
  name: string;
  /** The number that the learning system gives the person. */
  number?: string;
  /** The system that gave the number: other systems number differently. */
  platform?: "moodle" | "canvas";
  /** The name to log in with, or the university's number. */
  login?: string;
  email?: string;
  /** Whether the system says that it was handed in late. */
  late?: boolean;
}

/** A file or folder that belongs to a submission. */
export interface Part {
  path: string;
  /** Its name in the class's folder. */
  source: string;
  /** What the student called it. */
  name: string;
  /** Neither links nor devices are read. */
  kind: "file" | "folder" | "other";
}

/** A file that is not graded. A folder that is not read counts as one file. */
export interface NotRead {
  /** Its path in the class's folder. */
  file: string;
  /** Why, to follow "because": "it is a link or a device". */
  why: string;
}

/** The files of one submission. */
export interface SubmissionFiles {
  /** How many files there are in the class's folder. */
  handedIn: number;
  notRead: NotRead[];
  /** Entries of its archives that were not unpacked. */
  leftOut: NotRead[];
}

/** The files of a class. `handedIn` is the sum of `graded`, `toRead`, `waiting` and `notRead`. */
export interface ClassFiles {
  /** How many files there are in the class's folder. */
  handedIn: number;
  graded: number;
  /** Reports and other documents, which are kept for a person. */
  toRead: string[];
  /** Files of submissions that are not graded yet. */
  waiting: number;
  notRead: NotRead[];
  /** Entries of archives that were not unpacked; they are not counted as files. */
  leftOut: NotRead[];
}

/**
 * Sums up the files of a class.
 *
 * @param others Files that belong to no submission.
 * @param graded The files of the submissions that have a result.
 * @param documents Documents of these submissions.
 * @param waiting How many files the other submissions have.
 */
export function sumFiles(
  others: readonly NotRead[],
  graded: readonly SubmissionFiles[],
  documents: readonly string[],
  waiting: number,
): ClassFiles {
  const notRead = [...others, ...graded.flatMap((files) => files.notRead)];
  const named = new Set(notRead.map(({ file }) => file));
  const toRead = documents.filter((file) => !named.has(file));
  const inSubmissions = graded.reduce((sum, { handedIn }) => sum + handedIn, 0);
  const handedIn = others.length + inSubmissions + waiting;
  return {
    handedIn,
    graded: handedIn - waiting - notRead.length - toRead.length,
    toRead,
    waiting,
    notRead,
    leftOut: graded.flatMap(({ leftOut }) => leftOut),
  };
}

/** The sum in one sentence: `Files: 12 handed in, 9 graded, 1 for you to read, 2 not read.` */
export function filesSentence({ handedIn, graded, toRead, waiting, notRead }: ClassFiles): string {
  const kept = toRead.length === 0 ? "" : `, ${toRead.length} for you to read`;
  const later = waiting === 0 ? "" : `, ${waiting} not graded yet`;
  return `Files: ${handedIn} handed in, ${graded} graded${kept}, ${notRead.length} not read${later}.`;
}

/** The files of each reason, the commonest reason first. */
export function byReason(files: readonly NotRead[]): { why: string; files: string[] }[] {
  return [...Map.groupBy(files, ({ why }) => why)]
    .map(([why, files]) => ({ why, files: files.map(({ file }) => file) }))
    .sort((a, b) => b.files.length - a.files.length);
}

/** Letters that Unicode does not decompose into a plain letter and an accent; page.js gets them. */
export const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ...{ ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ŧ: "t", ı: "i" },
  ...{ ß: "ss", æ: "ae", œ: "oe", þ: "th" },
};

/** Removes accents and capitals, as page.js does: Müller becomes muller, and Łukasz lukasz. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
}
