/**
 * Marks: for questions, half right answers, remarks and parts that a person marks; penalties for
 * late submissions.
 *
 * @module
 */
import type { Answer, ManualMark, SubmissionResult, Verdict } from "./results.ts";
import { DEFAULT_ANSWERS, type LabAnswers } from "./answer_texts.ts";
import {
  type Question,
  questionsOf,
  questionTitle,
  REMARK_IDS,
  type RemarkId,
  remarkTitle,
} from "./questions.ts";

/** The marks of a lab. */
export interface Rubric {
  /** The sum of the marks of `questions`, `remarks` and `manual`. */
  total: number;
  questions: Record<Question, number>;
  /** The share of a question's marks for a half right answer, from 0 to 1; `all` for the others. */
  half: { all: number } & Partial<Record<Question, number>>;
  /** The marks of a submission that answers, was tested for this remark, and does not get it. */
  remarks: Partial<Record<RemarkId, number>>;
  /** Parts that a person marks: the name of each, and its most marks. */
  manual: Record<string, number>;
  /** The marks that each day of delay costs, and the most that delay can cost. */
  late: LatePenalty;
}

/** The penalty of a late submission. */
export interface LatePenalty {
  /** Marks for each day that has begun. */
  perDay: number;
  /** The largest penalty in marks. */
  cap: number;
  /** The deadline, as `2026-11-20 23:59`; Moodle's dates are compared with it. */
  due?: string;
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
  half: { all: 0.5 },
  remarks: {},
  manual: {},
  late: { perDay: 0, cap: 0 },
};

/** The default rubric of a lab: a lab of one pair has fewer questions. */
export function defaultRubric(answers: LabAnswers): Rubric {
  if (answers.server2 !== undefined) return DEFAULT_RUBRIC;
  const asked = questionsOf(answers);
  const marks = Object.entries(DEFAULT_RUBRIC.questions).filter(([question]) =>
    asked.some((one) => one === question)
  );
  const total = add(marks.map(([, points]) => points));
  return { ...DEFAULT_RUBRIC, total, questions: Object.fromEntries(marks) as Rubric["questions"] };
}

/** The marks that a verdict gives, in whole hundredths. */
export function marksOf(verdict: Verdict, max: number, half = 0.5): number {
  return verdict === "right" ? max : verdict === "part" ? cents(max * half) : 0;
}

/** The share of a question's marks that a half right answer gets. */
export function halfOf(question: Question, { half }: Rubric): number {
  return half[question] ?? half.all;
}

/**
 * The default rubric as a file, to be changed and given back: JSON, with the title of each question and
 * remark as a comment behind its marks.
 */
export function rubricExample(answers: LabAnswers = DEFAULT_ANSWERS): string {
  const remarks = Object.fromEntries(REMARK_IDS.map((id) => [id, 0]));
  const rubric = { ...defaultRubric(answers), remarks };
  const titles = new Map<string, string>([
    ...questionsOf(answers).map((id): [string, string] => [id, questionTitle(id, answers)]),
    ...REMARK_IDS.map((id): [string, string] => [id, remarkTitle(id)]),
  ]);
  return JSON.stringify(rubric, null, 2).replace(
    /^ {4}"(.+)": \d+,?$/gm,
    (line, id) => titles.has(id) ? `${line} // ${titles.get(id)}` : line,
  );
}

/**
 * The parts that a person marks: those of the rubric's `manual`; and, of a submission that answers,
 * or may answer, each remark that has marks and could not be tested.
 */
export function partsToMark(
  result: SubmissionResult,
  { manual, remarks }: Rubric,
): Record<string, ManualMark> {
  const untested = talks(result, "look")
    ? (result.untested ?? []).flatMap((id): [string, number][] =>
      remarks[id] ? [[id, remarks[id]]] : []
    )
    : [];
  const parts = [...Object.entries(manual), ...untested];
  return Object.fromEntries(parts.map(([name, max]) => [name, { max, why: "" }]));
}

