/**
 * Makes one folder of what a student handed in: the folder that is graded.
 *
 * @module
 */
import { dirname } from "node:path";
import { JsonError, MAX_LAB_BYTES, readJson } from "../../results/json_file.ts";
import type { NotRead } from "../graded/handed_in.ts";
import { newestArchive, unpackArchive } from "./archives.ts";
import {
  type ContentFile,
  ignoreNotFound,
  listFiles,
  showNames,
  sortOut,
  Unusable,
} from "./contents.ts";
import { MAX_NESTED_ARCHIVES } from "./limits.ts";
import type { Submission } from "./submissions.ts";

/** Why the files of a submission without a program are not read. */
const NOTHING_TO_RUN = "nothing in its submission can be run";

/** A submission that can be graded. */
export interface Prepared {
  folder: string;
  notRead: NotRead[];
  /** Entries of the archive that were not unpacked. */
  leftOut: NotRead[];
  /** What makes the result doubtful, as an entry that was left out; empty if nothing does. */
  doubt: string;
}

/**
 * Prepares a submission. A folder with programs is graded where it is. An archive is
 * unpacked, and single files are copied, into a folder that stays for a person to look at.
 *
 * @param files Its files, from {@linkcode listFiles}.
 * @param ownFolder Where to unpack and copy to; its former content is removed.
 * @param anyName Whether a lab file may name a program of any file name.
 * @throws {Unusable} If there is nothing to grade.
 */
export async function prepare(
  submission: Pick<Submission, "parts">,
  files: readonly ContentFile[],
  ownFolder: string,
  signal: AbortSignal,
  anyName = false,
): Promise<Prepared> {
  const prepared = await openFolder(submission, files, ownFolder, signal, anyName);
  if (prepared.doubt === "") prepared.doubt = await labFileDoubt(prepared.folder);
  return prepared;
}

/** Why the submission's own `lab.json` cannot be used; empty if it can, or there is none. */
async function labFileDoubt(folder: string): Promise<string> {
  try {
    const path = `${folder}/lab.json`;
    const { isFile, size } = await Deno.lstat(path);
    if (isFile && size <= MAX_LAB_BYTES) readJson(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof JsonError) return `Its lab.json is not used: ${error.message}`;
  }
  return "";
}

async function openFolder(
  { parts }: Pick<Submission, "parts">,
  files: readonly ContentFile[],
  ownFolder: string,
  signal: AbortSignal,
  anyName: boolean,
): Promise<Prepared> {
  const { programs, archives } = sortOut(files, anyName);
  const notRead = archives.map(({ source }) => ({ file: source, why: "programs are beside it" }));
  const prepared = { folder: ownFolder, notRead, leftOut: [], doubt: "" };
  if (programs.length > 0 && parts.length === 1 && parts[0].kind === "folder") {
    return { ...prepared, folder: parts[0].path };
  }
  if (files.length === 0 && parts.some(({ kind }) => kind === "other")) {
    throw new Unusable("It is a link or a device, and is not followed", "it is a link or a device");
  }
  if (files.length === 0) throw new Unusable("It is empty", "it is empty");
  await Deno.remove(ownFolder, { recursive: true }).catch(ignoreNotFound);
  if (programs.length > 0) {
    await copyFiles(files, ownFolder);
    return prepared;
  }
  if (archives.length === 0) {
    throw new Unusable(
      `Nothing was handed in that can be run: only ${showNames(files.map(({ name }) => name))}`,
      NOTHING_TO_RUN,
    );
  }
  return await unpackNewest(archives, ownFolder, signal, anyName);
}

/** Unpacks the newest archive, and the archive within it if there is nothing else in it. */
async function unpackNewest(
  archives: readonly ContentFile[],
  ownFolder: string,
  signal: AbortSignal,
  anyName: boolean,
): Promise<Prepared> {
  const prepared: Prepared = { folder: ownFolder, notRead: [], leftOut: [], doubt: "" };
  for (let depth = 1; depth <= MAX_NESTED_ARCHIVES; depth++) {
    const newest = newestArchive(archives);
    if (newest === undefined) {
      const names = showNames(archives.map(({ name }) => name));
      throw new Unusable(
        `It holds ${names}, and neither is newer; remove what does not count`,
        "neither of the archives is newer",
      );
    }
    for (const { source } of archives) {
      if (source === newest.source) continue;
      // Archives within an archive are entries of it, and no files of the class's folder.
      const list = depth === 1 ? prepared.notRead : prepared.leftOut;
      list.push({ file: source, why: `${newest.source} is newer` });
    }
    const unpacked = await unpackArchive(newest.path, prepared.folder, signal);
    if (unpacked.why !== "") {
      throw new Unusable(
        `Cannot unpack ${showNames([newest.name])}: ${unpacked.why}`,
        unpacked.why,
      );
    }
    for (const { name, why, mayMatter } of unpacked.leftOut) {
      prepared.leftOut.push({ file: `${newest.source}: ${name}`, why });
      if (mayMatter && prepared.doubt === "") {
        prepared.doubt = `Its archive holds ${JSON.stringify(name)}, which was left out: ${why}`;
      }
    }
    const { files } = await listFiles([
      { path: prepared.folder, source: newest.source, name: "", kind: "folder" },
    ]);
    const inside = sortOut(files, anyName);
    if (inside.programs.length > 0) return prepared;
    if (inside.archives.length === 0) {
      const names = files.map(({ name }) => name);
      throw new Unusable(
        prepared.doubt ||
          (names.length === 0
            ? "Its archive is empty"
            : `Nothing was handed in that can be run: its archive holds only ${showNames(names)}`),
        NOTHING_TO_RUN,
      );
    }
    archives = inside.archives;
    prepared.folder = `${ownFolder}/unpacked-${depth}`;
  }
  const deep = `archives are in archives, more than ${MAX_NESTED_ARCHIVES} deep`;
  throw new Unusable(`Cannot unpack it: ${deep}`, deep);
}

async function copyFiles(files: readonly ContentFile[], folder: string): Promise<void> {
  for (const { path, name } of files) {
    await Deno.mkdir(dirname(`${folder}/${name}`), { recursive: true });
    await Deno.copyFile(path, `${folder}/${name}`);
  }
}
