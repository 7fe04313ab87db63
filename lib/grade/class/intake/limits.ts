/**
 * How much a submission may hold: far more than the lab needs, and less than what
 * would hold up the rest of the class.
 *
 * @module
 */

/** Files and folders in a submission. */
export const MAX_FILES = 5_000;
/** Bytes in all, unpacked; a box has room for about as much. */
export const MAX_BYTES = 200 * 1024 * 1024;
/** Folders within folders. */
export const MAX_DEPTH = 32;
/** How long unpacking an archive may take. */
export const UNPACK_LIMIT_MS = 30_000;

/** Megabytes, for a sentence. */
export function showMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
