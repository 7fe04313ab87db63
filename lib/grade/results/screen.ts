/**
 * Results for a terminal of 80 columns.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import type { Colour } from "../../terminal/output.ts";
import { evidenceParts } from "./quoted_text.ts";
import type { LabAnswers } from "./answer_texts.ts";
import { type Question, questionTitle } from "./questions.ts";
import type { Answer, Evidence, Remark, SubmissionResult, Verdict } from "./results.ts";

const COLUMNS = 80;
const LABEL_COLUMNS = 13;

const COLOURS: Record<Verdict, Colour> = {
  right: "green",
  part: "yellow",
  wrong: "red",
  absent: "red",
  look: "cyan",
  "not run": "dim",
};

/** Colours a text. */
export type Paint = (colour: Colour, text: string) => string;

/** The lines of an answer: the verdict, and its evidence unless it is right. */
export function answerLines(
  question: Question,
  { verdict, points, max, why, evidence, again }: Answer,
  paint: Paint,
  verbose: boolean,
  answers?: LabAnswers,
): string[] {
  const marks = verdict === "look" || verdict === "not run" ? `-/${max}` : `${points}/${max}`;
  const head = `${question.padEnd(10)}${paint(COLOURS[verdict], verdict.padEnd(8))}${
    marks.padStart(7)
  }  `;
  const lines = wrap(escapeText(why || questionTitle(question, answers)), COLUMNS - 27);
  const rest = lines.slice(1).map((line) => " ".repeat(27) + line);
  const isFine = verdict === "right" || verdict === "absent" || verdict === "not run";
  return [
    head + lines[0],
    ...rest,
    ...isFine && !verbose ? [] : evidence.flatMap((one) => evidenceLines(one)),
    ...again === undefined ? [] : labelled("again", again),
  ];
}

/** The lines after the last question: remarks, and the sum. */
export function summaryLines(
  { marks, max, remarks, manual = {}, attempts, programs, state, seconds }: SubmissionResult,
  paint: Paint,
  verbose: boolean,
): string[] {
  const lines: string[] = [];
  const free = remarks.every(({ costs }) => costs === undefined);
  const about = free ? "Remarks (they cost no marks)" : "Remarks";
  if (remarks.length > 0) lines.push("", paint("bold", about));
  for (const remark of remarks) lines.push(...remarkLines(remark, verbose));
  if (attempts.length > 0) lines.push("", paint("bold", "What the sandbox refused"));
  for (const attempt of attempts) lines.push(...bullet(attempt));
  if (verbose) {
    lines.push("", paint("bold", "Programs"));
    for (const [name, { files, run, listens, tried = [] }] of Object.entries(programs)) {
      const where = listens ? `, listens on ${listens}` : "";
      lines.push(...bullet(`${name}: ${run} (${files.join(", ")}${where})`));
      for (const { command, observed } of tried) {
        lines.push(...labelled("tried", `${command}: ${observed}`));
      }
    }
  }
  const look = state === "look" ? "; a person has to look at the rest" : "";
  const parts = Object.keys(manual).filter((name) => manual[name].points === undefined);
  const open = parts.length > 0 ? `; a person has to mark: ${escapeText(parts.join(", "))}` : "";
  lines.push(
    "",
    ...wrap(`${marks} of ${max} marks${look}${open} (${seconds.toFixed(1)} s)`, COLUMNS),
  );
  return lines;
}

function remarkLines({ text, evidence, costs }: Remark, verbose: boolean): string[] {
  const cost = costs === undefined ? "" : ` (costs ${costs})`;
  return [...bullet(text + cost), ...verbose ? evidence.flatMap((one) => evidenceLines(one)) : []];
}

function bullet(text: string): string[] {
  return wrap(escapeText(text), COLUMNS - 2).map((line, i) => (i === 0 ? "- " : "  ") + line);
}

function evidenceLines(evidence: Evidence): string[] {
  return evidenceParts(evidence).flatMap(({ part, label, text, hex }) => {
    const empty = part === "typed" ? "(an empty line)" : "(nothing)";
    return [...labelled(label, text || empty), ...hex === "" ? [] : labelled("", hex)];
  });
}

function labelled(label: string, text: string): string[] {
  return wrap(escapeText(text), COLUMNS - 4 - LABEL_COLUMNS).map((line, i) =>
    `    ${(i === 0 ? label : "").padEnd(LABEL_COLUMNS)}${line}`
  );
}

/** Breaks a text into lines, between words if possible. */
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
