/**
 * What stands in a class's folder: whose it is, by the names that Moodle, Canvas,
 * Gradescope and GitHub Classroom give, and plain folders and archives.
 *
 * @module
 */
import { oneLine } from "../../../terminal/show.ts";
import { Failure } from "../../../cli/failure.ts";
import { METADATA_FILE, readMetadata } from "./gradescope_metadata.ts";
import type { Student } from "../graded/student.ts";

/** A file or folder that belongs to a submission. */
export interface Part {
  /** Where it is. */
  path: string;
  /** What the student called it. */
  name: string;
  /** Anything that is neither file nor folder is not read. */
  kind: "file" | "folder" | "other";
}

/** What one student, or one group, handed in. */
export interface Submission {
  /** The student's name; two submissions may have the same. */
  name: string;
  /** The name, and what tells it from another of the same name. */
  label: string;
  /** Its name in the class's folder, or the beginning that its files share. */
  source: string;
  /** Who handed it in; several in a group. */
  students: Student[];
  /** What was handed in. */
  parts: Part[];
}

/** What was found in a class's folder. */
export interface ClassFolder {
  /** The submissions, in the order of their names. */
  submissions: Submission[];
  /** Files that are nobody's, as a gradebook is. */
  ignored: string[];
}

const ARCHIVE_ENDING = /\.(zip|tar|tgz|tar\.gz|tar\.bz2|tar\.xz|tbz2?|txz|7z|rar|gz)$/i;
const NOT_HANDED_IN = /\.(csv|tsv|xlsx?|ods|ya?ml|json|html?)$/i;
const MOODLE = /^(.*)_(\d+)_assignsubmission_(?:file|onlinetext)_?(.*)$/s;
const CANVAS = /^(.+?)_(?:LATE_)?(\d+)_(\d+)_(.+)$/s;
const GRADESCOPE = /^submission_\d+$/;
/** Canvas counts what is handed in again: `server1-2.py`. */
const CANVAS_AGAIN = /^(.+)-\d{1,2}(\.\w+)$/;
const GITHUB_LOGIN = /^(?!\d+$)[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;

/** Whether a file's name is that of an archive, read or not. */
export function isArchiveName(name: string): boolean {
  return ARCHIVE_ENDING.test(name);
}

/**
 * Lists a class's submissions.
 *
 * @param folder The class's folder.
 * @param except Names in it that are not looked at, as the results' folder.
 * @throws {Failure} If it cannot be read or holds none.
 */
export async function listSubmissions(
  folder: string,
  except: readonly string[] = [],
): Promise<ClassFolder> {
  const entries: Part[] = [];
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      if (name.startsWith(".") || name === "__MACOSX" || except.includes(name)) continue;
      const kind = isFile ? "file" : isDirectory ? "folder" : "other";
      entries.push({ path: `${folder}/${name}`, name, kind });
    }
  } catch (error) {
    throw new Failure(
      `Cannot read the class's folder ${folder}: ${
        oneLine(error)
      }; name a folder that holds one folder or archive a student`,
    );
  }
  entries.sort((a, b) => compareNames(a.name, b.name));
  const ignored = entries.filter(isNobodys).map(({ name }) => name);
  const handedIn = entries.filter((entry) => !isNobodys(entry));
  const metadata = entries.some(({ name }) => name === METADATA_FILE)
    ? await readMetadata(`${folder}/${METADATA_FILE}`)
    : new Map<string, Student[]>();
  const submissions = group(handedIn, metadata);
  if (submissions.length === 0) {
    throw new Failure(
      `Cannot grade the class in ${folder}: it holds no submission; put one folder or archive a student into it`,
    );
  }
  nameClassroom(submissions.filter(({ source, students }) => source === students[0].name));
  submissions.sort((a, b) => compareNames(a.name, b.name) || compareNames(a.source, b.source));
  labelAlike(submissions);
  return { submissions, ignored };
}

