/**
 * What is in a submission: its files, and a hash that changes with each of them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { unescape } from "@std/html";
import { escapeText } from "../../../terminal/show.ts";
import type { NotRead, Part } from "../graded/handed_in.ts";
import { isArchiveName } from "./archives.ts";
import { whyIgnored } from "./file_names.ts";
import { MAX_BYTES, MAX_DEPTH, MAX_FILES, showMegabytes } from "./limits.ts";

/** A file of a submission. */
export interface ContentFile {
  path: string;
  /** Its path in the class's folder. */
  source: string;
  /** Its path in the submission. */
  name: string;
  /** When it was last changed, in milliseconds. */
  time: number;
}

/** The files of a submission. */
export interface Contents {
  /** The files that are read, sorted by name. */
  files: ContentFile[];
  notRead: NotRead[];
}

/** A submission that cannot be graded as it is; the message is a sentence that says why. */
export class Unusable extends Error {
  override name = "Unusable";

  /** @param reason Why its files are not read, to follow "because". */
  constructor(message: string, readonly reason: string) {
    super(message);
  }
}

/** What a person reads: reports, pictures, tables and recordings of the network. */
const TO_READ =
  /(\.(pdf|docx?|odt|rtf|pages|txt|md|markdown|rst|pptx?|odp|xlsx?|ods|csv|html?|tex|log|png|jpe?g|gif|svg|webp|bmp|heic|mp4|mov|webm|pcap|pcapng)|(^|\/)readme)$/i;
/** Texts that a build reads. */
const FOR_A_BUILD = /(^|\/)(requirements[^/]*|cmakelists)\.txt$/i;
const NO_PROGRAM_ENDING = /\.(css|lnk|ini|iml|json|ya?ml|toml|xml|cfg|conf|properties)$/i;
const NO_PROGRAM = /^(\..*|license|licence|authors|notes|copying)$/i;

/**
 * Lists the files of a submission. Links are not followed.
 *
 * @throws {Unusable} If there are too many, or they are too large.
 */
export async function listFiles(parts: readonly Part[]): Promise<Contents> {
  const files = new Map<string, ContentFile>();
  const notRead: NotRead[] = [];
  let entries = 0;
  let bytes = 0;
  const add = async (path: string, source: string, name: string, kind: Part["kind"], depth = 0) => {
    if (++entries > MAX_FILES) tooMuch(`it holds more than ${MAX_FILES} files`);
    if (depth > MAX_DEPTH) tooMuch(`its folders are deeper than ${MAX_DEPTH}`);
    if (kind === "folder") {
      for await (const { name: inner, isFile, isDirectory } of Deno.readDir(path)) {
        const innerKind = isFile ? "file" : isDirectory ? "folder" : "other";
        const innerSource = `${source}/${inner}`;
        const why = whyIgnored(inner);
        if (why !== undefined) {
          notRead.push({ file: isDirectory ? `${innerSource}/` : innerSource, why });
          continue;
        }
        const innerName = name === "" ? inner : `${name}/${inner}`;
        await add(`${path}/${inner}`, innerSource, innerName, innerKind, depth + 1);
      }
    } else if (kind === "other") {
      notRead.push({ file: source, why: "it is a link or a device" });
    } else if (files.has(name)) {
      notRead.push({ file: source, why: "another file of the submission has its name" });
    } else {
      const { size, mtime } = await Deno.lstat(path);
      if ((bytes += size) > MAX_BYTES) {
        tooMuch(`it is larger than ${showMegabytes(MAX_BYTES)}`);
      }
      files.set(name, { path, source, name, time: mtime?.getTime() ?? 0 });
    }
  };
  for (const { path, source, name, kind } of parts) {
    await add(path, source, kind === "folder" ? "" : name, kind);
  }
  const sorted = [...files.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  return { files: sorted, notRead };
}

function tooMuch(reason: string): never {
  throw new Unusable(reason.charAt(0).toUpperCase() + reason.slice(1), reason);
}

/**
 * A hash of names and contents.
 *
 * @param about What else the result depends on.
 */
export async function hashFiles(
  files: readonly ContentFile[],
  about: readonly string[],
): Promise<string> {
  const list: unknown[] = [...about];
  for (const { path, name } of files) {
    const { mode } = await Deno.stat(path);
    const executable = mode !== null && (mode & 0o111) !== 0;
    list.push([name, executable, digest(await Deno.readFile(path))]);
  }
  return digest(JSON.stringify(list));
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Selects the files that may be programs, and the archives. `lab.json` counts as a program: it may
 * say how a file of any name is run.
 *
 * @param anyName Whether a class's lab file may do so too.
 */
export function sortOut(
  files: readonly ContentFile[],
  anyName = false,
): { programs: ContentFile[]; archives: ContentFile[] } {
  const own = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const archives = files.filter(({ name }) => isArchiveName(name));
  const programs = files.filter(({ name }) =>
    name === "lab.json" || (anyName && !isArchiveName(name)) ||
    ![TO_READ, NO_PROGRAM_ENDING].some((ending) => ending.test(name)) &&
      !isArchiveName(name) && !NO_PROGRAM.test(own(name))
  );
  return { programs, archives };
}

/** The files that a person reads, as a report; they are kept as they are. */
export function documentsOf(files: readonly ContentFile[]): ContentFile[] {
  return files.filter(({ name }) => TO_READ.test(name) && !FOR_A_BUILD.test(name));
}

/** What a student wrote into Moodle's or Canvas's text field, or an address for Canvas. */
const ONLINE_TEXT = /_\d+_(assignsubmission_onlinetext_.*\.html?|(text|link)\.html)$/s;
/** Characters of a student's message that the page shows. */
const MAX_MESSAGE = 2_000;
/** Characters of its HTML that are read. */
const MAX_HTML = 20_000;

/** A student's message as plain text; empty if there is none. */
export async function messageOf(files: readonly ContentFile[]): Promise<string> {
  const file = files.find(({ source }) => ONLINE_TEXT.test(source));
  if (file === undefined) return "";
  const html = (await Deno.readTextFile(file.path)).slice(0, MAX_HTML);
  const text = html.replace(/<(head|style|script)\b[^]*?<\/\1>/gi, "")
    .replace(/<a\b[^<>]*\bhref="([^"<>]*)"[^<>]*>/gi, "$1 ")
    .replace(/<(?:br|\/p|\/div|\/li)\b[^<>]*>/gi, "\n").replace(/<[^<>]*>/g, "");
  return unescape(text).trim().slice(0, MAX_MESSAGE);
}

/** Letters of a name that are shown: the longest name that Linux allows. */
const MAX_SHOWN = 255;

/** The first names of several, for a sentence. */
export function showNames(names: readonly string[], max = 3): string {
  const shown = names.slice(0, max).map((name) => escapeText(name).slice(0, MAX_SHOWN));
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Passes an error on unless it says that there is no such file. */
export function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
