/**
 * Opens one submission that is graded alone: a folder, an archive, or a folder with one archive.
 *
 * @module
 */
import { basename } from "node:path";
import { byReason } from "./class/graded/handed_in.ts";
import { ignoreNotFound, listFiles, showNames, Unusable } from "./class/intake/contents.ts";
import { prepare } from "./class/intake/prepare.ts";

/** A submission that is open; closing it removes what was unpacked. */
export interface OpenSubmission extends AsyncDisposable {
  folder: string;
  /** Why it cannot be graded, as a sentence; empty if it can. */
  why: string;
  /** Sentences about files that were not read. */
  notes: string[];
}

/**
 * Opens the submission at a path.
 *
 * @param anyName Whether a command or a lab file names a program of any file name.
 */
export async function openSubmission(
  path: string,
  signal: AbortSignal,
  anyName = false,
): Promise<OpenSubmission> {
  const temporary = await Deno.makeTempDir({ prefix: "submission-" });
  const open: OpenSubmission = {
    folder: path,
    why: "",
    notes: [],
    [Symbol.asyncDispose]: () => Deno.remove(temporary, { recursive: true }).catch(ignoreNotFound),
  };
  try {
    const kind = (await Deno.stat(path)).isFile ? "file" : "folder";
    const name = basename(path);
    const parts = [{ path, source: name, name, kind }] as const;
    const { files } = await listFiles(parts);
    // The user of the sandbox must be able to read the folder.
    const own = `${temporary}/${name}`;
    await Deno.chmod(temporary, 0o755);
    const prepared = await prepare({ parts: [...parts] }, files, own, signal, anyName);
    open.folder = prepared.folder;
    // Nothing was unpacked: then `kill -9` leaves nothing behind either.
    if (!prepared.folder.startsWith(temporary)) await open[Symbol.asyncDispose]();
    if (prepared.doubt !== "") open.notes.push(`${prepared.doubt}.`);
    const notRead = [...prepared.notRead, ...prepared.leftOut];
    open.notes.push(
      ...byReason(notRead).map(({ why, files }) => `Not read, because ${why}: ${showNames(files)}`),
    );
  } catch (error) {
    if (!(error instanceof Unusable)) {
      await open[Symbol.asyncDispose]();
      throw error;
    }
    open.why = `${error.message}.`;
  }
  return open;
}
