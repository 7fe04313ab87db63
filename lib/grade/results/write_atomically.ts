/**
 * Writing a file so that it is whole at every moment.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { oneLine } from "../../terminal/show.ts";
import { Failure } from "../../cli/failure.ts";

let files = 0; // written so far: no two have one temporary name

/**
 * Writes a file under a temporary name beside it, and renames it: whoever reads
 * it finds the old text or the new one, never a part.
 *
 * @throws {Failure} If it cannot be written; the old file is then as it was.
 */
export async function writeAtomically(
  path: string | URL,
  data: string | Uint8Array,
): Promise<void> {
  const suffix = `.unfinished-${Deno.pid}-${files++}`;
  const unfinished = path instanceof URL ? new URL(path.href + suffix) : path + suffix;
  try {
    if (typeof data === "string") await Deno.writeTextFile(unfinished, data);
    else await Deno.writeFile(unfinished, data);
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {}); // it may never have been there
    const shown = path instanceof URL ? fileURLToPath(path) : path;
    throw new Failure(
      `Cannot write ${shown}: ${oneLine(error)}; make room, or write elsewhere`,
      undefined,
      { cause: error },
    );
  }
}
