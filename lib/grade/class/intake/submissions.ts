/**
 * Lists the submissions in a class's folder. Entries are one submission only if a learning
 * system's names say so; every entry belongs to a submission or is listed with a reason.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { oneLine } from "../../../terminal/show.ts";
import { Failure } from "../../../cli/failure.ts";
import type { NotRead, Part, Student } from "../graded/handed_in.ts";
import { isArchiveName, newestVersions } from "./archives.ts";
import {
  isSystemName,
  METADATA_FILE,
  type Owner,
  ownerByOwnName,
  readMetadata,
  readOwner,
} from "./submission_names.ts";
import { fileNames, whyIgnored } from "./file_names.ts";

/** What one student, or one group, handed in. */
export interface Submission {
  /** The student's name; two submissions may have the same. */
  name: string;
  /** The student's name in the gradebook, if that is known. */
  gradebookName?: string;
  /** The name, with a number or a file name if another student has the same name. */
  label: string;
  /** The label as a file name, different from those of all others. */
  fileName: string;
  /** Its name in the class's folder, or the beginning that its files share. */
  source: string;
  /** Who handed it in; several in a group. */
  students: Student[];
  parts: Part[];
  /** Older versions that do not count. */
  notRead: NotRead[];
  /** Why a person has to look at it, whatever its programs do; empty if nothing is unclear. */
  doubt: string;
}

/** Where a submission is unpacked or copied to, if it cannot be graded where it is. */
export function ownFolder({ fileName }: Submission, out: string): string {
  return `${out}/submissions/${fileName}`;
}

/** What was found in a class's folder. */
export interface ClassFolder {
  /** The submissions, sorted by name. */
  submissions: Submission[];
  /** Entries that belong to no submission. */
  notRead: NotRead[];
}

const LIST = /\.(csv|tsv|xlsx?|ods|ya?ml|json|html?)$/i;
const GITHUB_LOGIN = /^(?!\d+$)[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;
/** More differently named archives than one student hands in. */
const MANY_ARCHIVES = 3;

/**
 * Lists a class's submissions.
 *
 * @throws {Failure} If it cannot be read or holds none.
 */
export async function listSubmissions(folder: string): Promise<ClassFolder> {
  const entries: Part[] = [];
  const notRead: NotRead[] = [];
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      const kind = isFile ? "file" : isDirectory ? "folder" : "other";
      const entry: Part = { path: `${folder}/${name}`, source: name, name, kind };
      const why = whyNoSubmission(entry);
      if (why === undefined) entries.push(entry);
      else notRead.push({ file: kind === "folder" ? `${name}/` : name, why });
    }
  } catch (error) {
    throw new Failure(
      `Cannot read the class's folder ${folder}: ${
        oneLine(error)
      }; name a folder that holds one folder or archive for each student`,
    );
  }
  entries.sort((a, b) => compareNames(a.name, b.name));
  notRead.sort((a, b) => compareNames(a.file, b.file));
  const submissions = group(entries, await metadataOf(folder, notRead));
  if (submissions.length === 0) {
    throw new Failure(
      `Cannot grade the class in ${folder}: it holds no submission; put one folder or archive for each student into it`,
    );
  }
  nameClassroom(submissions.filter(({ source, students }) => source === students[0].name));
  submissions.sort((a, b) => compareNames(a.name, b.name) || compareNames(a.source, b.source));
  labelAlike(submissions);
  const names = fileNames(submissions.map(({ label }) => label));
  for (const [i, name] of names.entries()) submissions[i].fileName = name;
  return { submissions, notRead };
}

/** Why an entry of the class's folder belongs to no submission; undefined if it does. */
function whyNoSubmission({ path, name, kind }: Part): string | undefined {
  const ignored = whyIgnored(name);
  if (ignored !== undefined) return ignored;
  if (name.startsWith(".")) return "its name begins with a dot";
  if (kind === "file" && LIST.test(name) && !isSystemName(name)) {
    return "it is a list or a page beside the submissions";
  }
  if (kind !== "folder") return undefined;
  const isResults = ["results.json", "grades.csv", "index.html", "feedback"]
    .every((file) => existsSync(`${path}/${file}`));
  return isResults ? "it holds the results of an earlier run" : undefined;
}

