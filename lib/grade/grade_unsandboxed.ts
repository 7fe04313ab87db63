/**
 * Grades without sandboxes, where a machine allows none: our own four programs, which are trusted,
 * and a submission with `--unsafe`. The proxy listens on another port than the server, so that only
 * programs that take a port can be asked.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Built, Start } from "./find/build.ts";
import { SandboxRunner } from "./sandbox/runner.ts";
import { PROGRAM_NAMES, type ProgramName, type SubmissionResult } from "./results/results.ts";
import { UnsandboxedRunner } from "./sandbox/unsandboxed_runner.ts";
import { gradeCopy, type GradeOptions, gradePrograms } from "./grade_submission.ts";
import { secondsSince } from "./submission_result.ts";
import { copyFolder } from "./sandbox/copy_folder.ts";
import { HELPER_ENV } from "./sandbox/helpers.ts";
import { Sandbox } from "./sandbox/sandbox.ts";

const ROOT = new URL("../../", import.meta.url);
/** The name of our own four programs as a submission. */
export const OUR_OWN = "our own four";
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces", "--allow-read", "--no-prompt"];

/** Grades our own four programs. */
export async function gradeOurOwn(
  options: GradeOptions,
  sandboxed: boolean,
): Promise<SubmissionResult> {
  const since = performance.now();
  const folder = fileURLToPath(ROOT).replace(/\/$/, "");
  const named = { ...options, name: OUR_OWN };
  const result = sandboxed ? await inSandboxes(folder, named) : await gradePrograms(
    new UnsandboxedRunner(folder, Deno.env.toObject(), true),
    ourPrograms((name) => [...name.startsWith("s") ? ["-M"] : [], "-p", "{port}", "-I", "lo"]),
    {},
    named,
  );
  return { ...result, seconds: secondsSince(since) };
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
  const copy = await Deno.makeTempDir({ prefix: "lab-" });
  const env = { ...HELPER_ENV, HOME: copy, LANG: "C.UTF-8" };
  const runner = new UnsandboxedRunner(copy, env, false);
  try {
    await Deno.chmod(copy, 0o777);
    const leftOut = await copyFolder(folder, copy);
    const start: Start = (program) => runner.run(program, false);
    return await gradeCopy(folder, { runner, start, copy, top: copy, leftOut }, options);
  } finally {
    await runner.close();
    await Deno.remove(copy, { recursive: true });
  }
}
