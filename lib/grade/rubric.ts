/**
 * What each question is worth.
 *
 * @module
 */
import { UsageError } from "../cli/failure.ts";
import { type Question, QUESTIONS, type Verdict } from "./results.ts";

/** The marks of each question, and of remarks by their id (what a remark costs). */
export type Rubric = Record<Question, number> & { remarks?: Record<string, number> };

/** What the questions are worth unless a rubric says otherwise: 100 in all. */
export const USUAL_RUBRIC: Rubric = {
  "1a": 30,
  "1b": 5,
  "1c": 5,
  "2a": 30,
  "2b": 10,
  "3-client1": 5,
  "3-client2": 5,
  "3a": 3,
  "3b": 4,
  "3c": 3,
};

/** The marks that a verdict earns of those that there are. */
export function marksOf(verdict: Verdict, max: number): number {
  return verdict === "right" ? max : verdict === "part" ? max / 2 : 0;
}

/**
 * Reads a rubric file: `{"total": 50, "questions": {"1a": 20, …}, "remarks": {…}}`.
 *
 * @throws {UsageError} If it is not as it should be, or does not sum to its total.
 */
export async function readRubric(path: string): Promise<Rubric> {
  const wrong = (why: string) => new UsageError(`Cannot read ${path}: ${why}`);
  let value: { total?: unknown; questions?: Record<string, unknown>; remarks?: unknown };
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch {
    throw wrong("there is no such file, or it is not JSON");
  }
  const given = value?.questions;
  if (typeof given !== "object" || given === null) {
    throw wrong('it must be an object such as {"total": 100, "questions": {"1a": 30, …}}');
  }
  const marks = (what: string, number: unknown): number => {
    if (typeof number === "number" && number >= 0 && number <= 1_000) return number;
    throw wrong(`"${what}" must have marks from 0 to 1000`);
  };
  const unknown = Object.keys(given).find((name) => !QUESTIONS.some((one) => one === name));
  if (unknown !== undefined) throw wrong(`"${unknown}" is none of ${QUESTIONS.join(", ")}`);
  const rubric = Object.fromEntries(
    QUESTIONS.map((question) => [question, marks(question, given[question] ?? 0)]),
  ) as Record<Question, number> as Rubric;
  const remarks = Object.entries(value.remarks ?? {}).map((
    [id, number],
  ): [string, number] => [id, marks(id, number)]);
  if (remarks.length > 0) rubric.remarks = Object.fromEntries(remarks);
  const sum = QUESTIONS.reduce((all, question) => all + rubric[question], 0) +
    remarks.reduce((all, [, number]) => all + number, 0);
  const total = value.total ?? 100;
  if (sum !== total) throw wrong(`its marks sum to ${sum}, not to its total, ${total}`);
  return rubric;
}