/** Two with one name are told apart by their numbers, or by what stands in the folder. */
function labelAlike(submissions: Submission[]): void {
  const alike = Map.groupBy(submissions, ({ name }) => name.toLowerCase());
  for (const one of submissions) {
    const { name, source, students } = one;
    const known = alike.get(name.toLowerCase())!.length === 1;
    one.label = known ? name : `${name} (${students[0].number ?? source})`;
  }
}

/** Compares names as a person sorts them: `ann2` before `ann10`. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const collator = new Intl.Collator("en", { numeric: true });

/** Entries whose names say that they belong together are one submission. */
function group(entries: Part[], metadata: Map<string, Student[]>): Submission[] {
  const submissions = new Map<string, Submission>();
  for (const entry of entries) {
    const { key, students, part } = readName(entry, metadata);
    const known = submissions.get(key);
    if (known) {
      known.parts.push(part);
    } else {
      const name = students.map(({ name }) => name).join(", ");
      submissions.set(key, { name, label: name, source: key, students, parts: [part] });
    }
  }
  return [...submissions.values()].map((one) => ({ ...one, parts: latest(one.parts) }));
}

/** Whose an entry is, and what it was called before the platform named it. */
function readName(
  entry: Part,
  metadata: Map<string, Student[]>,
): { key: string; students: Student[]; part: Part } {
  const { name, kind } = entry;
  const moodle = name.match(MOODLE);
  if (moodle) {
    const [, student, number, rest] = moodle;
    const key = `${student}_${number}_assignsubmission_file_`;
    const part = { ...entry, name: kind === "file" && rest !== "" ? rest : name };
    const students: Student[] = [{ name: student || number, number, platform: "moodle" }];
    return { key, students, part };
  }
  if (kind === "folder" && GRADESCOPE.test(name)) {
    const students = metadata.get(name) ?? [{ name }];
    return { key: name, students, part: entry };
  }
  const canvas = kind === "file" ? name.match(CANVAS) : null;
  if (canvas) {
    const [, student, number, , rest] = canvas;
    const part = { ...entry, name: rest };
    const students: Student[] = [{ name: student, number, platform: "canvas" }];
    return { key: `${student}_${number}`, students, part };
  }
  const student = kind === "file" ? name.replace(/(\.tar)?\.[^.]*$/i, "") || name : name;
  return { key: name, students: [{ name: student, login: student }], part: entry };
}

/** Of what Canvas calls `server1.py`, `server1-1.py`, `server1-2.py` the last. */
function latest(parts: Part[]): Part[] {
  const newest = new Map<string, Part>();
  for (const part of parts) { // in the order of their names
    const again = parts.length > 1 ? part.name.match(CANVAS_AGAIN) : null;
    const name = again ? again[1] + again[2] : part.name;
    newest.set(name, { ...part, name });
  }
  return [...newest.values()];
}

/** GitHub Classroom's `lab1-login`: where all begin alike, the rest are logins. */
function nameClassroom(plain: Submission[]): void {
  const folders = plain.filter(({ parts }) => parts[0].kind === "folder");
  if (folders.length < 2 || folders.length < plain.length) return;
  const first = folders[0].name;
  for (let dash = first.lastIndexOf("-"); dash > 0; dash = first.lastIndexOf("-", dash - 1)) {
    const prefix = first.slice(0, dash + 1);
    const fits = ({ name }: Submission) =>
      name.startsWith(prefix) && GITHUB_LOGIN.test(name.slice(prefix.length));
    if (!folders.every(fits)) continue;
    for (const one of folders) {
      one.name = one.name.slice(prefix.length);
      one.students = [{ name: one.name, login: one.name }];
    }
    return;
  }
}

/** Lists, marks and the like are nobody's; a damaged or foreign archive is somebody's. */
function isNobodys({ name, kind }: Part): boolean {
  return kind === "file" && !MOODLE.test(name) && !CANVAS.test(name) && NOT_HANDED_IN.test(name);
}