/** The students of Gradescope's submissions; `notRead` says why a list is unreadable. */
async function metadataOf(folder: string, notRead: NotRead[]): Promise<Map<string, Student[]>> {
  const list = notRead.find(({ file }) => file === METADATA_FILE);
  if (list === undefined) return new Map();
  try {
    const metadata = await readMetadata(`${folder}/${METADATA_FILE}`);
    list.why = "it is Gradescope's list of the students";
    return metadata;
  } catch (error) {
    list.why = `it cannot be read as Gradescope's list of the students (${oneLine(error)})`;
    return new Map();
  }
}

/** Adds the student's number or the entry's name to equal names. */
function labelAlike(submissions: Submission[]): void {
  const alike = Map.groupBy(submissions, ({ name }) => name.toLowerCase());
  for (const one of submissions) {
    const { name, source, students } = one;
    const isOnlyOne = alike.get(name.toLowerCase())!.length === 1;
    one.label = isOnlyOne ? name : `${name} (${students[0].number ?? source})`;
  }
}

/** Compares names as a person sorts them: `ann2` before `ann10`. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const collator = new Intl.Collator("en", { numeric: true });

/** Groups the entries whose names say that they belong together. */
function group(entries: Part[], metadata: ReadonlyMap<string, Student[]>): Submission[] {
  const groups = Map.groupBy(entries.map((entry) => readOwner(entry, metadata)), ({ key }) => key);
  const canvas = [...groups.values()].filter(([{ system }]) => system === "canvas");
  const submissions = [...groups.values()].flatMap((owners) => {
    const doubt = owners[0].system === "canvas"
      ? whyNotCanvas(owners, canvas.length === 1)
      : undefined;
    if (doubt === undefined) return [submissionOf(owners)];
    const isPlain = canvas.length === 1 && owners.length >= MANY_ARCHIVES;
    return owners.map(({ part }) => {
      const own = ownerByOwnName({ ...part, name: part.source });
      return { ...submissionOf([own]), doubt: isPlain ? "" : doubt };
    });
  });
  doubtSharedNumbers(submissions);
  return submissions;
}

/**
 * Why names that look like Canvas's may be the students' own, as `redes_2025_1_ada.zip`:
 * several archives with different names, and either one file number for all of them, which
 * Canvas never gives, or no other student in the class.
 */
function whyNotCanvas(owners: readonly Owner[], isOnlyStudent: boolean): string | undefined {
  if (!owners.every(({ part }) => isArchiveName(part.name))) return undefined;
  const { parts } = newestVersions(owners.map(withNumber));
  if (parts.length < 2) return undefined;
  const numbers = new Set(owners.map(({ fileNumber }) => fileNumber));
  if (numbers.size > 1 && !isOnlyStudent) return undefined;
  const [{ part, students: [{ name }] }] = owners;
  return `The name "${part.source}" fits two patterns: a file "${part.name}" of a student "${name}" in Canvas, and an archive of its own; put the files of each student into a folder with the student's name`;
}

function withNumber({ part, fileNumber = 0 }: Owner): { part: Part; fileNumber: number } {
  return { part, fileNumber };
}

function submissionOf(owners: readonly Owner[]): Submission {
  const [{ key, system, students }] = owners;
  const name = students.map(({ name }) => name).join(", ");
  const { parts, older, doubt } = system === "canvas"
    ? newestVersions(owners.map(withNumber))
    : { parts: owners.map(({ part }) => part), older: [], doubt: "" };
  return { name, label: name, fileName: name, source: key, students, parts, notRead: older, doubt };
}

/** One number with two names: a student may have invented one of them. */
function doubtSharedNumbers(submissions: Submission[]): void {
  const numbered = submissions.filter(({ students }) => students[0].number !== undefined);
  const byNumber = Map.groupBy(
    numbered,
    ({ students: [{ number, platform }] }) => `${platform} ${number}`,
  );
  for (const alike of byNumber.values()) {
    if (alike.length < 2) continue;
    const names = alike.map(({ name }) => `"${name}"`).join(" and ");
    for (const one of alike) {
      one.doubt = `The number ${
        one.students[0].number
      } stands in the files of ${names}; see whose it is`;
    }
  }
}

/** GitHub Classroom's `lab1-login`: if all names begin alike, the rest are logins. */
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
