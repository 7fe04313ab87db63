/**
 * The result of grading a submission: verdicts with their evidence, and remarks; and the words for
 * them on the screen, the page and in feedback. This is the shape of `--json` (version 2); bytes are
 * escaped text in it.
 *
 * @module
 */
import type { LabAnswers } from "./answer_texts.ts";
import type { Question, RemarkId } from "./questions.ts";

/** Seeds of texts are below this. */
export const MAX_SEED = 999_999;

export { type Question, QUESTIONS, REMARK_IDS, type RemarkId } from "./questions.ts";

/** The four programs of a submission. */
export const PROGRAM_NAMES = ["server1", "server2", "client1", "client2"] as const;

/** One of the four programs. */
export type ProgramName = typeof PROGRAM_NAMES[number];

/** The role of a program. */
export type Role = "server" | "client";

/**
 * A verdict on a question. `look`: a person has to decide, no marks yet. `not run`:
 * the question needs a sandbox where there is none, or the lab does not ask it; it has no marks.
 */
export type Verdict = "right" | "part" | "wrong" | "absent" | "look" | "not run";

/** The evidence of a verdict: one exchange, with control characters escaped. */
export interface Evidence {
  /** The line that was typed into the client. */
  typed?: string;
  sent?: string;
  /** The bytes that went from the server to the client. */
  received?: string;
  /** The screen of the program that is judged. */
  shown?: string;
  expected?: string;
}

/** The cause of a `look`. */
export interface LookCause {
  /** The cause in a few words, the same for every submission that has it. */
  cause: string;
  /** The command that installs what is missing: `pip install numpy`. */
  install?: string;
  /** The settings of a lab file that may settle it: `{"server1": {"run": "…"}}`. */
  lab?: string;
}

/** The answer to a question. */
export interface Answer {
  verdict: Verdict;
  points: number;
  /** The most marks that the question gives. */
  max: number;
  /** One sentence for the student: what happened. Empty for a plain `right`. */
  why: string;
  evidence: Evidence[];
  /** Why a person has to look, where a setting or an installation may settle it. */
  look?: LookCause;
  /** A command that repeats the question; absent if the verdict is `right`. */
  again?: string;
  /** The grader's own verdict; absent unless a person has decided. */
  decidedByHand?: { verdict: Verdict; points: number; why: string };
}

/** A part of the lab that a person marks: the report, or a remark that could not be tested. */
export interface ManualMark {
  /** The most marks that it gives. */
  max: number;
  /** Its marks; absent until a person has decided. */
  points?: number;
  /** The person's sentence for the student. */
  why: string;
}

/** Behaviour under bad network conditions or unusual input; it costs no marks by default. */
export interface Remark {
  id: RemarkId;
  /** One or two sentences: what happened, why, what to do. */
  text: string;
  evidence: Evidence[];
  again?: string;
  /** The marks that the rubric takes for it; absent if none. */
  costs?: number;
}

/** A launch that was tried. */
export interface TriedLaunch {
  /** The command, in the submission's folder; `{port}` and `{host}` are filled in. */
  command: string;
  /** What was observed, in a few words: `listens on 127.0.0.1:5001`. */
  observed: string;
}

/** How a program was found and started. */
export interface FoundProgram {
  /** Its source files, relative to the submission. */
  files: string[];
  run: string;
  /** The lines that were typed into a client for a text, which `{text}` replaces. */
  type?: string[];
  /** Where a server listened: `127.0.0.1:9999`. */
  listens?: string;
  tried?: TriedLaunch[];
}

/** A graded submission. */
export interface SubmissionResult {
  /** The name of the student or the folder. */
  name: string;
  /** `look` if a person has to look at any part of it. */
  state: "graded" | "look";
  /** Why a person has to look; empty if graded. */
  why: string;
  marks: number;
  max: number;
  questions: Record<Question, Answer>;
  remarks: Remark[];
  /** The remarks whose experiment could be made with neither pair. */
  untested?: RemarkId[];
  /** Whether the programs of questions 1 and 2 were swapped, because they answer so. */
  isSwapped?: boolean;
  /** The answers of the lab's servers; absent for the assignment's own answers. */
  answers?: LabAnswers;
  /** The parts that a person marks, by the rubric's names, or by a remark's id. */
  manual?: Record<string, ManualMark>;
  /** The delay in days, by a date or by a person's decision, and its penalty in marks. */
  late?: { days: number; penalty: number; why: string; byDate?: true };
  /** Its marks as a whole, decided by a person. */
  decidedTotal?: { points: number; why: string };
  /** The grader's own state and reason, if a person's decisions changed them. */
  before?: { state: "graded" | "look"; why: string };
  programs: Partial<Record<ProgramName, FoundProgram>>;
  /** Sentences about what the programs tried and the sandbox refused. */
  attempts: string[];
  seed?: number;
  /** The version of the grader that gave the verdicts. */
  grader?: string;
  /** How long grading took. */
  seconds: number;
}

/** Every verdict, the most urgent first. */
export const VERDICTS: readonly Verdict[] = ["look", "wrong", "absent", "part", "right", "not run"];

/** A verdict in a word or two, for a person. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  look: "wants a look",
  wrong: "wrong",
  absent: "absent",
  part: "half right",
  right: "right",
  "not run": "not run",
};

/** Marks for a person: `87.5`, without zeros at their end. */
export function showMarks(marks: number): string {
  return String(Math.round(marks * 100) / 100);
}

/** A number and its noun: `1 day`, `2 days`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
