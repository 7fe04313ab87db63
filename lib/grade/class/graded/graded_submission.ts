/**
 * A graded submission of a class: its result, and where it came from.
 *
 * @module
 */
import { type Answer } from "../../results/results.ts";
import {
  type Evidence,
  type Question,
  QUESTIONS,
  type SubmissionResult,
  type Verdict,
} from "../../results/results.ts";

import type { SubmissionFiles } from "./class_files.ts";

/** A submission's result within a class. */
export interface GradedSubmission extends SubmissionResult {
  /** Its name in the class's folder. */
  source: string;
  /** The account of its files. */
  files?: SubmissionFiles;
  /** A hash of its content and of the rubric: as long as it is the same, so is the result. */
  key?: string;
}

/** What each question asks, in a line. */
export const QUESTION_TITLES: Record<Question, string> = {
  "1a": "server1 answers a text with its binary value",
  "1b": "server1 runs on the localhost interface",
  "1c": "server1 runs on any port",
  "2a": "server2 answers a binary string with its text",
  "2b": "server2 runs on the interface eth1",
  "3-client1": "client1 asks server1 and shows the answer",
  "3-client2": "client2 asks server2 and shows the answer",
  "3a": "what happens when the client aborts (Ctrl+D)",
  "3b": "two clients use one server",
  "3c": "a client meets the wrong server, or nobody",
};

const REMARK_TITLES: Readonly<Record<string, string>> = {
  "one-byte-pieces": "A request in pieces",
  "glued-requests": "Two requests at once",
  "cut-request": "A request that breaks off",
  "reply-in-pieces": "A reply in pieces",
  "late-reply": "A late reply",
  "cut-reply": "A reply that breaks off",
  "rubbish": "Bytes that make no sense",
  "silent-client": "A client that says nothing",
  "twenty-at-once": "Twenty clients at once",
  "empty-line": "An empty line",
  "spaces": "Spaces at the ends",
  "long-text": "A long text",
  "not-ascii": "Letters beyond ASCII",
  "delayed-writes": "Replies that wait for no reason",
};

/** What a remark is about, in a few words. */
export function remarkTitle(id: string): string {
  return REMARK_TITLES[id] ?? id.replaceAll("-", " ");
}

/** Every verdict, the most pressing first. */
export const VERDICTS: readonly Verdict[] = [
  "look",
  "wrong",
  "absent",
  "part",
  "right",
  "not run",
];

/** A verdict in a word or two, for a person. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  look: "wants a look",
  wrong: "wrong",
  absent: "absent",
  part: "half right",
  right: "right",
  "not run": "not run",
};

/** What each part of a verdict's evidence is, in the order in which it happened. */
export const EVIDENCE_LABELS: readonly (readonly [keyof Evidence, string])[] = [
  ["typed", "typed"],
  ["sent", "client sent"],
  ["received", "server sent"],
  ["shown", "shown"],
  ["expected", "expected"],
];

/** The parts of {@linkcode EVIDENCE_LABELS} that passed on the line: worth seeing in hex too. */
export function passedOnLine(part: keyof Evidence): boolean {
  return part === "sent" || part === "received";
}

/** A screen that was escaped, with its lines as lines again. */
export function screenLines(shown: string): string {
  return shown.replaceAll("\\n", "\n").replaceAll("\\t", "    ");
}

/** A long text's beginning, and how long it is. */
export function cut(text: string, max: number): string {
  const chars = text.length > max ? [...text] : [];
  if (chars.length <= max) return text;
  return `${chars.slice(0, max).join("")}… (${chars.length} characters in all)`;
}

/** The result of a submission that a person has to look at as a whole. */
export function wantsLook(name: string, why: string): SubmissionResult {
  const answer = (): Answer => ({ verdict: "look", points: 0, max: 0, why: "", evidence: [] });
  return {
    name,
    state: "look",
    why,
    marks: 0,
    max: 0,
    questions: Object.fromEntries(
      QUESTIONS.map((question) => [question, answer()]),
    ) as SubmissionResult["questions"],
    remarks: [],
    programs: {},
    attempts: [],
    seconds: 0,
  };
}

/** Marks for a person: `87.5`, without zeros at their end. */
export function showMarks(marks: number): string {
  return String(Math.round(marks * 100) / 100);
}
