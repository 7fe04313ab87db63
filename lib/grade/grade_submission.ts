/**
 * Grades one submission: finds its programs, builds them, asks them, judges the answers; in sandboxes,
 * or without them where a machine allows none. Our own four programs are trusted, a submission needs
 * `--unsafe`. Without sandboxes the proxy listens on another port than the server, so that only programs
 * that take a port can be asked.
 *
 * @module
 */
import type { PairNumber } from "./results/questions.ts";
import type { LabAnswers } from "./results/answer_texts.ts";
import { conversionsFor, pairSeed, wordsOf } from "./ask/lab_conversions.ts";
import { LAB } from "./sandbox/start_in_sandbox.ts";
import { gradePairs, type QuestionOptions } from "./grade_pairs.ts";
import { build, type Built, type Start } from "./find/build.ts";
import { findPrograms } from "./find/find_programs.ts";
import { unpackNotebooks } from "./find/notebook.ts";
import { ownLabFile, type ProgramSettings } from "./find/lab_file.ts";
import { Pair } from "./ask/pair.ts";
import { learnSelectors } from "./ask/selector_search.ts";
import { SEARCH_LIMIT_MS } from "./ask/limits.ts";
import { SearchTime } from "./ask/search_time.ts";
import { type Runner, SandboxRunner } from "./sandbox/runner.ts";
import { PROGRAM_NAMES, type ProgramName, type SubmissionResult } from "./results/results.ts";
import { applyRubric } from "./results/rubric.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import { areSwapped, type Programs, swapped, withFlags } from "./settle_roles.ts";
import { secondsSince, summary } from "./submission_result.ts";
import { untilStopped } from "./sandbox/waiting.ts";
import { fileURLToPath } from "node:url";
import { UnsandboxedRunner } from "./sandbox/unsandboxed_runner.ts";
import { copyFolder } from "./sandbox/copy_folder.ts";
import { HELPER_ENV } from "./sandbox/helpers.ts";

/** How to grade a submission. */
export interface GradeOptions extends QuestionOptions {
  /** The name in the results; the folder's name if absent. */
  name?: string;
  /** Settings that override those of the submission's own `lab.json`. */
  lab?: ProgramSettings;
  /** The answers of the lab's servers; the assignment's own answers if absent. */
  answers?: LabAnswers;
  /** The path of the instructor's lab file: its own program runs in its folder. */
  labPath?: string;
  /** The seed of the generated test texts. */
  seed: number;
  /** Wall time for the search for a pair's launches; 40 s if absent. */
  searchLimitMs?: number;
}

/**
 * Grades a submission in sandboxes.
 *
 * @throws {Failure} If there is no such folder, or no sandbox can be made.
 */
export async function gradeSubmission(
  folder: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  await using sandbox = await Sandbox.open(folder);
  const runner = new SandboxRunner(sandbox);
  const start: Start = (program) => runner.build(program);
  const { copy, leftOut } = sandbox;
  const result = await gradeCopy(folder, { runner, start, copy, top: LAB, leftOut }, options);
  return options.only ? result : applyRubric(result, options.rubric);
}

interface Place {
  runner: Runner;
  start: Start;
  /** The copy of the submission that its programs use. */
  copy: string;
  /** The copy's path, as its programs see it. */
  top: string;
  /** Sentences about what was not copied. */
  leftOut: string[];
}

/** Finds and builds the programs in a copy of a submission, and grades them. */
export async function gradeCopy(
  folder: string,
  { runner, start, copy, top, leftOut }: Place,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const since = performance.now();
  const { answers, name = folder.replace(/\/+$/, "").split("/").at(-1)! } = options;
  await unpackNotebooks(copy);
  const found = await findPrograms(copy, wordsOf(answers));
  const lab = { ...await ownLabFile(copy, found.files, answers), ...options.lab };
  const programs = await build(start, found, lab, top);
  const result = await gradePrograms(runner, programs, lab, { ...options, unused: found.unused });
  const attempts = [...leftOut, ...result.attempts];
  return { ...result, name, attempts, seconds: secondsSince(since) };
}

/** Grades programs that are built. */
export async function gradePrograms(
  runner: Runner,
  programs: Programs,
  lab: ProgramSettings,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const conversions = await conversionsFor(options, runner.sandboxed);
  const { searchLimitMs = SEARCH_LIMIT_MS } = options;
  const pairsOf = (programs: Programs) =>
    conversions.map((conversion, i) => {
      const number = i + 1 as PairNumber;
      return new Pair(
        runner,
        number,
        conversion,
        programs[`server${number}`],
        programs[`client${number}`],
        conversion.texts(pairSeed(options.seed, number)),
        lab[`client${number}`]?.type,
        new SearchTime(searchLimitMs),
      );
    });
  let pairs = pairsOf(programs);
  let isSwapped = false;
  const { signal = new AbortController().signal } = options;
  try {
    signal.throwIfAborted();
    const work = async () => {
      if (pairs.length === 2 && runner.sandboxed) await learnSelectors(pairs);
      const { only = ["1a", "2a"] } = options;
      const canSwap = pairs.length === 2 && runner.sandboxed && Object.keys(lab).length === 0;
      isSwapped = canSwap && only.includes("1a") && only.includes("2a") &&
        await areSwapped(pairs);
      const others = isSwapped ? swapped(programs, pairs) : withFlags(programs, pairs);
      if (others) {
        await Promise.all(pairs.map((pair) => pair.close()));
        pairs = pairsOf(others);
      }
      return await gradePairs(pairs, options);
    };
    const { answers, remarks, untested } = await untilStopped(work(), signal, 0);
    const result = { ...summary(pairs, answers, remarks, options), untested };
    return isSwapped ? { ...result, isSwapped } : result;
  } finally {
    await Promise.all(pairs.map((pair) => pair.close()));
  }
}

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
  const files = [...PROGRAM_NAMES.map((name) => `${name}.ts`), "lib", "deno.json", "deno.lock"];
  await using sandbox = sandboxed ? await Sandbox.open(folder, files) : undefined;
  const runner = sandbox
    ? new SandboxRunner(sandbox)
    : new UnsandboxedRunner(folder, Deno.env.toObject(), true);
  const ours = PROGRAM_NAMES.map((name): [ProgramName, Built] => {
    const isServer = name.startsWith("s");
    const args = sandbox
      ? isServer ? ["-M", "-T", "1"] : []
      : [...isServer ? ["-M"] : [], "-p", "{port}", "-I", "lo"];
    return [name, {
      files: [`${name}.ts`],
      words: ["deno", "run", ...PERMISSIONS, `${name}.ts`, ...args],
      folder: "",
      source: "",
      ports: [],
      fixed: !sandbox,
    }];
  });
  const named = { ...options, name: OUR_OWN };
  const result = await gradePrograms(runner, Object.fromEntries(ours), {}, named);
  return { ...result, seconds: secondsSince(since) };
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
