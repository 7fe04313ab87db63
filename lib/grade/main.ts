/**
 * Grades the lab: asks a submission's programs the assignment's questions, in sandboxes, and
 * prints a verdict for each question.
 *
 * ```sh
 * deno task grade
 * deno task grade submissions/ada
 * ```
 *
 * @module
 */
import { basename } from "node:path";
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, Failure, UsageError } from "../cli/failure.ts";
import { type ParsedOptions, parseOptions } from "../cli/options.ts";
import { CLASS_OPTIONS, runClass } from "./class/command.ts";
import { gradeConfirmed } from "./confirm.ts";
import { WorkerPool } from "./class/worker_pool.ts";
import { runProgram, type Streams } from "../cli/program.ts";
import {
  CALLERS_FOLDER,
  commandFor,
  labOf,
  labOptions,
  type Order,
  readOrder,
  recordOf,
  rubricOf,
} from "./order.ts";
import { openSubmission } from "./open_submission.ts";
import { wantsLook } from "./class/graded/graded_submission.ts";
import { recordLines, writeAtomically } from "./results/result_files.ts";
import { PROGRAM_NAMES, type SubmissionResult } from "./results/results.ts";
import { applyRubric, rubricExample } from "./results/rubric.ts";
import { answerLines, summaryLines, wrap } from "./results/screen.ts";
import {
  type GradeOptions,
  gradeOurOwn,
  gradeSubmission,
  gradeUnsandboxed,
  OUR_OWN,
} from "./grade_submission.ts";
import { whyNoSandbox } from "./sandbox/sandbox.ts";
import { BlockingOutput } from "../terminal/blocking_output.ts";
import type { Output } from "../terminal/output.ts";
import { escapeText } from "../terminal/show.ts";

/** The exit code that shells give a program ended by SIGINT. */
const EXIT_STOPPED = 130;

/** The command line of `deno task grade`. */
export const COMMAND_LINE: CommandLine = {
  name: "grade",
  summary:
    "grade asks a submission's programs the lab's questions; without a folder, our own four.",
  synopsis: "[OPTION]… [FOLDER]",
  options: [
    ...PROGRAM_NAMES.map((name) => ({
      name,
      value: "COMMAND",
      help: `how to run ${name}, in FOLDER or here; {port}, {host}`,
    })),
    { name: "lab", value: "FILE", help: "how programs are built, run and asked (JSON)" },
    { name: "student", value: "NAME", help: "use this student's settings in the lab file" },
    { name: "rubric", value: "FILE", help: "the marks of each question (JSON)" },
    { name: "only", value: "WORDS", help: "ask only these questions, as 1a,3b" },
    { name: "seed", value: "N", help: "the same seed gives the same test texts" },
    { name: "verbose", letter: "v", help: "show the evidence of every verdict" },
    { name: "json", value: "FILE", help: "write the results (version 2)" },
    { name: "check50", value: "FILE", help: "write them in check50's shape" },
    { name: "gradescope", value: "FILE", help: "write them in Gradescope's shape" },
    { name: "rubric-example", help: "print the default rubric and exit" },
    { name: "unsafe", help: "run the programs without sandboxes, where there can be none" },
    ...CLASS_OPTIONS,
  ],
  examples: [
    ["", "play our own four programs"],
    ["submissions/ada", "one submission"],
    ["--server1 'python3 s.py' .", "with a command that cannot be guessed"],
    ["--class submissions --out graded", "all of them, with a page and feedback"],
  ],
  permissions: ["--allow-all"],
};

/** Grades; if it is stopped, the answers known so far are written. */
async function grade(order: Order, out: Output): Promise<number> {
  const { folder, verbose, unsafe, files } = order;
  const say = (line: string) => out.line(line);
  const write = async (result: SubmissionResult) => {
    if (files.length === 0) return;
    const record = await order.record();
    for (const [file, shape] of files) {
      await writeAtomically(file, `${JSON.stringify(shape(result, record), null, 2)}\n`);
    }
  };
  const known = {} as SubmissionResult["questions"];
  const options: GradeOptions = {
    ...order.options,
    onAnswer: (question, answer) => {
      known[question] = answer;
      const { answers } = order.options;
      answerLines(question, answer, out.paint.bind(out), verbose, answers).forEach(say);
    },
  };
  let result: SubmissionResult;
  try {
    result = await (folder === undefined
      ? gradeOurs(options, say)
      : gradeFolder(folder, options, unsafe, say));
  } catch (error) {
    const stopped = wantsLook(
      nameOf(folder),
      "Grading was stopped before all questions were asked.",
    );
    const sum = (part: "points" | "max") =>
      Object.values(known).reduce((all, answer) => all + answer[part], 0);
    await write({ ...stopped, questions: known, marks: sum("points"), max: sum("max") });
    throw error;
  }
  if (verbose) recordLines(await order.record()).forEach((line) => wrap(line, 80).forEach(say));
  summaryLines(result, out.paint.bind(out), verbose).forEach(say);
  await write(result);
  const fine = Object.values(result.questions).every(({ verdict }) =>
    verdict === "right" || verdict === "not run"
  );
  return fine ? EXIT_DONE : EXIT_FAILED;
}

