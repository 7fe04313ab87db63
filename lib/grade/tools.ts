/**
 * Interpreters and compilers that are not in /usr: boxes see nothing of anybody's
 * home, so each is shown to them by itself, to be read only.
 *
 * @module
 */
import { lenientText } from "../wire/text.ts";

/** Something to show to the boxes. */
export interface Tool {
  /** A folder, or a program. */
  path: string;
  /** The folder of its programs. */
  bin: string;
}

/** How to ask each for the folder that it lives in. */
const QUESTIONS: [command: string, args: string[], bin: string][] = [
  ["python3", ["-c", "import sys; print(sys.base_prefix)"], "/bin"],
  ["node", ["-p", "require('path').dirname(require('path').dirname(process.execPath))"], "/bin"],
  ["rustc", ["--print", "sysroot"], "/bin"],
  ["go", ["env", "GOROOT"], "/bin"],
];

let found: Promise<Tool[]> | undefined;

/** The tools of this machine that boxes would not see in /usr. */
export function tools(): Promise<Tool[]> {
  return found ??= find();
}

async function find(): Promise<Tool[]> {
  const all = await Promise.all(QUESTIONS.map(async ([command, args, bin]): Promise<Tool[]> => {
    if (isFile(`/usr/bin/${command}`) || isFile(`/usr/local/bin/${command}`)) return [];
    try {
      const { stdout, success } = await new Deno.Command(command, {
        args,
        stdin: "null",
        stderr: "null",
      }).output();
      const path = lenientText(stdout).trim();
      if (!success || !path.startsWith("/") || path.startsWith("/usr/")) return [];
      return [{ path, bin: path + bin }];
    } catch {
      return []; // it is not installed
    }
  }));
  const deno = await Deno.realPath(Deno.execPath());
  const own = deno.startsWith("/usr/") ? [] : [{ path: deno, bin: deno.replace(/\/[^/]*$/, "") }];
  return [...all.flat(), ...own].filter(({ path }) => !path.includes("'"));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