/** Whether 1a or 2a is right or half right, or has one more verdict. */
function talks({ questions }: SubmissionResult, more?: Verdict): boolean {
  return [questions["1a"], questions["2a"]].some((answer) =>
    answer && ["right", "part", more].includes(answer.verdict)
  );
}

/**
 * Gives a result its marks by the grader's own verdicts. Questions that were not run have no
 * marks. A submission that answers gets the marks of each remark that it was tested for and that is
 * not made on it. Decisions of a person are removed; `class/decisions` applies them again.
 */
export function applyRubric<T extends SubmissionResult>(result: T, rubric: Rubric): T {
  const { before, decidedTotal: _, late: __, manual: ___, ...rest } = result;
  const questions = { ...result.questions };
  for (const [question, answer] of Object.entries(questions) as [Question, Answer][]) {
    const { decidedByHand, ...found } = answer;
    const verdict = decidedByHand?.verdict ?? answer.verdict;
    const max = verdict === "not run" ? 0 : rubric.questions[question];
    questions[question] = {
      ...found,
      verdict,
      max,
      why: decidedByHand?.why ?? answer.why,
      points: marksOf(verdict, max, halfOf(question, rubric)),
    };
  }
  const charged = new Set<RemarkId>();
  const remarks = result.remarks.map(({ costs: _, ...remark }) => {
    const costs = charged.has(remark.id) ? 0 : rubric.remarks[remark.id] ?? 0;
    charged.add(remark.id);
    return costs > 0 ? { ...remark, costs } : remark;
  });
  const marked = { ...rest, ...before, questions, remarks } as T;
  const manual = partsToMark(marked, rubric);
  return withTotals({ ...marked, ...Object.keys(manual).length > 0 && { manual } }, rubric);
}

/** A result with its sums: the marks of all parts, minus the penalty for being late. */
export function withTotals<T extends SubmissionResult>(result: T, rubric: Rubric): T {
  const answers = Object.values(result.questions);
  const { manual: parts = {} } = result;
  const manual = Object.values(parts);
  const forRemarks = Object.entries(rubric.remarks).filter(([id]) => !Object.hasOwn(parts, id));
  const marks = add([
    ...answers.map(({ points }) => points),
    ...Object.values(remarkMarks(result, rubric)),
    ...manual.map(({ points = 0 }) => points),
  ]);
  const max = add([
    ...answers.map(({ max }) => max),
    ...forRemarks.map(([, marks]) => marks),
    ...manual.map(({ max }) => max),
  ]);
  const penalty = result.late?.penalty ?? 0;
  const total = result.decidedTotal?.points ?? marks;
  return { ...result, marks: cents(Math.max(0, total - penalty)), max };
}

/**
 * The marks for each remark that the rubric charges: 0 if it is made, if it could not be tested (a
 * person gives these marks), or if nothing is answered.
 */
export function remarkMarks(
  result: SubmissionResult,
  rubric: Rubric,
): Partial<Record<RemarkId, number>> {
  const lost = new Set([...result.untested ?? [], ...result.remarks.map(({ id }) => id)]);
  const charged = Object.entries(rubric.remarks) as [RemarkId, number][];
  return Object.fromEntries(
    charged.filter(([, marks]) => marks > 0)
      .map(([id, marks]) => [id, talks(result) && !lost.has(id) ? marks : 0]),
  );
}

/** The penalty for a delay in days; a part of a day counts as a day. */
export function latePenalty(days: number, { perDay, cap }: LatePenalty): number {
  return cents(Math.min(cap, Math.ceil(days) * perDay));
}

function add(values: number[]): number {
  return cents(values.reduce((sum, value) => sum + value, 0));
}

/** Rounds to hundredths, so that sums of marks have no rounding errors. */
export function cents(marks: number): number {
  return Math.round(marks * 100) / 100;
}
