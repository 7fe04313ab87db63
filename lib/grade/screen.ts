/**
 * What a person sees: progress while it runs, then every question with its
 * checks, and a summary. Everything a program said is escaped.
 *
 * @module
 */
import { escapeText } from "../terminal/show.ts";
import { type Part, PARTS, type Result } from "./check.ts";
import type { Progress } from "./run_checks.ts";
import { byPart, count, type Verdict, verdictOn } from "./scores.ts";

const WORDS = { pass: "PASS", fail: "FAIL", skip: "SKIP", blocked: "SKIP" };
const COLOURS: Record<string, number> = { PASS: 32, FAIL: 31, SKIP: 33 };
const LABEL_WIDTH = 39;
const ERASE_LINE = "\r\x1b[K";

/** How to show results. */
export interface Look {
  colour: boolean;
  /** Whether to show every conversation. */
  verbose: boolean;
}

/** Shows on a terminal what is being tried; elsewhere nothing. */
export function showProgress(total: number, terminal: boolean): Progress {
  let done = 0;
  const show = (text: string) => {
    if (terminal) Deno.stderr.writeSync(new TextEncoder().encode(text));
  };
  return {
    started: ({ id }) => show(`${ERASE_LINE}${done}/${total}  ${id}`),
    finished: () => {
      done++;
      if (done === total) show(ERASE_LINE);
    },
  };
}

/** All results as text. */
export function showResults(results: Result[], look: Look): string {
  const lines: string[] = [];
  for (const [part, own] of byPart(results)) {
    const verdict = verdictOn(own);
    lines.push(
      `${paint(verdict, look)}  ${title(part)}`,
      ...own.flatMap((result) => showResult(result, look)),
      "",
    );
  }
  return lines.join("\n");
}

function title(part: Part): string {
  const label = part === "craft" ? "Craft" : `Question ${part}`;
  return `${label}: ${PARTS.get(part)}`;
}

function showResult(result: Result, look: Look): string[] {
  const { check, status, seen, facts, log } = result;
  const line = `  ${paint(WORDS[status], look)}  ${check.id.padEnd(LABEL_WIDTH)} ${
    escapeText(seen)
  }`;
  const failed = status === "fail"
    ? Object.entries({
      wanted: check.description,
      expected: facts.expected,
      seen: facts.actual,
      hint: hintOf(result),
    }).flatMap(([label, text]) =>
      text ? [`        ${`${label}:`.padEnd(10)}${escapeText(text)}`] : []
    )
    : [];
  const talk = look.verbose ? log.map((text) => `        | ${escapeText(text)}`) : [];
  return [line, ...failed, ...talk];
}

/** What to tell somebody whose check failed. */
export function hintOf({ check, facts }: Result): string {
  return facts.hint ?? check.hint;
}

/** One line for all. */
export function showSummary(results: Result[], seconds: number): string {
  const parts = [...byPart(results)].filter(([part]) => part !== "craft");
  const verdicts = parts.map(([, own]) => verdictOn(own));
  const questions = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  const craft = byPart(results).get("craft") ?? [];
  const { pass, fail, skip, blocked } = count(results);
  return [
    `Questions: ${questions("PASS")} right, ${questions("FAIL")} wrong, ${
      questions("SKIP")
    } skipped.`,
    ...craft.length ? [`Craft: ${count(craft).pass} of ${craft.length}.`] : [],
    `Checks: ${pass} passed, ${fail} failed, ${blocked} not run, ${skip} skipped,`,
    `in ${seconds.toFixed(1)} s.`,
  ].join(" ");
}

function paint(word: string, { colour }: Look): string {
  return colour ? `\x1b[${COLOURS[word]}m${word}\x1b[m` : word;
}
