/**
 * The lab's own program that computes answers: it reads a question a line and writes an
 * answer a line. It runs once for a submission, for all texts that can be asked.
 *
 * @module
 */
import { dirname } from "node:path";
import { lenientText, utf8Bytes } from "../../wire/text.ts";
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { splitWords } from "../find/split_words.ts";
import { runIsolated } from "../sandbox/isolated.ts";

/** Far above what a thousand short answers take. */
const LIMIT_MS = 20_000;
const MAX_SHOWN = 200;

/**
 * Answers questions with a lab's own program.
 *
 * @param command The command, without a shell: `python3 answer.py`.
 * @param labFile The lab file; the command runs in its folder, which it can only read.
 * @param questions A question each, without line ends.
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
    LIMIT_MS,
    sandboxed,
  );
  const said = lenientText(stderr).trim().split("\n").at(-1)!.slice(0, MAX_SHOWN);
  const because = said === "" ? "" : ` (${said})`;
  if (code === undefined) throw refuse(`it does not end within ${LIMIT_MS / 1000} s${because}`);
  const lines = lenientText(stdout).replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");
  if (code !== 0) throw refuse(`it ends with exit code ${code}${because}`);
  if (lines.length !== questions.length) {
    throw refuse(`it wrote ${lines.length} lines for ${questions.length} questions${because}`);
  }
  const silent = lines.findIndex((line) => line.trim() === "");
  if (silent >= 0) throw refuse(`its answer to "${questions[silent]}" is empty`);
  return new Map(questions.map((question, i) => [question, lines[i]]));
}
