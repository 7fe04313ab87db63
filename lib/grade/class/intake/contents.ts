/**
 * What is in a submission: its files, and a hash that changes when any of them does.
 *
 * @module
 */
import { escapeText, hex } from "../../../terminal/show.ts";
import { utf8Bytes } from "../../../wire/text.ts";
import { isLitter } from "./archive_paths.ts";
import { MAX_BYTES, MAX_DEPTH, MAX_FILES, showMegabytes } from "./limits.ts";
import { isArchiveName, type Part } from "./submissions.ts";

/** A file of a submission. Links and devices are none. */
export interface ContentFile {
  /** Where it is. */
  path: string;
  /** Its name, with the folders within the submission. */
  name: string;
  /** Its length. */
  bytes: number;
}

/** A submission that cannot be graded as it is; the message says why, as a sentence. */
export class Unusable extends Error {
  /** Its kind, in a stack trace. */
  override name = "Unusable";
}

const DOCUMENT =
  /\.(pdf|docx?|odt|rtf|pages|txt|md|markdown|pptx?|odp|xlsx?|ods|csv|html?|css|tex|log|png|jpe?g|gif|svg|webp|bmp|heic|mp4|mov|webm|pcap|pcapng|ipynb|lnk|ini|iml)$/i;
const NO_PROGRAM = /^(\..*|readme|license|licence|lab\.json|thumbs\.db|authors|notes)$/i;
/** Neither the student's work nor read when it is graded. */
const SKIPPED_FOLDERS = new Set([".git", "__pycache__", "__MACOSX", ".vscode", ".idea"]);

/**
 * Lists the files of a submission, in the order of their names; links are not followed.
 *
 * @throws {Unusable} If there are too many, or they are too large.
 */
export async function listFiles(parts: readonly Part[]): Promise<ContentFile[]> {
  const files: ContentFile[] = [];
  let entries = 0;
  let bytes = 0;
  const add = async (path: string, name: string, kind: Part["kind"], depth: number) => {
    if (++entries > MAX_FILES) throw new Unusable(`It holds more than ${MAX_FILES} files`);
    if (depth > MAX_DEPTH) throw new Unusable(`Its folders are deeper than ${MAX_DEPTH}`);
    if (kind === "folder") {
      for await (const { name: inner, isFile, isDirectory } of Deno.readDir(path)) {
        if (SKIPPED_FOLDERS.has(inner) || isLitter([inner])) continue;
        const innerKind = isFile ? "file" : isDirectory ? "folder" : "other";
        const innerName = name === "" ? inner : `${name}/${inner}`;
        await add(`${path}/${inner}`, innerName, innerKind, depth + 1);
      }
    } else if (kind === "file") {
      const { size } = await Deno.lstat(path);
      if ((bytes += size) > MAX_BYTES) {
        throw new Unusable(`It is larger than ${showMegabytes(MAX_BYTES)}`);
      }
      files.push({ path, name, bytes: size });
    }
  };
  for (const { path, name, kind } of parts) {
    await add(path, kind === "folder" ? "" : name, kind, 0);
  }
  return files.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/**
 * A hash of names and contents.
 *
 * @param about What else it depends on.
 */
export async function hashFiles(
  files: readonly ContentFile[],
  about: readonly string[],
): Promise<string> {
  const list: unknown[] = [...about];
  for (const { path, name } of files) {
    const { mode } = await Deno.stat(path);
    const executable = mode !== null && (mode & 0o111) !== 0;
    list.push([name, executable, await digest(await Deno.readFile(path))]);
  }
  return await digest(utf8Bytes(JSON.stringify(list)));
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, hex).join("");
}

/** Of a submission's files those that can be programs, and the archives. */
export function sortOut(
  files: readonly ContentFile[],
): { programs: ContentFile[]; archives: ContentFile[] } {
  const own = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const archives = files.filter(({ name }) => isArchiveName(name));
  const programs = files.filter(({ name }) =>
    !isArchiveName(name) && !DOCUMENT.test(name) && !NO_PROGRAM.test(own(name))
  );
  return { programs, archives };
}

/** The first names of several, for a sentence. */
export function showNames(files: readonly { name: string }[], max = 3): string {
  const names = files.slice(0, max).map(({ name }) => escapeText(name).slice(0, 60));
  const more = files.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
