/**
 * Results for a person: within 80 columns, each answer as it comes.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import type { Colour } from "../../terminal/output.ts";
import { hexOf } from "./quoted_text.ts";
import type { Answer, Evidence, Question, Remark, SubmissionResult, Verdict } from "./results.ts";

const COLUMNS = 80;
const LABEL_COLUMNS = 11;

/** The questions, each in a few words. */
export const TITLES: Record<Question, string> = {
  "1a": "server1 answers a text with its binary value",
  "1b": "server1 runs on localhost",
  "1c": "server1 runs on a port of its choice",
  "2a": "server2 answers a binary string with its text",
  "2b": "server2 runs on the interface eth1",
  "3-client1": "client1 asks server1 and shows the answer",
  "3-client2": "client2 asks server2 and shows the answer",
  "3a": "the client aborts (Ctrl+D)",
  "3b": "two clients use one server",
  "3c": "client1 is given a wrong address",
};

const COLOURS: Record<Verdict, Colour> = {
  right: "green",
  part: "yellow",
  wrong: "red",
  absent: "red",
  look: "cyan",
  "not run": "dim",
};

/** Paints words. */
export type Paint = (colour: Colour, text: string) => string;

/** An answer's lines: the verdict, and what it rests on where it is not right. */
export function answerLines(
  question: Question,
  { verdict, points, max, why, evidence, again }: Answer,
  paint: Paint,
  verbose: boolean,
): string[] {
  const marks = verdict === "look" || verdict === "not run" ? `-/${max}` : `${points}/${max}`;
  const head = `${question.padEnd(10)}${paint(COLOURS[verdict], verdict.padEnd(8))}${
    marks.padStart(7)
  }  `;
  const lines = wrap(escapeText(why || TITLES[question]), COLUMNS - 27);
  const rest = lines.slice(1).map((line) => " ".repeat(27) + line);
  const isFine = verdict === "right" || verdict === "absent" || verdict === "not run";
  return [
    head + lines[0],
    ...rest,
    ...isFine && !verbose ? [] : evidence.flatMap((one) => evidenceLines(one)),
    ...again === undefined ? [] : labelled("again", again),
  ];
}

/** What is said when all is done. */
export function summaryLines(
  { marks, max, remarks, attempts, programs, state, seconds }: SubmissionResult,
  paint: Paint,
  verbose: boolean,
): string[] {
  const lines: string[] = [];
  if (remarks.length > 0) lines.push("", paint("bold", "Remarks (no marks hang on them)"));
  for (const remark of remarks) lines.push(...remarkLines(remark, verbose));
  if (attempts.length > 0) lines.push("", paint("bold", "What the boxes refused"));
  for (const attempt of attempts) lines.push(...bullet(attempt));
  if (verbose) {
    lines.push("", paint("bold", "Programs"));
    for (const [name, { files, run, listens }] of Object.entries(programs)) {
      const where = listens ? `, listens on ${listens}` : "";
      lines.push(...bullet(`${name}: ${run} (${files.join(", ")}${where})`));
    }
  }
  const look = state === "look" ? "; a person has to look at the rest" : "";
  lines.push("", `${marks} of ${max} marks${look} (${seconds.toFixed(1)} s)`);
  return lines;
}

function remarkLines({ text, evidence }: Remark, verbose: boolean): string[] {
  return [...bullet(text), ...verbose ? evidence.flatMap((one) => evidenceLines(one)) : []];
}

function bullet(text: string): string[] {
  return wrap(escapeText(text), COLUMNS - 2).map((line, i) => (i === 0 ? "- " : "  ") + line);
}

function evidenceLines(evidence: Evidence): string[] {
  const { typed, sent, received, shown, expected } = evidence;
  const bytes = (label: string, value: string | undefined) =>
    value === undefined ? [] : [
      ...labelled(label, value === "" ? "(nothing)" : value),
      ...value === "" ? [] : labelled("", hexOf(value)),
    ];
  return [
    ...typed === undefined ? [] : labelled("typed", typed || "(an empty line)"),
    ...bytes("sent", sent),
    ...bytes("received", received),
    ...shown === undefined ? [] : labelled("shown", shown || "(nothing)"),
    ...expected === undefined ? [] : labelled("expected", expected),
  ];
}

function labelled(label: string, text: string): string[] {
  return wrap(escapeText(text), COLUMNS - 4 - LABEL_COLUMNS).map((line, i) =>
    `    ${(i === 0 ? label : "").padEnd(LABEL_COLUMNS)}${line}`
  );
}

/** Breaks a text into lines, between words where there are any. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if ([...longer].length <= columns) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    let rest = [...word];
    for (; rest.length > columns; rest = rest.slice(columns)) {
      lines.push(rest.slice(0, columns).join(""));
    }
    line = rest.join("");
  }
  return [...lines, line];
}
