/**
 * One folder for each student, for tools that compare submissions with each other.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import { copyFolder } from "../sandbox/copy_folder.ts";
import { fileNames } from "./intake/file_names.ts";
import type { Submission } from "./intake/submissions.ts";

/**
 * Copies what was graded of each submission; links are not followed.
 *
 * @param submissions The submissions.
 * @param ownFolders The folder of each submission that was unpacked, relative to `out`.
 * @param out The folder of the results.
 * @param to A new or empty folder.
 * @returns Sentences for a person.
 * @throws {Failure} If the folder cannot be written, or holds something.
 */
export async function writeUnpacked(
  submissions: readonly Submission[],
  ownFolders: ReadonlyMap<Submission, string>,
  out: string,
  to: string,
): Promise<string[]> {
  await checkEmpty(to);
  const names = fileNames(submissions.map(({ label }) => label));
  const missing: string[] = [];
  for (const [i, submission] of submissions.entries()) {
    const from = await gradedFolder(submission, `${out}/submissions/${ownFolders.get(submission)}`);
    if (from === undefined) {
      missing.push(submission.label);
      continue;
    }
    await Deno.mkdir(`${to}/${names[i]}`);
    await copyFolder(from, `${to}/${names[i]}`);
  }
  return [
    `${submissions.length - missing.length} submissions are in ${to}, one folder each`,
    ...missing.length > 0 ? [`Nothing was unpacked of: ${missing.join("; ")}`] : [],
  ];
}

/** Makes the folder. @throws {Failure} If it cannot be made, or holds something. */
export async function checkEmpty(folder: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new Failure(`Cannot unpack to ${folder}: ${why}; name a new folder`, EXIT_USAGE);
  };
  await Deno.mkdir(folder, { recursive: true }).catch((error) => refuse(oneLine(error)));
  for await (const _ of Deno.readDir(folder)) refuse("it is not empty");
}

/** Where a submission was graded: unpacked, or in its own folder of the class. */
export async function gradedFolder(
  { parts }: Submission,
  ownFolder: string,
): Promise<string | undefined> {
  if (await isFolder(ownFolder)) return ownFolder;
  const [first] = parts;
  return parts.length === 1 && first.kind === "folder" ? first.path : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(({ isDirectory }) => isDirectory, () => false);
}
