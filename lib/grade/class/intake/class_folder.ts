/**
 * The class's folder: as it is, or unpacked from the zip that a learning system offers; and how its
 * submissions are found by name.
 *
 * @module
 */
import { basename } from "node:path";
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import { editSteps } from "../../../cli/help.ts";
import { oneLine } from "../../../terminal/show.ts";
import { isArchiveName, unpackArchive, withoutArchiveEnding } from "./archives.ts";
import { CLASS_ZIP } from "./limits.ts";
import { isSystemName } from "./submission_names.ts";
import { type ClassFolder, listSubmissions, type Submission } from "./submissions.ts";
import { fold } from "../graded/handed_in.ts";

/** How many students a suggestion names. */
const MAX_SUGGESTED = 3;
/** Where a class's zip is unpacked, below the results. */
const UNPACKED = "class";

/** A file beside a class: `lab1.rubric.json` beside `lab1`, `lab1.zip` or `lab1.tar.gz`. */
export function besideClass(classPath: string, ending: string): string {
  return `${withoutArchiveEnding(classPath.replace(/\/+$/, ""))}.${ending}`;
}

/**
 * Lists a class, after making the folder for the results.
 *
 * @throws {Failure} If the class cannot be read or the results cannot be written there.
 */
export async function openClass(
  path: string,
  out: string,
  signal: AbortSignal,
): Promise<ClassFolder & { folder: string; title: string }> {
  const { isFile } = await Deno.stat(path).catch((error) => {
    throw new Failure(
      `Cannot read the class ${path}: ${oneLine(error)}; name a folder, or the zip of a class`,
    );
  });
  const title = withoutArchiveEnding(basename(path));
  if (!isFile) {
    await makeOutFolder(out, path);
    return { ...await listSubmissions(path), folder: path, title };
  }
  await makeOutFolder(out, undefined);
  const unpacked = `${out}/${UNPACKED}`;
  await Deno.remove(unpacked, { recursive: true }).catch(() => {}); // there may be none
  const { why, leftOut } = await unpackArchive(path, unpacked, signal, CLASS_ZIP);
  if (why !== "") throw new Failure(`Cannot unpack the class ${path}: ${why}`);
  const folder = await onlyFolder(unpacked);
  const listed = await listSubmissions(folder);
  const notRead = leftOut.map(({ name, why }) => ({ file: name, why }));
  return { ...listed, notRead: [...listed.notRead, ...notRead], folder, title };
}

/** A zip may hold the class's folder instead of the submissions. */
async function onlyFolder(folder: string): Promise<string> {
  const [first, ...others] = await Array.fromAsync(Deno.readDir(folder));
  if (first === undefined || others.length > 0) return folder;
  if (!first.isDirectory || isSystemName(first.name)) return folder;
  const inner = `${folder}/${first.name}`;
  for await (const { name, isDirectory } of Deno.readDir(inner)) {
    if (!isDirectory && !isArchiveName(name) && !isSystemName(name)) return folder;
  }
  return inner;
}

async function makeOutFolder(out: string, folder: string | undefined): Promise<void> {
  const refuse = (why: string): never => {
    throw new Failure(`Cannot write the results to ${out}: ${why}; name another folder with --out`);
  };
  if (folder !== undefined) {
    if (out === folder || folder.startsWith(`${out}/`)) refuse("the class is in it");
    if (out.startsWith(`${folder}/`)) {
      refuse("it is in the class's folder, and would be graded as a submission");
    }
  }
  await Deno.mkdir(out, { recursive: true }).catch((error) => refuse(oneLine(error)));
}

/** The submissions of the students that are named. @throws {Failure} If a name fits none. */
export function chosen(
  submissions: readonly Submission[],
  names: boolean | readonly string[] = false,
): Set<Submission> {
  if (typeof names === "boolean") return new Set();
  return new Set(names.flatMap((student) => {
    const fitting = submissions.filter((one) => isAbout({ student, submission: "" }, one));
    if (fitting.length > 0) return fitting;
    const near = similarNames(student, submissions);
    throw new Failure(
      `Cannot grade "${student}" again: there is no such student${near}`,
      EXIT_USAGE,
    );
  }));
}

/**
 * Finds what is set for single submissions.
 *
 * @param named What is set, by a student's or a submission's name.
 * @throws {Failure} If a name fits no submission, or several.
 */
export function bySubmission<T>(
  submissions: readonly Submission[],
  named: Readonly<Record<string, T>>,
): Map<Submission, [name: string, value: T]> {
  return new Map(
    Object.entries(named).map(([name, value]) => {
      const fitting = submissions.filter((one) => isAbout({ student: name, submission: "" }, one));
      if (fitting.length === 1) return [fitting[0], [name, value]];
      const why = fitting.length === 0
        ? `there is no such student${similarNames(name, submissions)}`
        : "several students fit";
      throw new Failure(`Cannot use the lab file's settings for "${name}": ${why}`, EXIT_USAGE);
    }),
  );
}

/** A suggestion where a name fits no student: those with this text, or else nearly; empty if none. */
export function similarNames(student: string, submissions: readonly Submission[]): string {
  const wanted = fold(student).trim();
  const isNear = (name: string) => editSteps(wanted, name) <= wanted.length / 3;
  const having = submissions.filter(({ label }) => wanted !== "" && fold(label).includes(wanted));
  const near = having.length > 0 ? having : submissions.filter(({ label }) => {
    const name = fold(label);
    return [name, ...name.split(" ")].some(isNear);
  });
  const names = near.slice(0, MAX_SUGGESTED).map(({ label }) => `"${label}"`);
  return names.length === 0 ? "" : ` (did you mean ${names.join(" or ")}?)`;
}

/** Whether a decision or setting names a submission: by the submission's or the student's name. */
export function isAbout(
  { student, submission }: { student: string; submission: string },
  { source, label, name, gradebookName, students }: Submission,
): boolean {
  if (submission !== "") return submission === source;
  const wanted = fold(student).trim();
  const names = [
    source,
    label,
    name,
    gradebookName,
    ...students.flatMap(({ name, number, login, email }) => [name, number, login, email]),
  ];
  return names.some((one) => one !== undefined && fold(one).trim() === wanted);
}
