/**
 * Grades without sandboxes, where a machine allows none: our own four programs, which are trusted,
 * and a submission with `--unsafe`. The proxy listens on another port than the server, so that only
 * programs that take a port can be asked.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { build, type Built } from "./find/build.ts";
import { findPrograms } from "./find/find_programs.ts";
import { SandboxRunner } from "./sandbox/runner.ts";
import { PROGRAM_NAMES, type ProgramName, type SubmissionResult } from "./results/results.ts";
import { UnsandboxedRunner } from "./sandbox/unsandboxed_runner.ts";
import { type GradeOptions, gradePrograms, ownLabFile } from "./grade_submission.ts";
import { wordsOf } from "./lab_conversions.ts";
import { copyFolder } from "./sandbox/copy_folder.ts";
import { HELPER_ENV } from "./sandbox/helpers.ts";
import { Sandbox } from "./sandbox/sandbox.ts";

const ROOT = new URL("../../", import.meta.url);
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces", "--allow-read", "--no-prompt"];

/** Grades our own four programs. */
export async function gradeOurOwn(
  options: GradeOptions,
  sandboxed: boolean,
): Promise<SubmissionResult> {
  const since = performance.now();
  const folder = fileURLToPath(ROOT).replace(/\/$/, "");
  const named = { ...options, name: "our own four" };
  const result = sandboxed ? await inSandboxes(folder, named) : await gradePrograms(
    new UnsandboxedRunner(folder, Deno.env.toObject(), true),
    ourPrograms((name) => [...name.startsWith("s") ? ["-M"] : [], "-p", "{port}", "-I", "lo"]),
    {},
    named,
  );
  return { ...result, seconds: Math.round((performance.now() - since) / 10) / 100 };
}

async function inSandboxes(
  folder: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const files = PROGRAM_NAMES.map((name) => `${name}.ts`);
  const sandbox = await Sandbox.open(folder, [...files, "lib", "deno.json", "deno.lock"]);
  try {
    const programs = ourPrograms((name) => name.startsWith("s") ? ["-M", "-T", "1"] : []);
    return await gradePrograms(new SandboxRunner(sandbox), programs, {}, options);
  } finally {
    await sandbox.close();
  }
}

function ourPrograms(args: (name: ProgramName) => string[]): Record<ProgramName, Built> {
  const ours = PROGRAM_NAMES.map((name): [ProgramName, Built] => [name, {
    files: [`${name}.ts`],
    words: ["deno", "run", ...PERMISSIONS, `${name}.ts`, ...args(name)],
    folder: "",
    source: "",
    ports: [],
    fixed: args(name).includes("{port}"),
  }]);
  return Object.fromEntries(ours) as Record<ProgramName, Built>;
}

/** Grades a submission without sandboxes; if the grader is root, as another user. */
export async function gradeUnsandboxed(
  folder: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const since = performance.now();
  const copy = await Deno.makeTempDir({ prefix: "lab-" });
  const env = { ...HELPER_ENV, HOME: copy, LANG: "C.UTF-8" };
  const runner = new UnsandboxedRunner(copy, env, false);
  try {
    await Deno.chmod(copy, 0o777);
    const leftOut = await copyFolder(folder, copy);
    const found = await findPrograms(copy, wordsOf(options.answers));
    const lab = { ...await ownLabFile(copy, found.files, options.answers), ...options.lab };
    const programs = await build((program) => runner.run(program, false), found, lab, copy);
    const result = await gradePrograms(runner, programs, lab, { ...options, unused: found.unused });
    result.attempts.unshift(...leftOut);
    const name = options.name ?? folder.split("/").at(-1)!;
    return { ...result, name, seconds: Math.round((performance.now() - since) / 10) / 100 };
  } finally {
    await runner.close();
    await Deno.remove(copy, { recursive: true });
  }
}
