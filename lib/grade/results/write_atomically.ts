/**
 * Writes a file atomically: a reader finds the old content or the new content, never a part.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { oneLine } from "../../terminal/show.ts";
import { Failure } from "../../cli/failure.ts";

let filesWritten = 0; // written so far: makes temporary names unique

/**
 * Writes a file under a temporary name in the same folder, then renames it.
 *
 * @throws {Failure} If the file cannot be written; the old file is then unchanged.
 */
export async function writeAtomically(
  path: string | URL,
  data: string | Uint8Array,
): Promise<void> {
  const suffix = `.unfinished-${Deno.pid}-${filesWritten++}`;
  const unfinished = path instanceof URL ? new URL(path.href + suffix) : path + suffix;
  try {
    if (typeof data === "string") await Deno.writeTextFile(unfinished, data);
    else await Deno.writeFile(unfinished, data);
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {}); // it may not exist
    const shown = path instanceof URL ? fileURLToPath(path) : path;
    throw new Failure(
      `Cannot write ${shown}: ${oneLine(error)}; make room, or write elsewhere`,
      undefined,
      { cause: error },
    );
  }
}
