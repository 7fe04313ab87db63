/**
 * Files that are whole at every moment: who reads one finds the old or the new.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { utf8Bytes } from "../wire/text.ts";

/** Writes a file under another name, then renames it. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  try {
    await Deno.writeFile(fresh, typeof content === "string" ? utf8Bytes(content) : content);
    await Deno.rename(fresh, path);
  } catch (error) {
    throw new Failure(
      `Cannot write ${path}: ${(error as Error).message}; make room, or write elsewhere with --out`,
    );
  }
}
