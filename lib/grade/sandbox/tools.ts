/**
 * Interpreters and compilers outside /usr, and the packages that Deno has downloaded. Sandboxes
 * see no home folder, so each of these is mounted there by itself, read-only.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";

/** A file or folder that is mounted into the sandboxes. */
export interface Tool {
  /** A folder, or a program. */
  path: string;
  /** Where sandboxes see it. */
  inside: string;
  /** The folder of its programs there, if it has any. */
  bin?: string;
}

/** The folder of Deno's cache in a sandbox. */
export const DENO_DIR = "/opt/cache";

/** The command that prints each tool's folder. */
const QUESTIONS: [command: string, args: string[]][] = [
  ["python3", ["-c", "import sys; print(sys.base_prefix)"]],
  ["node", ["-p", "require('path').dirname(require('path').dirname(process.execPath))"]],
  ["rustc", ["--print", "sysroot"]],
  ["go", ["env", "GOROOT"]],
];

let found: Promise<Tool[]> | undefined;

/** The tools of this machine that sandboxes would not see in /usr. */
export function tools(): Promise<Tool[]> {
  return found ??= find();
}

async function find(): Promise<Tool[]> {
  const all = await Promise.all(QUESTIONS.map(async ([command, args]): Promise<string[]> => {
    if (isFile(`/usr/bin/${command}`) || isFile(`/usr/local/bin/${command}`)) return [];
    try {
      const { stdout, success } = await new Deno.Command(command, {
        args,
        cwd: "/", // a tool must not find configuration in the folder of a submission
        stdin: "null",
        stderr: "null",
      }).output();
      const path = lenientText(stdout).trim();
      if (!success || !path.startsWith("/") || path.startsWith("/usr/")) return [];
      return isPrivate(path) ? [] : [path];
    } catch {
      return []; // it is not installed
    }
  }));
  const deno = await Deno.realPath(Deno.execPath());
  const folders = all.flat().filter((path) => !path.includes("'"));
  const found = folders.map((path, i): Tool => ({
    path,
    inside: `/opt/tool${i}`,
    bin: `/opt/tool${i}/bin`,
  }));
  if (!deno.startsWith("/usr/")) {
    found.push({ path: deno, inside: "/opt/deno/deno", bin: "/opt/deno" });
  }
  const info = await new Deno.Command(deno, {
    args: ["info", "--json"],
    cwd: "/",
    stderr: "null",
  }).output();
  const packages = `${JSON.parse(lenientText(info.stdout)).denoDir}/npm`;
  if (isFolder(packages)) found.push({ path: packages, inside: `${DENO_DIR}/npm` });
  return found;
}

/** Whether a folder holds more than a tool: a home, what is above it, or `~/.local`. */
function isPrivate(path: string): boolean {
  const home = `${(Deno.env.get("HOME") ?? "/root").replace(/\/+$/, "")}/`;
  const folder = `${path.replace(/\/+$/, "")}/`;
  return home.startsWith(folder) ||
    /^\/(?:root\/|home\/(?:[^/]+\/)?)?(?:\.local\/)?$/.test(folder);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
