/**
 * Unpacks a student's archive into a folder, whatever it holds.
 *
 * @module
 */
import { Failure } from "../../../cli/failure.ts";
import { oneLine } from "../../../terminal/show.ts";
import { MAX_BYTES, showMegabytes, UNPACK_LIMIT_MS } from "./limits.ts";
import { EXIT_NO_LIBRARY, type Unpacked } from "./unpack.ts";

const MAX_HEAP_MB = 512;

/**
 * Unpacks an archive: zip, tar or tar.gz, told by its content.
 *
 * @param archive The archive.
 * @param folder A new folder's path.
 * @param signal Ends it early.
 * @returns What was left out, or why it cannot be unpacked; then there is no folder.
 * @throws {Failure} If the zip library cannot be had.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  signal: AbortSignal,
): Promise<Unpacked> {
  const { size } = await Deno.lstat(archive);
  if (size > MAX_BYTES) {
    return { why: `it is larger than ${showMegabytes(MAX_BYTES)}`, leftOut: [] };
  }
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  // Paths in Deno's permissions are parted by commas, and a student's name may hold one:
  // the archive and the folder go by names of our own, from the folder above.
  const above = await Deno.makeTempDir({ dir: parent, prefix: ".unpack-" });
  const limit = AbortSignal.timeout(UNPACK_LIMIT_MS);
  try {
    await Deno.copyFile(archive, `${above}/archive`);
    await Deno.mkdir(`${above}/files`);
    const { success, code, signal: killedBy, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--no-config",
          "--no-lock",
          "--allow-read=archive",
          "--allow-write=files",
          `--v8-flags=--max-old-space-size=${MAX_HEAP_MB}`,
          import.meta.resolve("./unpack.ts"),
          "archive",
          "files",
        ],
        cwd: above,
        signal: AbortSignal.any([signal, limit]),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      },
    ).output();
    const said = new TextDecoder().decode(stderr).trim();
    if (code === EXIT_NO_LIBRARY) {
      throw new Failure(
        `Cannot unpack ${archive}: the zip library cannot be loaded (${
          oneLine(said)
        }); connect to npm's registry once, or unpack the archives beforehand`,
      );
    }
    signal.throwIfAborted();
    if (limit.aborted) return { why: "unpacking it takes too long", leftOut: [] };
    if (killedBy === "SIGINT" || killedBy === "SIGTERM") throw new Error("Unpacking was stopped");
    if (!success) return { why: `unpacking it fails (${oneLine(said)})`, leftOut: [] };
    const unpacked: Unpacked = JSON.parse(new TextDecoder().decode(stdout));
    if (unpacked.why === "") await Deno.rename(`${above}/files`, folder);
    return unpacked;
  } finally {
    await Deno.remove(above, { recursive: true });
  }
}
