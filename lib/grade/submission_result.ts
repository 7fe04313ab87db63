/**
 * The result of a submission, from its pairs and their answers.
 *
 * @module
 */
import type { Pair } from "./ask/pair.ts";
import type { Built } from "./find/build.ts";
import { fillIn, labCommand } from "./find/launch.ts";
import { missingLanguage } from "./find/missing.ts";
import type { DraftVerdict } from "./judge/draft_verdict.ts";
import { refusals } from "./read/stack_traces.ts";
import { DEFAULT_ANSWERS, isDefault, type LabAnswers } from "./results/answer_texts.ts";
import { questionsOf } from "./results/questions.ts";
import { GRADER_VERSION } from "./results/result_files.ts";
import {
  type Answer,
  type FoundProgram,
  PROGRAM_NAMES,
  type ProgramName,
  type Question,
  type Remark,
  type SubmissionResult,
} from "./results/results.ts";

/** The answer to each question. */
export type Answers = Record<Question, Answer>;

/** The parts of a result beside the answers. */
interface About {
  only?: readonly Question[];
  name?: string;
  command: string;
  seed: number;
  answers?: LabAnswers;
}

/** The most files that a sentence names. */
const MAX_NAMED = 5;

/** A program is absent only if no unused file could be that program. */
export function doubtAbsence(draft: DraftVerdict, unused: string[]): DraftVerdict {
  if (draft.verdict !== "absent" || unused.length === 0) return draft;
  const names = unused.slice(0, MAX_NAMED).join(", ");
  const why = draft.why.replace(/\.$/, ", but these files may be it: ");
  return {
    ...draft,
    verdict: "look",
    why: `${why}${names}; lab.json can say how it is started.`,
    look: missingLanguage(unused) ?? { cause: "a file may be the program that is missing" },
  };
}

/** The result of a submission. */
export function summary(
  pairs: Pair[],
  all: Answers,
  remarks: Remark[],
  { only, name = "", command, seed, answers: lab = DEFAULT_ANSWERS }: About,
): SubmissionResult {
  const questions = {} as Answers;
  for (const question of questionsOf(lab)) {
    if (!only || only.includes(question)) questions[question] = all[question];
  }
  const answers = Object.values(questions);
  const looks = answers.filter(({ verdict }) => verdict === "look");
  const programs: SubmissionResult["programs"] = {};
  const attempts: string[] = [];
  for (const name of PROGRAM_NAMES) {
    const pair = pairs[name.endsWith("1") ? 0 : 1];
    const program = name.startsWith("s") ? pair?.serverProgram : pair?.clientProgram;
    if (!program) continue;
    programs[name] = foundProgram(pair, name, program);
    for (const { screen, excess } of pair.runs(name)) {
      if (excess !== undefined) attempts.push(`${name} ${excess}`);
      if (pair.probe && name.startsWith("s")) continue; // the grader's own requests caused it
      attempts.push(...refusals(screen).map((line) => `${name}: ${line}`));
    }
  }
  return {
    name,
    ...!isDefault(lab) && { answers: lab },
    state: looks.length > 0 ? "look" : "graded",
    why: [...new Set(looks.map(({ why }) => why))].join(" "),
    marks: sum(answers.map(({ points }) => points)),
    max: sum(answers.map(({ max, verdict }) => verdict === "not run" ? 0 : max)),
    questions,
    remarks: remarks.map((remark) => ({ ...remark, again: command })),
    programs,
    attempts: [...new Set(attempts)],
    seed,
    grader: GRADER_VERSION,
    seconds: 0,
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function foundProgram(pair: Pair, name: ProgramName, program: Built): FoundProgram {
  const { listening, setup: { host, port } } = pair;
  const run = name.startsWith("s")
    ? listening?.program ?? program
    : pair.clientLaunch && fillIn(pair.clientLaunch, host, port) || program;
  const search = name.startsWith("s") ? pair.serverSearch : pair.clientSearch;
  const found: FoundProgram = {
    files: program.files,
    run: labCommand(run),
    tried: search!.tried.map(({ command, observed }) => ({
      command: command.replaceAll("{port}", `${port}`).replaceAll("{host}", host),
      observed,
    })),
  };
  const type = name.startsWith("c") ? pair.linesForText : undefined;
  if (type) found.type = type;
  if (name.startsWith("s") && listening) {
    const { address, port } = listening.where;
    found.listens = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  }
  return found;
}

/** The seconds since a time of `performance.now()`, in hundredths. */
export function secondsSince(since: number): number {
  return Math.round((performance.now() - since) / 10) / 100;
}
