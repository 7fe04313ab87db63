/**
 * Reads a rubric file. A file that makes no sense is refused, and the message says why.
 *
 * @module
 */
import { EXIT_USAGE, Failure, UsageError } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import { isObject, readJson } from "./json_file.ts";
import { DEFAULT_ANSWERS, type LabAnswers } from "./answer_texts.ts";
import { type Question, QUESTIONS, questionsOf, REMARK_IDS } from "./questions.ts";
import { cents, DEFAULT_RUBRIC, type Rubric } from "./rubric.ts";

const KEYS = Object.keys(DEFAULT_RUBRIC);
const MAX_MARKS = 1e6;
/** Names that have another meaning in a decisions file. */
const RESERVED: string[] = ["", "all", "late", ...QUESTIONS, ...REMARK_IDS];

/**
 * Reads a rubric. The keys beside `total` and `questions` may be absent.
 *
 * @param content The file's content, JSON in the shape of `--rubric-example`.
 * @param answers What the lab's servers answer: a lab of one pair has fewer questions.
 * @throws {Failure} If it is no rubric or does not sum to its total.
 */
export function readRubric(
  content: Uint8Array,
  file: string,
  answers: LabAnswers = DEFAULT_ANSWERS,
): Rubric {
  const refuse: Refuse = (why, todo) => {
    throw new Failure(`Cannot use the rubric ${file}: ${why}; ${todo}`, EXIT_USAGE);
  };
  const see = "see deno task grade --rubric-example";
  let value: unknown;
  try {
    value = readJson(content);
  } catch (error) {
    return refuse((error as Error).message, see);
  }
  if (!isObject(value)) return refuse("it is not an object", see);
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) refuse(`it holds "${unknown}"`, `it may hold ${KEYS.join(", ")}`);
  const { total } = value;
  const part = (key: string): Record<string, unknown> => {
    const found = value[key] ?? {};
    return isObject(found) ? found : refuse(`its "${key}" is not an object`, see);
  };
  const [questions, remarks, manual] = [part("questions"), part("remarks"), part("manual")];
  checkNames(questions, remarks, manual, answers, refuse);
  for (const marks of [{ total }, questions, remarks, manual]) checkMarks(marks, refuse);
  const rubric: Rubric = {
    total: total as number,
    questions: { ...zeros(), ...questions as Record<Question, number> },
    half: readHalf(part("half"), refuse),
    remarks: remarks as Rubric["remarks"],
    manual: manual as Rubric["manual"],
    late: readLate(part("late"), refuse),
  };
  const sum = cents(
    [rubric.questions, rubric.remarks, rubric.manual].flatMap((marks) => Object.values(marks))
      .reduce((sum, marks) => sum + marks, 0),
  );
  if (sum !== total || sum === 0) {
    refuse(
      `questions, remarks and manual sum to ${sum}, and its total is ${total}`,
      "make them equal, and more than 0",
    );
  }
  return rubric;
}

/** Reads a rubric file. @throws {UsageError} If it cannot be read, or as {@linkcode readRubric}. */
export async function readRubricFile(
  path: string,
  shown: string = path,
  answers?: LabAnswers,
): Promise<{ content: Uint8Array; rubric: Rubric }> {
  const content = await Deno.readFile(path).catch((error) => {
    throw new UsageError(`Cannot read ${shown}: ${oneLine(error)}; name a rubric file`);
  });
  return { content, rubric: readRubric(content, shown, answers) };
}

type Refuse = (why: string, todo: string) => never;

function zeros(): Record<Question, number> {
  return Object.fromEntries(QUESTIONS.map((question) => [question, 0])) as Record<Question, number>;
}

function checkNames(
  questions: Record<string, unknown>,
  remarks: Record<string, unknown>,
  manual: Record<string, unknown>,
  answers: LabAnswers,
  refuse: Refuse,
): void {
  const asked: readonly string[] = questionsOf(answers);
  for (const question of asked) {
    if (questions[question] === undefined) refuse(`question ${question} is missing`, "add it");
  }
  const unknown = Object.keys(questions).find((key) => !asked.includes(key)) ??
    Object.keys(remarks).find((key) => !REMARK_IDS.some((id) => id === key));
  if (unknown !== undefined) {
    const known = [...asked, ...REMARK_IDS].join(", ");
    refuse(
      `there is no question or remark "${unknown}"`,
      `there are ${known}; what a person marks belongs into "manual"`,
    );
  }
  const taken = Object.keys(manual).find((name) => RESERVED.includes(name.trim()));
  if (taken !== undefined) {
    refuse(`"manual" holds "${taken}"`, "choose another name, such as report or style");
  }
}

function checkMarks(marks: Record<string, unknown>, refuse: Refuse): void {
  for (const [name, value] of Object.entries(marks)) {
    if (isMarks(value)) continue;
    refuse(`${name} is ${JSON.stringify(value)}`, "marks are numbers from 0, in hundredths");
  }
}

function readHalf(half: Record<string, unknown>, refuse: Refuse): Rubric["half"] {
  for (const [name, share] of Object.entries(half)) {
    if (name !== "all" && !QUESTIONS.some((question) => question === name)) {
      refuse(`"half" holds "${name}"`, `it may hold all, ${QUESTIONS.join(", ")}`);
    }
    if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
      refuse(`"half" of ${name} is ${JSON.stringify(share)}`, "it is a share from 0 to 1");
    }
  }
  return { ...DEFAULT_RUBRIC.half, ...half };
}

function readLate(late: Record<string, unknown>, refuse: Refuse): Rubric["late"] {
  const { perDay = 0, cap = perDay === 0 ? 0 : MAX_MARKS, due, ...others } = late;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) refuse(`"late" holds "${unknown}"`, "it may hold perDay, cap and due");
  checkMarks({ "late perDay": perDay, "late cap": cap }, refuse);
  if (due !== undefined && (typeof due !== "string" || Number.isNaN(Date.parse(due)))) {
    refuse(`"late" has due ${JSON.stringify(due)}`, 'write a date and time as "2026-11-20 23:59"');
  }
  return { perDay, cap, ...due !== undefined && { due } } as Rubric["late"];
}

function isMarks(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_MARKS && cents(value) === value;
}
