/**
 * The record of a run: everything that the verdicts depend on, so that another person can repeat
 * the run.
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };
import type { AnswerSpec, LabAnswers } from "./answer_texts.ts";
import { languageOf } from "./language_table.ts";
import type { Rubric } from "./rubric.ts";
import type { SubmissionResult } from "./results.ts";

/** The version of the grader. */
export const GRADER_VERSION: string = config.version;

/** Everything that the verdicts of a run depend on. */
export interface GradingRecord {
  /** The grader's version, from deno.json. */
  grader: string;
  deno: string;
  /** The compilers and interpreters of this machine, with their versions. */
  tools: Record<string, string>;
  /** The rubric, and its file; no file for the default. */
  rubric: { file?: string; content: Rubric };
  /** The answers of the lab's servers, and the lab file if there is one. */
  lab: { file?: string; answers: LabAnswers };
  /** The seed of the texts; in a class, each submission's seed is computed from it. */
  seed: number;
}

/** A results file. */
export interface Results {
  version: 2;
  record?: GradingRecord;
  submissions: SubmissionResult[];
}

/** The lines about a run for the page. */
export function recordLines(record: GradingRecord): string[] {
  const { grader, deno, tools, rubric, lab, seed } = record;
  const { server1, server2 } = lab.answers;
  const pairs = server2 === undefined
    ? `the server answers ${showSpec(server1)}`
    : `server1 answers ${showSpec(server1)}, server2 ${showSpec(server2)}`;
  const installed = Object.entries(tools).map(([name, version]) => `${name} ${version}`);
  return [
    `Grader ${grader}, Deno ${deno}`,
    `Compilers and interpreters: ${installed.join(", ") || "none found"}`,
    `Rubric: ${rubric.file ?? "the default"}, ${rubric.content.total} marks`,
    `Lab: ${lab.file ?? "the assignment's own"}; ${pairs}`,
    `Seed: ${seed}`,
  ];
}

/** The sentence about a run for one student: it names the tools of this student's programs only. */
export function recordSentence(
  { grader, deno, tools, rubric, lab }: GradingRecord,
  { programs, seed }: SubmissionResult,
): string {
  const files = Object.values(programs).flatMap(({ files }) => files);
  const names = files.map((file) => languageOf(file)?.tool ?? "");
  const used = [...new Set(names)].filter((name) => tools[name] !== undefined)
    .map((name) => `${name} ${tools[name]}`);
  const about = [`Deno ${deno}`, ...used.filter((tool) => !tool.startsWith("deno "))].join(", ");
  const file = (path?: string) => path?.split("/").at(-1);
  return `Graded by the networks lab's grader ${grader} (${about}); rubric: ${
    file(rubric.file) ?? "the default"
  }; lab: ${file(lab.file) ?? "the assignment's own"}${
    seed === undefined ? "" : `; seed of the texts: ${seed}`
  }.`;
}

function showSpec(spec: AnswerSpec): string {
  return typeof spec === "string" ? spec : `as the command ${spec.command}`;
}
