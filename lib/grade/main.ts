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
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, Failure, UsageError } from "../cli/failure.ts";
import { type ParsedOptions, parseOptions } from "../cli/options.ts";
import { CLASS_OPTIONS, runClass } from "./class/command.ts";
import { gradeConfirmed } from "./grade_confirmed.ts";
import { WorkerPool } from "./class/worker_pool.ts";
import { runProgram, type Streams } from "../cli/program.ts";
import {
  absolutePath,
  CALLERS_FOLDER,
  commandFor,
  labOf,
  labOptions,
  programsOf,
  recordOf,
  rubricOf,
} from "./given_files.ts";
import { openSubmission } from "./open_submission.ts";
import { wantsLook } from "./class/graded/graded_submission.ts";
import { splitWords } from "./find/split_words.ts";
import { writeAtomically } from "./results/write_atomically.ts";
import { checkWritable, toCheck50, toGradescope, toResults } from "./results/result_files.ts";
import {
  MAX_SEED,
  PROGRAM_NAMES,
  type Question,
  QUESTIONS,
  type SubmissionResult,
} from "./results/results.ts";
import { applyRubric, rubricExample } from "./results/rubric.ts";
import { type GradingRecord, recordLines } from "./results/record.ts";
import { answerLines, summaryLines, wrap } from "./results/screen.ts";
import { type GradeOptions, gradeSubmission } from "./grade_submission.ts";
import { gradeOurOwn, gradeUnsandboxed } from "./grade_unsandboxed.ts";
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

const FILES = {
  json: (one: SubmissionResult, record: GradingRecord) => toResults([one], record),
  check50: toCheck50,
  gradescope: toGradescope,
};

/** The command line, read and checked. */
interface Order {
  folder: string | undefined;
  options: GradeOptions;
  verbose: boolean;
  unsafe: boolean;
  files: [path: string, shape: (one: SubmissionResult, record: GradingRecord) => unknown][];
  record: () => Promise<GradingRecord>;
}

async function readOrder(given: ParsedOptions): Promise<Order> {
  if (given.texts.length > 1) {
    throw new UsageError(`Cannot read "${given.texts[1]}": one folder is graded at a time`);
  }
  const whole = await labOf(given);
  const { answers } = whole;
  const lab = { ...programsOf(whole, given.string("student")) };
  for (const name of PROGRAM_NAMES) {
    const run = given.string(name);
    if (run === undefined) continue;
    try {
      splitWords(run);
    } catch (error) {
      throw new UsageError(`Cannot read --${name}: ${(error as Error).message}`);
    }
    lab[name] = { ...lab[name], run };
  }
  const named = given.texts[0] ?? (Object.keys(lab).length > 0 ? "." : undefined);
  const folder = named === undefined ? undefined : absolutePath(named).replace(/\/\.?$/, "");
  if (folder !== undefined && !(await exists(folder))) {
    throw new UsageError(`Cannot grade ${named}: there is no such folder or archive`);
  }
  const rubric = await rubricOf(given, answers);
  const only = given.string("only")?.split(",").map((word) => word.trim());
  const unknown = only?.find((word) => !QUESTIONS.some((question) => question === word));
  if (unknown !== undefined) {
    throw new UsageError(
      `Cannot find the question "${unknown}": there are ${QUESTIONS.join(", ")}`,
    );
  }
  const random = crypto.getRandomValues(new Uint32Array(1))[0] % MAX_SEED;
  const seed = given.integer("seed", random, 0, MAX_SEED);
  const files: Order["files"] = [];
  for (const [name, shape] of Object.entries(FILES)) {
    const file = given.string(name);
    if (file === undefined) continue;
    await checkWritable(absolutePath(file));
    files.push([absolutePath(file), shape]);
  }
  return {
    folder,
    options: {
      lab,
      ...labOptions(whole),
      rubric,
      seed,
      command: commandFor(given, named, seed, whole.file),
      ...only && { only: only as Question[] },
    },
    verbose: given.has("verbose"),
    unsafe: given.has("unsafe"),
    files,
    record: () => recordOf(given, rubric, whole, seed),
  };
}

async function exists(name: string): Promise<boolean> {
  return await Deno.stat(name).then(() => true, () => false);
}

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
  const why = unsafe && folder !== undefined ? "as --unsafe says" : await whyNoSandbox();
  let result: SubmissionResult;
  try {
    if (folder === undefined) {
      say("Grading our own four programs.");
      if (why) {
        const line = `Without sandboxes and eth1 (${why}): questions that need them are not run.`;
        wrap(line, 80).forEach(say);
      }
      result = await gradeConfirmed(options, (one) => gradeOurOwn(one, why === undefined));
    } else {
      if (why && !unsafe) throw new Failure(`Cannot grade in sandboxes: ${why}`, EXIT_USAGE);
      say(`Grading ${escapeText(nameOf(folder))}.`);
      if (why) say("Without sandboxes: questions that need them are not run.");
      const stopped = options.signal ?? new AbortController().signal;
      const anyName = Object.keys(order.options.lab ?? {}).length > 0;
      await using submission = await openSubmission(folder, stopped, anyName);
      submission.notes.forEach((note) => say(escapeText(note)));
      const named = { ...options, name: nameOf(folder) };
      result = submission.why !== ""
        ? applyRubric(wantsLook(nameOf(folder), submission.why, options.answers), options.rubric)
        : await gradeConfirmed(
          named,
          (one) =>
            unsafe
              ? gradeUnsandboxed(submission.folder, one)
              : gradeSubmission(submission.folder, one),
        );
      if (submission.why !== "") say(escapeText(submission.why));
    }
  } catch (error) {
    const name = folder === undefined ? "our own four" : nameOf(folder);
    const stopped = wantsLook(name, "Grading was stopped before all questions were asked.");
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

function nameOf(folder: string): string {
  return folder.split("/").at(-1)!;
}

/** Grades all that `--class` names. */
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
