/**
 * Makes self-contained executables of the four programs, in `dist/`.
 *
 * ```sh
 * deno task compile         # for this machine
 * deno task compile --all   # for Linux, macOS and Windows, x64 and arm64
 * ```
 *
 * Deno downloads its runtime (denort) for each system once; `DENORT_BIN` names a copy to use instead.
 *
 * @module
 */
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, EXIT_FAILED, Failure } from "../cli/failure.ts";
import { PERMISSIONS } from "../cli/permissions.ts";
import type { Streams } from "../cli/program.ts";
import { runTask } from "../cli/task.ts";
import { lenientText } from "../wire/text.ts";

/** The four programs. */
export const PROGRAMS = ["server1", "server2", "client1", "client2"];

/** The systems of `--all`, as Deno names them. */
const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
];

const ROOT = new URL("../../", import.meta.url);

const COMMAND_LINE: CommandLine = {
  name: "compile",
  summary: "compile makes self-contained executables of the four programs, in dist/.",
  synopsis: "[OPTION]…",
  options: [{ name: "all", help: "for Linux, macOS and Windows, x64 and arm64" }],
  examples: [["", "for this machine"], ["--all", "for six systems"]],
  permissions: ["--allow-run", "--allow-read", "--allow-write=dist", "--allow-env=DENORT_BIN"],
};

/**
 * Compiles one program. The executable gets its name when it is complete.
 *
 * @param program Its name.
 * @param output Where the executable goes.
 * @param target The system it is for; this one if absent.
 * @throws {Failure} If Deno has no runtime for the system, or the executable does not start.
 */
export async function compile(program: string, output: string, target?: string): Promise<void> {
  const suffix = (target ?? Deno.build.os).includes("windows") ? ".exe" : "";
  const unfinished = `${output}.unfinished${suffix}`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      ...PERMISSIONS,
      "--no-prompt", // a permission that is refused fails instead of asking
      ...target ? ["--target", target] : [],
      "--output",
      unfinished,
      `${program}.ts`,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  try {
    if (!success) throw noExecutable(lenientText(stderr), target);
    if (target === undefined) await assertStarts(program, unfinished);
    await Deno.rename(new URL(unfinished, ROOT), new URL(`${output}${suffix}`, ROOT));
  } finally {
    // After the rename, or without an executable, there is nothing to remove.
    await Deno.remove(new URL(unfinished, ROOT)).catch(() => {});
  }
}

/** Fails if the executable does not start, as with the runtime of another version of Deno. */
async function assertStarts(program: string, executable: string): Promise<void> {
  const starts = async () => {
    const { success, stdout } = await new Deno.Command(new URL(executable, ROOT), {
      args: ["--version"],
      stdin: "null",
      stderr: "null",
    }).output();
    return success && lenientText(stdout).startsWith(program);
  };
  if (await starts().catch(() => false)) return; // it throws if the file is no executable
  throw new Failure(
    `Cannot use the executable of ${program}: it does not start; DENORT_BIN must name the denort of ` +
      `Deno ${Deno.version.deno}`,
  );
}

/** Why `deno compile` failed, from its stderr. */
function noExecutable(stderr: string, target = "this machine"): Failure {
  if (/denort|base binary|dl\.deno\.land|standalone binary/.test(stderr)) {
    return new Failure(
      `Cannot compile for ${target}: Deno could not download its runtime (denort); connect to the ` +
        `network, or name a copy for Deno ${Deno.version.deno} with DENORT_BIN`,
    );
  }
  const [, why] = stderr.match(/error: (.*)/) ?? [, "deno compile failed"];
  return new Failure(`Cannot compile for ${target}: ${why}`);
}

function main(args: string[]): Promise<number> {
  return runTask(COMMAND_LINE, args, async (given, streams) => {
    if (!given.has("all")) return await compileAll(undefined, streams);
    // DENORT_BIN is for one system only, but Deno would use it for all.
    Deno.env.delete("DENORT_BIN");
    const codes = [];
    for (const target of TARGETS) codes.push(await compileAll(target, streams));
    return Math.max(...codes);
  });
}

/** Compiles the four programs for one system. */
async function compileAll(
  target: string | undefined,
  { out, log }: Streams,
): Promise<number> {
  const folder = ["dist", ...target ? [target] : []].join("/");
  await Deno.mkdir(new URL(folder, ROOT), { recursive: true });
  try {
    for (const program of PROGRAMS) {
      await compile(program, `${folder}/${program}`, target);
      out.line(`${folder}/${program}`);
    }
    return EXIT_DONE;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.line(`compile: ${error.message}`); // the other programs would fail too
    return EXIT_FAILED;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
