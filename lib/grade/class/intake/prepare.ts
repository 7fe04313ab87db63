/**
 * Makes of what a student handed in the one folder that is graded.
 *
 * @module
 */
import { unpackArchive } from "./archives.ts";
import { type ContentFile, listFiles, showNames, sortOut, Unusable } from "./contents.ts";
import type { Submission } from "./submissions.ts";

/** A server's, a client's and a report's, each in a version or two. */
const MAX_ARCHIVES = 8;

/** A submission that can be graded. */
export interface Prepared {
  /** Its folder. */
  folder: string;
  /** What its archives hold that was left out, a sentence each. */
  leftOut: string[];
}

/**
 * Prepares a submission. A folder with programs is graded where it is; archives are
 * unpacked, and files that stand among others' are copied, into a folder that stays,
 * so that a person can look there.
 *
 * @param submission What was handed in.
 * @param files Its files, from {@linkcode listFiles}.
 * @param ownFolder Where to unpack and copy to; what is there is removed.
 * @param signal Ends it early.
 * @throws {Unusable} If a person has to look.
 */
export async function prepare(
  { parts }: Submission,
  files: readonly ContentFile[],
  ownFolder: string,
  signal: AbortSignal,
): Promise<Prepared> {
  const { programs, archives } = sortOut(files);
  if (programs.length > 0 && parts.length === 1 && parts[0].kind === "folder") {
    return { folder: parts[0].path, leftOut: [] };
  }
  if (parts.some(({ kind }) => kind === "other") && files.length === 0) {
    throw new Unusable("It is a link or a device, and is not followed");
  }
  if (files.length === 0) throw new Unusable("It is empty");
  await Deno.remove(ownFolder, { recursive: true }).catch(ignoreNotFound);
  if (programs.length > 0) {
    await copyFiles(files, ownFolder);
    return { folder: ownFolder, leftOut: [] };
  }
  if (archives.length === 0) {
    throw new Unusable(`It holds no program, only ${showNames(files)}`);
  }
  if (archives.length > MAX_ARCHIVES) {
    throw new Unusable(`It holds more than ${MAX_ARCHIVES} archives: ${showNames(archives)}`);
  }
  const leftOut: string[] = [];
  for (const [i, { path, name }] of archives.entries()) {
    const folder = archives.length === 1 ? ownFolder : `${ownFolder}/${i + 1}`;
    const unpacked = await unpackArchive(path, folder, signal);
    if (unpacked.why !== "") {
      throw new Unusable(`Cannot unpack ${showNames([{ name }])}: ${unpacked.why}`);
    }
    leftOut.push(...unpacked.leftOut);
  }
  await assertProgram(ownFolder, leftOut);
  return { folder: ownFolder, leftOut };
}

async function assertProgram(folder: string, leftOut: readonly string[]): Promise<void> {
  const files = await listFiles([{ path: folder, name: "", kind: "folder" }]);
  const { programs, archives } = sortOut(files);
  if (programs.length > 0) return;
  if (archives.length > 0) {
    throw new Unusable(`Its archive holds another archive, ${showNames(archives)}`);
  }
  if (files.length > 0) {
    throw new Unusable(`Its archive holds no program, only ${showNames(files)}`);
  }
  throw new Unusable(leftOut.length > 0 ? leftOut.join(". ") : "Its archive is empty");
}

async function copyFiles(files: readonly ContentFile[], folder: string): Promise<void> {
  for (const { path, name } of files) {
    const to = `${folder}/${name}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(path, to);
  }
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
