/**
 * The versions of the compilers and interpreters that sandboxes show.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";
import { newestJdk } from "./newest_jdk.ts";
import { tools } from "./tools.ts";
import { OTHER_LANGUAGES, STARTED_LANGUAGES } from "../results/language_table.ts";

const LIMIT_MS = 5_000;
/** Each tool, and the arguments that make it print its version. */
const TOOLS: readonly (readonly [tool: string, versionArguments: readonly string[]])[] = [
  ["javac", ["-version"]],
  ...[...STARTED_LANGUAGES, ...OTHER_LANGUAGES].flatMap((
    { tool, versionArguments = ["--version"] },
  ) => tool === undefined ? [] : [[tool, versionArguments] as const]),
];

let found: Promise<Record<string, string>> | undefined;

/** Each tool that is installed, with its version. They are asked once. */
export function toolVersions(): Promise<Record<string, string>> {
  return found ??= find();
}

async function find(): Promise<Record<string, string>> {
  const all = await Promise.all(
    TOOLS.map(async ([tool, args]) => {
      const isJava = tool === "java" || tool === "javac";
      const command = tool === "deno" ? Deno.execPath() : isJava ? newestJdk() + tool : tool;
      const said = await output(command, args);
      const version = said?.match(/\d+(?:\.\d+)+/)?.[0];
      return version === undefined ? [] : [[tool, version]];
    }),
  );
  return Object.fromEntries(all.flat());
}

/** The PATH by which a sandbox finds the same tools: /usr first, then what stands outside it. */
async function sandboxPath(): Promise<string> {
  const own = (await tools()).map(({ path, bin }) => bin === undefined ? "" : `${path}/bin`);
  return ["/usr/local/bin:/usr/bin:/bin", ...own.filter(Boolean)].join(":");
}

/** What a command prints on both outputs; undefined if it is not installed. */
async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      cwd: "/", // a tool must not find configuration in the folder of a submission
      env: { PATH: await sandboxPath() },
      stdin: "null",
      signal: AbortSignal.timeout(LIMIT_MS),
    }).output();
    return lenientText(stdout) + lenientText(stderr);
  } catch {
    return undefined;
  }
}
