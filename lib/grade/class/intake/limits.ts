/**
 * Limits of a submission: far above the needs of the lab, and low enough that one submission does not
 * delay the class.
 *
 * @module
 */

/** Files and folders in a submission. */
export const MAX_FILES = 5_000;
/** Bytes of a submission, unpacked; a sandbox has about as much room. */
export const MAX_BYTES = 200 * 1024 * 1024;
/** Folders within folders. */
export const MAX_DEPTH = 32;
/** Archives within archives. */
export const MAX_NESTED_ARCHIVES = 3;
/** Time to unpack one archive. */
export const UNPACK_LIMIT_MS = 30_000;

/** Files, bytes and time for the zip of a whole class, as Moodle offers it. */
export const CLASS_ZIP = { files: 200_000, bytes: 8 * 1024 ** 3, ms: 600_000 };

/** Megabytes, for a sentence. */
export function showMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
