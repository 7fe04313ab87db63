/**
 * The lab's own program that computes answers. It reads one question from each line and writes
 * one answer on each line. It runs once for each submission, for all texts that can be asked.
 *
 * @module
 */
import { dirname } from "node:path";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { splitWords } from "../find/split_words.ts";
import { runIsolated } from "../sandbox/isolated.ts";
import { ANSWER_PROGRAM_LIMIT_MS } from "./limits.ts";

const MAX_SHOWN = 200;

/**
 * Asks the lab's own program for the answers to all questions.
 *
 * @param command The command, without a shell: `python3 answer.py`.
 * @param labFile The lab file; the command runs in its folder, which it can only read.
 * @param questions The questions, without line ends.
 * @param sandboxed Whether this machine allows sandboxes.
 * @throws {Failure} If the program fails, is too slow, or has no answer to a question.
 */
export async function answersOf(
  command: string,
  labFile: string,
  questions: readonly string[],
  sandboxed: boolean,
): Promise<Map<string, string>> {
  const refuse = (why: string) =>
    new Failure(`Cannot use the lab's program "${command}": ${why}`, EXIT_USAGE);
  const { stdout, stderr, code } = await runIsolated(
    splitWords(command),
    dirname(labFile),
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
