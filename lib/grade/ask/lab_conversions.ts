/**
 * The conversions of a lab: the named ones, and those that the lab's own program computes. That
 * program reads one question from each line and writes one answer on each line. It runs once for each
 * submission, for all texts that can be asked.
 *
 * @module
 */
import { type Conversion, conversionOf, questionsFor } from "../read/conversions.ts";
import { DEFAULT_ANSWERS, isDefault, type LabAnswers } from "../results/answer_texts.ts";
import { dirname } from "node:path";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { splitWords } from "../../cli/shell_words.ts";
import { runIsolated } from "../sandbox/isolated.ts";
import { ANSWER_PROGRAM_LIMIT_MS } from "./limits.ts";

interface LabOptions {
  /** The answers of the lab's servers; the assignment's own answers if absent. */
  answers?: LabAnswers;
  /** The path of the instructor's lab file: its own program runs in its folder. */
  labPath?: string;
  seed: number;
}

/** The seed of a pair's texts. */
export function pairSeed(seed: number, pair: number): number {
  return seed * 2 + pair;
}

/**
 * The conversion of each server. The lab's own program is asked for all answers here.
 *
 * @throws {Failure} If that program cannot be used.
 */
export async function conversionsFor(
  { answers = DEFAULT_ANSWERS, labPath = "/", seed }: LabOptions,
  sandboxed: boolean,
): Promise<Conversion[]> {
  return await Promise.all(
    specsOf(answers).map(async (spec, i) => {
      if (typeof spec === "string") return conversionOf(spec);
      const questions = questionsFor(pairSeed(seed, i + 1));
      return conversionOf(spec, await answersOf(spec.command, labPath, questions, sandboxed));
    }),
  );
}

/** Words for the conversions in names and sources; undefined for the default lab. */
export function wordsOf(answers: LabAnswers = DEFAULT_ANSWERS): RegExp[] | undefined {
  if (isDefault(answers)) return undefined;
  return specsOf(answers).map((spec) => conversionOf(spec).words);
}

function specsOf({ server1, server2 }: LabAnswers) {
  return server2 === undefined ? [server1] : [server1, server2];
}

const MAX_SHOWN = 200;

/**
 * Asks the lab's own program for the answers to all questions.
 *
 * @param command The command, without a shell: `python3 answer.py`.
 * @param labPath The lab file; the command runs in its folder, which it can only read.
 * @param questions The questions, without line ends.
 * @throws {Failure} If the program fails, is too slow, or has no answer to a question.
 */
export async function answersOf(
  command: string,
  labPath: string,
  questions: readonly string[],
  sandboxed: boolean,
): Promise<Map<string, string>> {
  const refuse = (why: string) =>
    new Failure(`Cannot use the lab's program "${command}": ${why}`, EXIT_USAGE);
  const { stdout, stderr, code } = await runIsolated(
    splitWords(command),
    dirname(labPath),
    utf8Bytes(questions.map((question) => `${question}\n`).join("")),
    ANSWER_PROGRAM_LIMIT_MS,
    sandboxed,
  );
  const said = lenientText(stderr).trim().split("\n").at(-1)!.slice(0, MAX_SHOWN);
  const because = said === "" ? "" : ` (${said})`;
  if (code === undefined) {
    throw refuse(`it does not end within ${ANSWER_PROGRAM_LIMIT_MS / 1000} s${because}`);
  }
  const lines = lenientText(stdout).replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");
  if (code !== 0) throw refuse(`it ends with exit code ${code}${because}`);
  if (lines.length !== questions.length) {
    throw refuse(`it wrote ${lines.length} lines for ${questions.length} questions${because}`);
  }
  const silent = lines.findIndex((line) => line.trim() === "");
  if (silent >= 0) throw refuse(`its answer to "${questions[silent]}" is empty`);
  return new Map(questions.map((question, i) => [question, lines[i]]));
}
