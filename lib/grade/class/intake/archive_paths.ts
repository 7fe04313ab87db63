/**
 * Where the files of an archive may go: below its own folder.
 *
 * @module
 */
import { MAX_DEPTH } from "./limits.ts";

const MAX_NAME_BYTES = 255;
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
  if (names.some((part) => encoder.encode(part).length > MAX_NAME_BYTES)) {
    throw new RangeError(`its name is longer than ${MAX_NAME_BYTES} bytes`);
  }
  return names;
}
