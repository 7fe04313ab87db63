/**
 * Makes self-contained executables of the four programs, in `dist/`.
 *
 * ```sh
 * deno task compile         # for this machine
 * deno task compile --all   # for Linux, macOS and Windows, x64 and arm64
 * ```
 *
 * Deno downloads the base for each system once; `DENORT_BIN` names one to use instead.
 *
 * @module
 */
import { EXIT_DONE, EXIT_FAILED, Failure, UsageError } from "../cli/failure.ts";
import type { CommandLine } from "../cli/command_line.ts";
import { parseOptions } from "../cli/options.ts";
import { PERMISSIONS } from "../cli/permissions.ts";
import { runProgram } from "../cli/program.ts";
import { BlockingOutput } from "../terminal/blocking_output.ts";
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
 * Compiles one program. The executable appears when it is whole.
 *
 * @param program Its name.
 * @param output Where the executable goes.
 * @param target The system it is for; this one if absent.
 * @throws {Failure} If there is no base for it, or what was made does not start.
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
    await Deno.remove(new URL(unfinished, ROOT)).catch(() => {}); // it is renamed, or never came
  }
}

/** A base of another version makes an executable that does not start. */
async function assertStarts(program: string, executable: string): Promise<void> {
  const { success, stdout } = await new Deno.Command(new URL(executable, ROOT), {
    args: ["--version"],
    stdin: "null",
    stderr: "null",
  }).output();
  if (success && lenientText(stdout).startsWith(program)) return;
  throw new Failure(
    `Cannot use the executable of ${program}: it does not start; its base (DENORT_BIN) must be ` +
      `the denort of Deno ${Deno.version.deno}`,
  );
}

function noExecutable(said: string, target = "this machine"): Failure {
  if (/denort|base binary|dl\.deno\.land|standalone binary/.test(said)) {
    return new Failure(
      `Cannot compile for ${target}: Deno could not get its base; connect to the network, ` +
        `or name the denort of Deno ${Deno.version.deno} with DENORT_BIN`,
    );
  }
  const [, why] = said.match(/error: (.*)/) ?? [, "deno compile failed"];
  return new Failure(`Cannot compile for ${target}: ${why}`);
}

async function main(args: string[]): Promise<number> {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  return await runProgram(COMMAND_LINE, { out, log }, async () => {
    const given = parseOptions(COMMAND_LINE, args);
    if ("text" in given) {
      out.line(given.text);
      return EXIT_DONE;
    }
    const [stray] = given.texts;
    if (stray !== undefined) {
      throw new UsageError(`Cannot use the argument "${stray}": compile takes options only`);
    }
    if (!given.has("all")) return await compileAll(undefined, out, log);
    // It is the base of one system only; Deno would put it under every other's name.
    Deno.env.delete("DENORT_BIN");
    const codes = [];
    for (const target of TARGETS) codes.push(await compileAll(target, out, log));
    return Math.max(...codes);
  });
}

/** Compiles the four programs for one system. */
async function compileAll(
  target: string | undefined,
  out: BlockingOutput,
  log: BlockingOutput,
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
    log.line(`compile: ${error.message}`); // the others for this system would fail alike
    return EXIT_FAILED;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
