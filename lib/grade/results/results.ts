/**
 * What grading a submission comes to: verdicts with their evidence, and remarks.
 * This is the shape of `--json` (version 2); bytes stand in it as escaped text.
 *
 * @module
 */

/** Seeds of texts are below this. */
export const MAX_SEED = 999_999;

/** The questions of the assignment, in its order. */
export const QUESTIONS = [
  "1a",
  "1b",
  "1c",
  "2a",
  "2b",
  "3-client1",
  "3-client2",
  "3a",
  "3b",
  "3c",
] as const;

/** A question of the assignment. */
export type Question = typeof QUESTIONS[number];

/** The four programs of a submission. */
export const PROGRAM_NAMES = ["server1", "server2", "client1", "client2"] as const;

/** One of the four programs. */
export type ProgramName = typeof PROGRAM_NAMES[number];

/** Which side of a conversation a program is. */
export type Role = "server" | "client";

/**
 * What is said of a question. `look`: a person has to, no marks yet; `not run`:
 * it needs a box where none can be had, and no marks hang on it.
 */
export type Verdict = "right" | "part" | "wrong" | "absent" | "look" | "not run";

/** What a verdict rests on: one exchange, with control characters escaped. */
export interface Evidence {
  /** What was typed into the client. */
  typed?: string;
  /** The bytes that went from the client to the server. */
  sent?: string;
  /** The bytes that came back. */
  received?: string;
  /** What the program that is judged showed on its screen. */
  shown?: string;
  /** What was expected there. */
  expected?: string;
}

/** The answer to a question. */
export interface Answer {
  /** What is said of it. */
  verdict: Verdict;
  /** The marks it has. */
  points: number;
  /** The marks it could have. */
  max: number;
  /** One sentence for the student: what happened. Empty where it is simply right. */
  why: string;
  /** What the verdict rests on. */
  evidence: Evidence[];
  /** A command that shows it again; absent where it is right. */
  again?: string;
}

/** What remarks there can be: a rubric names them so. */
export const REMARK_IDS: readonly string[] = [
  "one-byte-pieces",
  "glued-requests",
  "cut-request",
  "reply-in-pieces",
  "late-reply",
  "cut-reply",
  "rubbish",
  "silent-client",
  "twenty-at-once",
  "empty-line",
  "spaces",
  "long-text",
  "not-ascii",
  "delayed-writes",
];

/** Something that the line's bad behaviour has shown; it teaches, and carries no marks by default. */
export interface Remark {
  /** What it is about, one of {@linkcode REMARK_IDS}. */
  id: string;
  /** One or two sentences: what happened, why, what to do. */
  text: string;
  /** What it rests on. */
  evidence: Evidence[];
  /** A command that shows it again. */
  again?: string;
}

/** How a program was found and started. */
export interface FoundProgram {
  /** Its source files, relative to the submission. */
  files: string[];
  /** The command that started it. */
  run: string;
  /** Where a server listened: `127.0.0.1:9999`. */
  listens?: string;
}

/** A graded submission. */
export interface SubmissionResult {
  /** The student's or the folder's name, as it was found. */
  name: string;
  /** `look` if a person has to look at any part of it. */
  state: "graded" | "look";
  /** Why a person has to look; empty if graded. */
  why: string;
  /** The sum of the marks so far. */
  marks: number;
  /** The marks that there are. */
  max: number;
  /** The answer to each question. */
  questions: Record<Question, Answer>;
  /** What else is worth saying. */
  remarks: Remark[];
  /** How each program that there is was started. */
  programs: Partial<Record<ProgramName, FoundProgram>>;
  /** What a program tried and the box refused, one sentence each. */
  attempts: string[];
  /** How long grading took. */
  seconds: number;
}

/** A results file. */
export interface Results {
  /** The version of this shape. */
  version: 2;
  /** What was graded. */
  submissions: SubmissionResult[];
}
