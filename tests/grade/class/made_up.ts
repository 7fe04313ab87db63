/**
 * Made-up results and classes for the tests.
 *
 * @module
 */
import {
  type Answer,
  type Question,
  QUESTIONS,
  type SubmissionResult,
} from "../../../lib/grade/results/results.ts";
import { applyRubric, DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import type { GradedSubmission } from "../../../lib/grade/class/graded/graded_submission.ts";

/** A result in which every answer is right except these. */
export function result(
  name: string,
  answers: Partial<Record<Question, Partial<Answer>>> = {},
  rest: Partial<GradedSubmission> = {},
): GradedSubmission {
  const questions = Object.fromEntries(QUESTIONS.map((question) => [question, {
    verdict: "right",
    points: 0,
    max: 0,
    why: "",
    evidence: [],
    ...answers[question],
  }])) as unknown as SubmissionResult["questions"];
  return applyRubric({
    name,
    source: name,
    state: "graded",
    why: "",
    marks: 0,
    max: 0,
    questions,
    remarks: [],
    programs: {
      server1: { files: ["server1.py"], run: "python3 server1.py", listens: "127.0.0.1:9999" },
      client1: { files: ["client1.py"], run: "python3 client1.py" },
    },
    attempts: [],
    seconds: 6.4,
    ...rest,
  }, DEFAULT_RUBRIC);
}

/** A server that drops leading zeros. */
export const NO_ZEROS: Partial<Answer> = {
  verdict: "wrong",
  why: 'server1 drops the leading zeros of each byte of "hi there"',
  evidence: [{
    typed: "hi there",
    sent: "\\x00\\x00\\x00\\x08hi there",
    received: "\\x00\\x00\\x00\\x171101000 1101001 100000\\n",
    shown: "Binary: 1101000 1101001 100000",
    expected: "01101000 01101001 00100000",
  }],
  again: "deno task grade ann --only 1a --verbose",
};

/** A server2 that only listens on loopback. */
export const LOOPBACK_ONLY: Partial<Answer> = {
  verdict: "part",
  why: "server2 listens on loopback only, and eth1 is another interface",
  evidence: [{ shown: "listening on ('127.0.0.1', 5001)", expected: "eth1's address, or all" }],
  again: "deno task grade ann --only 2b",
};

/** A program that is not there. */
export const NO_SERVER2: Partial<Answer> = {
  verdict: "absent",
  why: "There is no server2 in the submission",
};

/** A remark about one-byte pieces. */
export const PIECES: SubmissionResult["remarks"][number] = {
  id: "one-byte-pieces",
  text:
    "When the bytes arrive one at a time, server1 answers the first alone: one recv is taken for one message. Read until the message is whole.",
  evidence: [{ sent: "h", received: "01101000" }],
};

/** Sixty students of every kind, the same each time. */
export function sixty(): GradedSubmission[] {
  const first = "Ada Grace Edsger Barbara Alan Katherine Linus Margaret Dennis Radia".split(" ");
  const last = ["Ångström", "O'Brien", "van der Berg", "Nguyễn", "李", "Müller-Lüdenscheidt"];
  return last.flatMap((family, f) =>
    first.map((given, g) => {
      const i = f * 10 + g;
      const name = `${given} ${family}`;
      if (i % 17 === 5) {
        const look: Partial<Answer> = { verdict: "look", why: "server1 needs the module numpy" };
        return result(name, { "1a": look, "1b": look }, {
          state: "look",
          why: "server1 needs the module numpy, which is not installed here",
        });
      }
      return result(name, {
        ...i % 5 === 1 && { "1a": NO_ZEROS },
        ...i % 4 === 1 && { "2b": LOOPBACK_ONLY },
        ...i % 11 === 3 && { "2a": NO_SERVER2, "2b": NO_SERVER2, "3-client2": NO_SERVER2 },
        ...i % 6 === 2 && {
          "3a": {
            verdict: "part",
            why: "client1 ends in a stack trace on Ctrl+D",
            evidence: [{ typed: "\\x04", shown: "EOFError: EOF when reading a line" }],
          },
        },
        ...i % 9 === 4 && {
          "3b": {
            verdict: "wrong",
            why: "The first client is cut off when the second connects",
            evidence: [{ typed: "still there?", received: "", expected: "an answer" }],
          },
        },
      }, {
        remarks: i % 3 === 0 ? [PIECES] : [],
        attempts: i === 13 ? ["server1 tried to open /etc/shadow"] : [],
      });
    })
  );
}
