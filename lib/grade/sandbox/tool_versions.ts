/**
 * The versions of the compilers and interpreters that sandboxes show.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";

const LIMIT_MS = 5_000;
/** How each tool is asked for its version. */
const VERSION_OPTIONS: Record<string, string[]> = {
  ...{ python3: ["--version"], node: ["--version"], gcc: ["--version"], "g++": ["--version"] },
  ...{ java: ["-version"], javac: ["-version"], go: ["version"], rustc: ["--version"] },
  ...{ perl: ["-e", "print substr($^V, 1)"], ruby: ["--version"], php: ["--version"] },
  ...{ mono: ["--version"], kotlinc: ["-version"], bash: ["--version"], deno: ["--version"] },
};

let found: Promise<Record<string, string>> | undefined;

/** Each tool that is installed, with its version. They are asked once. */
export function toolVersions(): Promise<Record<string, string>> {
  return found ??= find();
}

async function find(): Promise<Record<string, string>> {
  const all = await Promise.all(
    Object.entries(VERSION_OPTIONS).map(async ([tool, args]) => {
      const command = tool === "deno" ? Deno.execPath() : tool;
      const said = await output(command, args);
      const version = said?.match(/\d+(?:\.\d+)+/)?.[0];
      return version === undefined ? [] : [[tool, version]];
    }),
  );
  return Object.fromEntries(all.flat());
}

/** What a command prints on both outputs; undefined if it is not installed. */
async function output(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd: "/", // a tool must not find configuration in the folder of a submission
      stdin: "null",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).output();
    return lenientText(stdout) + lenientText(stderr);
  } catch {
    return undefined;
  }
}
