/**
 * The copy of a submission that its sandboxes see.
 *
 * @module
 */
import { Failure } from "../../cli/failure.ts";
import { escapeText } from "../../terminal/show.ts";

/** The tmpfs has 256 MB: the rest is for executables and other build output. */
const MAX_COPIED_MB = 192;
const MAX_COPIED_FILES = 20_000;
const MAX_LEFT_OUT = 20;
const NOT_COPIED = new Set([".git", ".hg", ".svn", ".DS_Store", "__MACOSX"]);

/**
 * Whether a file is a script with `#!` or an ELF executable. A learning system's archive has no
 * permissions: without the x bit a program of the submission cannot start it.
 */
function isProgram(content: Uint8Array): boolean {
  const start = String.fromCharCode(...content.subarray(0, 4));
  return start.startsWith("#!") || start === "\x7fELF";
}

/**
 * Copies a folder. Links are not followed: a target may be a private file of this machine. Scripts
 * with `#!` and ELF executables can be executed in the copy.
 *
 * @returns The files that were left out, one sentence each.
 * @throws {Failure} If it is too large.
 */
export async function copyFolder(from: string, to: string, names?: string[]): Promise<string[]> {
  const leftOut: string[] = [];
  let files = MAX_COPIED_FILES;
  let bytes = MAX_COPIED_MB * 1024 * 1024;
  const leave = (path: string, why: string) => {
    if (leftOut.length < MAX_LEFT_OUT) leftOut.push(`${escapeText(path)} ${why}`);
  };
  const copyOne = async (path: string, { isSymlink, isDirectory, isFile }: Deno.DirEntry) => {
    if (isSymlink) {
      leave(path, "is a link and was not followed");
    } else if (isDirectory) {
      await Deno.mkdir(`${to}/${path}`);
      await Deno.chmod(`${to}/${path}`, 0o777);
      await copy(`${path}/`);
    } else if (isFile) {
      const { size, mode } = await Deno.lstat(`${from}/${path}`);
      bytes -= size;
      if (--files < 0 || bytes < 0) {
        throw new Failure(
          `Cannot copy ${escapeText(from)}: it has more than ${MAX_COPIED_FILES} files or ` +
            `${MAX_COPIED_MB} MB; take out what no program needs`,
        );
      }
      const content = await Deno.readFile(`${from}/${path}`);
      const executable = ((mode ?? 0) & 0o111) !== 0 || isProgram(content);
      await Deno.writeFile(`${to}/${path}`, content);
      await Deno.chmod(`${to}/${path}`, executable ? 0o777 : 0o666);
    }
  };
  const copy = async (below: string) => {
    for await (const entry of Deno.readDir(`${from}/${below}`)) {
      const { name } = entry;
      if (NOT_COPIED.has(name) || (below === "" && names && !names.includes(name))) continue;
      try {
        await copyOne(below + name, entry);
      } catch (error) {
        if (error instanceof Failure) throw error;
        leave(below + name, "cannot be read and was left out"); // for example, its name is not UTF-8
      }
    }
  };
  await copy("");
  return leftOut;
}
