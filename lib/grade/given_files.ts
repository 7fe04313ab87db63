/**
 * The files that a command line names: the lab file and the rubric; and the command that
 * repeats a run.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { UsageError } from "../cli/failure.ts";
import type { ParsedOptions } from "../cli/options.ts";
import { joinWords } from "../cli/shell_words.ts";
import { oneLine } from "../terminal/show.ts";
import { DEFAULT_LAB, type Lab, readLab } from "./find/lab_file.ts";
import type { LabAnswers } from "./results/answer_texts.ts";
import { GRADER_VERSION, type GradingRecord } from "./results/record.ts";
import { PROGRAM_NAMES } from "./results/results.ts";
import { defaultRubric, type Rubric } from "./results/rubric.ts";
import { toolVersions } from "./sandbox/tool_versions.ts";
import { readRubric } from "./results/rubric_file.ts";

/** The caller's folder; `deno task` itself runs in the project's folder. */
export const HERE = Deno.env.get("INIT_CWD") ?? Deno.cwd();

/** A path on the command line, as an absolute path. */
export function path(name: string): string {
  return name.startsWith("/") ? name : `${HERE}/${name}`;
}

/** The lab file that was given, or the assignment's own lab. */
export async function labOf(given: ParsedOptions): Promise<Lab> {
  return given.has("lab") ? await readLab(path(given.string("lab")!)) : DEFAULT_LAB;
}

/** What a submission's questions depend on beside its programs. */
export function labOptions(
  given: ParsedOptions,
  answers: LabAnswers,
): { answers: LabAnswers; labFile?: string } {
  return { answers, ...given.has("lab") && { labFile: path(given.string("lab")!) } };
}

/** The rubric that was given, or the usual one. */
export async function rubricOf(given: ParsedOptions, answers: LabAnswers): Promise<Rubric> {
  const file = given.string("rubric");
  if (file === undefined) return defaultRubric(answers);
  const content = await Deno.readFile(path(file)).catch((error) => {
    throw new UsageError(`Cannot read ${file}: ${oneLine(error)}; name a rubric file`);
  });
  return readRubric(content, file, answers);
}

/** What the verdicts of a run depend on. */
export async function recordOf(
  given: ParsedOptions,
  rubric: Rubric,
  answers: LabAnswers,
  seed: number,
): Promise<GradingRecord> {
  const file = (name: string) => given.has(name) ? { file: path(given.string(name)!) } : {};
  return {
    grader: GRADER_VERSION,
    deno: Deno.version.deno,
    tools: await toolVersions(),
    rubric: { ...file("rubric"), content: rubric },
    lab: { ...file("lab"), answers },
    seed,
  };
}

/** The command that grades the same again. */
export function commandFor(given: ParsedOptions, folder: string | undefined, seed: number): string {
  const kept = [...PROGRAM_NAMES, "lab", "rubric"].flatMap((name) =>
    given.has(name)
      ? [
        `--${name}`,
        ["lab", "rubric"].includes(name) ? path(given.string(name)!) : given.string(name)!,
      ]
      : []
  );
  const named = folder === undefined ? [] : [path(folder).replace(/\/\.$/, "")];
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const words = ["deno", "task", "--config", config, "grade", ...named, ...kept];
  return joinWords([...words, "--verbose", "--seed", `${seed}`]);
}
