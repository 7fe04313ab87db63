/**
 * Names of files: which belong to no student, where an archive's files may go, their encoding, and
 * file names from students' names.
 *
 * @module
 */
import { MAX_DEPTH } from "./limits.ts";

const FOLDERS: Readonly<Record<string, string>> = {
  "__MACOSX": "macOS's copy of file attributes",
  ".git": "version control",
  ".svn": "version control",
  ".hg": "version control",
  "__pycache__": "Python's compiled files",
  ".pytest_cache": "Python's cache",
  ".mypy_cache": "Python's cache",
  ".idea": "an editor's settings",
};
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.DS_Store$/, "macOS's view settings"],
  [/^\._/, "macOS's copy of file attributes"],
  [/^thumbs\.db$/i, "Windows's picture cache"],
  [/^desktop\.ini$/i, "Windows's view settings"],
];

/** Why a file or folder of this name is not graded; undefined if it can be a student's. */
export function whyIgnored(name: string): string | undefined {
  const why = Object.hasOwn(FOLDERS, name)
    ? FOLDERS[name]
    : FILES.find(([pattern]) => pattern.test(name))?.[1];
  return why === undefined ? undefined : `it is ${why}`;
}

const MAX_ENTRY_BYTES = 255;
const encoder = new TextEncoder();

/**
 * The path of an archive's entry, relative to the archive's folder.
 *
 * @param name The name in the archive; `\` separates folders too, as some Windows
 * programs write it.
 * @returns The names of the folders and of the file; empty for the folder itself.
 * @throws {RangeError} If the path leaves the folder or cannot be a path; the message
 * is the reason.
 */
export function safePath(name: string): string[] {
  if (name.includes("\0")) throw new RangeError("its name has a NUL");
  if (/^[a-z]:/i.test(name)) throw new RangeError("its name begins with a drive");
  if (/^[\\/]/.test(name)) throw new RangeError("its name begins at the root");
  const names = name.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
  if (names.includes("..")) throw new RangeError("its name leaves the folder");
  if (names.length > MAX_DEPTH) throw new RangeError(`it is deeper than ${MAX_DEPTH} folders`);
  if (names.some((part) => encoder.encode(part).length > MAX_ENTRY_BYTES)) {
    throw new RangeError(`its name is longer than ${MAX_ENTRY_BYTES} bytes`);
  }
  return names;
}

/** A word with at least one byte above ASCII. */
const HIGH_WORD = /[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*/g;
/** A Russian word: all capitals, all small letters, or a capital at its start. */
const RUSSIAN = /^([А-ЯЁ]+|[А-ЯЁ]?[а-яё]+)$/;
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー]{2}/u;
/** Characters that Shift-JIS gives for bytes of other encodings. */
const NOT_JAPANESE = /[\uff61-\uff9f\ue000-\uf8ff]/;

/**
 * Decodes names that are neither ASCII nor UTF-8, all in one encoding.
 *
 * @returns The names, or undefined if nothing but code page 437 fits.
 */
export function decodeNames(names: readonly Uint8Array[]): string[] | undefined {
  const words = names.flatMap((name) => latin1(name).match(HIGH_WORD) ?? []);
  const cyrillic = new TextDecoder("ibm866");
  const isRussian = (word: string) => RUSSIAN.test(cyrillic.decode(bytesOf(word)));
  if (words.every(isRussian)) return names.map((name) => cyrillic.decode(name));
  try {
    const japanese = new TextDecoder("shift_jis", { fatal: true });
    const decoded = names.map((name) => japanese.decode(name));
    if (decoded.every((name) => JAPANESE.test(name) && !NOT_JAPANESE.test(name))) return decoded;
  } catch {
    // It is not Shift-JIS.
  }
  return undefined;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

const MAX_NAME_BYTES = 100;
/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name for each name, in the same order: valid on every system and readable; no two
 * are equal, even if capitals do not count.
 */
export function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = safeFileName(name);
    let free = base;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${base}-${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** Keeps letters of any script, digits and a few signs. */
function safeFileName(name: string): string {
  let safe = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, "_")
    .replace(/^[\s.-]+|[\s.]+$/g, "");
  while (encoder.encode(safe).length > MAX_NAME_BYTES) safe = [...safe].slice(0, -1).join("");
  if (safe === "") return "unnamed";
  return RESERVED.test(safe) ? `_${safe}` : safe;
}
