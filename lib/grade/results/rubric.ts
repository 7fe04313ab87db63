/**
 * What the answers are worth: marks for each question, and for each remark that
 * need not be made.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { readJson } from "./json_file.ts";
import { type Question, QUESTIONS, type SubmissionResult, type Verdict } from "./results.ts";

/** Marks for questions and remarks; together they sum to the total. */
export interface Rubric {
  /** The marks that there are. */
  total: number;
  /** The marks of a right answer to each question. */
  questions: Record<Question, number>;
  /** The marks of a submission that answers and about which this remark is not made. */
  remarks: Record<string, number>;
}

/** The marks if no rubric is given. */
export const DEFAULT_RUBRIC: Rubric = {
  total: 100,
  questions: {
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
  },
  remarks: {},
};

const KEYS = ["total", "questions", "remarks"];

/** The marks that a verdict has of those that there are, in whole hundredths. */
export function marksOf(verdict: Verdict, max: number): number {
  return verdict === "right" ? max : verdict === "part" ? cents(max / 2) : 0;
}

/** A rubric as it stands in a file, to be changed and given back. */
export function rubricExample(): string {
  const example: Rubric = {
    ...DEFAULT_RUBRIC,
    questions: { ...DEFAULT_RUBRIC.questions, "1a": 28 },
    remarks: { "one-byte-pieces": 2 },
  };
  return JSON.stringify(example, null, 2);
}

/**
 * Reads a rubric.
 *
 * @param content The file's content, JSON in the shape of {@linkcode rubricExample}.
 * @param file Its name, for messages.
 * @param remarkIds The remarks that can be made; without them any id is taken.
 * @throws {Failure} If it is no rubric or does not sum to its total.
 */
export function readRubric(
  content: Uint8Array,
  file: string,
  remarkIds?: readonly string[],
): Rubric {
  const refuse = (why: string, todo: string): never => {
    throw new Failure(`Cannot use the rubric ${file}: ${why}; ${todo}`, EXIT_USAGE);
  };
  const see = "see deno task grade --rubric-example";
  let value: unknown;
  try {
    value = readJson(content);
  } catch (error) {
    return refuse((error as Error).message, see);
  }
  if (!isRecord(value)) return refuse("it is not an object", see);
  const odd = Object.keys(value).find((key) => !KEYS.includes(key));
  if (odd !== undefined) refuse(`it holds "${odd}"`, `it may hold ${KEYS.join(", ")}`);
  const { total, questions, remarks = {} } = value;
  if (!isRecord(questions) || !isRecord(remarks)) {
    return refuse("its questions or remarks are not objects", see);
  }
  for (const question of QUESTIONS) {
    if (questions[question] === undefined) refuse(`question ${question} is missing`, "add it");
  }
  const unknown = Object.keys(questions).find((key) => !QUESTIONS.includes(key as Question)) ??
    Object.keys(remarks).find((key) => remarkIds !== undefined && !remarkIds.includes(key));
  if (unknown !== undefined) {
    const known = [...QUESTIONS, ...remarkIds ?? []].join(", ");
    refuse(`there is no question or remark "${unknown}"`, `there are ${known}`);
  }
  const all: [string, unknown][] = [
    ["total", total],
    ...Object.entries(questions),
    ...Object.entries(remarks),
  ];
  for (const [name, marks] of all) {
    if (!isMarks(marks)) {
      refuse(`${name} is ${JSON.stringify(marks)}`, "marks are numbers from 0, in hundredths");
    }
  }
  const sum = sumOf({ questions, remarks } as unknown as Rubric);
  if (sum !== total || sum === 0) {
    refuse(
      `its marks sum to ${sum}, and its total is ${total}`,
      "make them equal, and more than 0",
    );
  }
  return { total: sum, questions, remarks } as Rubric;
}

/**
 * Gives a result its marks: all for `right`, half for `part`. No marks hang on what
 * was not run, and a remark's marks are had by programs that answer without it.
 */
export function applyRubric<T extends SubmissionResult>(result: T, rubric: Rubric): T {
  const questions = { ...result.questions };
  for (const question of QUESTIONS) {
    const answer = questions[question];
    const max = answer.verdict === "not run" ? 0 : rubric.questions[question];
    questions[question] = { ...answer, max, points: marksOf(answer.verdict, max) };
  }
  const answers = Object.values(questions);
  const talks = [questions["1a"], questions["2a"]].some(({ verdict }) => marksOf(verdict, 1) > 0);
  const made = new Set(result.remarks.map(({ id }) => id));
  const others = Object.entries(rubric.remarks);
  const earned = talks ? others.filter(([id]) => !made.has(id)) : [];
  const add = (values: number[]) => cents(values.reduce((sum, value) => sum + value, 0));
  return {
    ...result,
    questions,
    marks: add([...answers.map(({ points }) => points), ...earned.map(([, marks]) => marks)]),
    max: add([...answers.map(({ max }) => max), ...others.map(([, marks]) => marks)]),
  };
}

function sumOf({ questions, remarks }: Rubric): number {
  return cents(
    [...Object.values(questions), ...Object.values(remarks)].reduce((sum, marks) => sum + marks, 0),
  );
}

/** Hundredths are exact enough for marks, and sums of them are free of rounding errors. */
function cents(marks: number): number {
  return Math.round(marks * 100) / 100;
}

function isMarks(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1e6 && cents(value) === value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
