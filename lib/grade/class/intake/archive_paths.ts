/**
 * Where the files of an archive may go: into its folder, and nowhere else.
 *
 * @module
 */
import { MAX_DEPTH } from "./limits.ts";

const MAX_NAME_BYTES = 255;
const encoder = new TextEncoder();

/**
 * The path of an archive's entry, relative to its folder.
 *
 * @param name As the archive gives it; `\` parts folders too, as old Windows tools
 * write it.
 * @returns The names on the way; none for the folder itself.
 * @throws {RangeError} If it leads out of the folder or cannot be a path; the message
 * says why.
 */
export function safePath(name: string): string[] {
  if (name.includes("\0")) throw new RangeError("a NUL is in its name");
  if (/^[a-z]:/i.test(name)) throw new RangeError("it names a drive");
  if (/^[\\/]/.test(name)) throw new RangeError("it begins at the root");
  const names = name.split(/[\\/]+/).filter((part) => part !== "" && part !== ".");
  if (names.includes("..")) throw new RangeError("it leads out of its folder");
  if (names.length > MAX_DEPTH) throw new RangeError(`it is deeper than ${MAX_DEPTH} folders`);
  if (names.some((part) => encoder.encode(part).length > MAX_NAME_BYTES)) {
    throw new RangeError(`a name is longer than ${MAX_NAME_BYTES} bytes`);
  }
  return names;
}

/** Whether an entry is what macOS leaves in archives beside the files. */
export function isLitter(names: readonly string[]): boolean {
  return names[0] === "__MACOSX" || names.at(-1) === ".DS_Store" ||
    names.at(-1)?.startsWith("._") === true;
}