function nameOf(folder: string | undefined): string {
  return folder === undefined ? OUR_OWN : basename(folder);
}

type Say = (line: string) => void;

/** Grades our own four programs, in sandboxes if this machine allows them. */
async function gradeOurs(options: GradeOptions, say: Say): Promise<SubmissionResult> {
  const why = await whyNoSandbox();
  say("Grading our own four programs.");
  if (why) {
    const line = `Without sandboxes and eth1 (${why}): questions that need them are not run.`;
    wrap(line, 80).forEach(say);
  }
  return await gradeConfirmed(options, (one) => gradeOurOwn(one, why === undefined));
}

async function gradeFolder(
  folder: string,
  options: GradeOptions,
  unsafe: boolean,
  say: Say,
): Promise<SubmissionResult> {
  const why = unsafe ? undefined : await whyNoSandbox();
  if (why) throw new Failure(`Cannot grade in sandboxes: ${why}`, EXIT_USAGE);
  const name = nameOf(folder);
  say(`Grading ${escapeText(name)}.`);
  if (unsafe) say("Without sandboxes: questions that need them are not run.");
  const stopped = options.signal ?? new AbortController().signal;
  const anyName = Object.keys(options.lab ?? {}).length > 0;
  await using submission = await openSubmission(folder, stopped, anyName);
  submission.notes.forEach((note) => say(escapeText(note)));
  if (submission.why !== "") {
    say(escapeText(submission.why));
    return applyRubric(wantsLook(name, submission.why, options.answers), options.rubric);
  }
  const grade = unsafe ? gradeUnsandboxed : gradeSubmission;
  return await gradeConfirmed({ ...options, name }, (one) => grade(submission.folder, one));
}

async function gradeAll(given: ParsedOptions, streams: Streams<BlockingOutput>): Promise<number> {
  const alone = [...PROGRAM_NAMES, "student", "only", "json", "check50", "gradescope", "unsafe"];
  const stray =
    (["decide", "fresh"].some((name) => given.has(name)) ? undefined : given.texts[0]) ??
      alone.find((name) => given.has(name));
  if (stray !== undefined) {
    throw new UsageError(`Cannot grade a class with "${stray}": that is for one submission`);
  }
  const why = await whyNoSandbox();
  if (why) throw new Failure(`Cannot grade in sandboxes: ${why}`, EXIT_USAGE);
  const lab = await labOf(given);
  const { programs, answers, submissions, file } = lab;
  const rubric = await rubricOf(given, answers);
  await using graders = new WorkerPool();
  return await runClass(
    given,
    CALLERS_FOLDER,
    {
      ...{ rubric, answers, ownSettings: submissions },
      anyName: Object.keys(programs).length > 0,
      asked: JSON.stringify({ ...programs, answers }),
      record: (seed) => recordOf(given, rubric, lab, seed),
    },
    (folder, signal, seed, own, only) => {
      const command = commandFor(given, folder, seed, file, own?.[0]);
      const all = { ...programs, ...own?.[1] };
      const options = {
        ...{ rubric, lab: all, ...labOptions(lab), seed, command, isOneOfMany: true },
        ...only && { only },
      };
      return graders.grade(folder, options, signal);
    },
    streams,
  );
}

/** Grades our own four programs, or one submission; a signal ends it. */
async function gradeOne(given: ParsedOptions, out: Output): Promise<number> {
  const order = await readOrder(given);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
    const ended = new Failure("Stopped; every program was ended", EXIT_STOPPED);
    Deno.addSignalListener(signal, () => stop.abort(ended));
  }
  order.options.signal = stop.signal;
  return await grade(order, out);
}

/** Runs the grader and returns its exit code. */
export function main(args: string[]): Promise<number> {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  return runProgram(COMMAND_LINE, { out, log }, async () => {
    const given = parseOptions(COMMAND_LINE, args);
    if ("text" in given || given.has("rubric-example")) {
      out.line("text" in given ? given.text : rubricExample((await labOf(given)).answers));
      return EXIT_DONE;
    }
    return await (given.has("class") ? gradeAll(given, { out, log }) : gradeOne(given, out));
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
