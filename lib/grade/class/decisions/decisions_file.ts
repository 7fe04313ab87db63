/**
 * The file of an instructor's decisions, which lies beside the class: a row for each, as CSV.
 * Grading never writes it: it survives reruns, other rubrics and `--fresh`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { parse, stringify } from "@std/csv";
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import { decodeFile, readCells } from "../exports/gradebook_file.ts";
import { besideClass } from "../intake/class_folder.ts";
import { counted } from "../../results/results.ts";
import { writeAtomically } from "../../results/result_files.ts";

/** One decision. */
export interface Decision {
  /** The student, as the page names the student. */
  student: string;
  /** The submission's name in the class's folder; empty if the row was written by hand. */
  submission: string;
  /** A question, a part of the rubric's `manual`, `late` (days) or `all` (marks of the whole). */
  question: string;
  /** Marks, or a verdict; days for `late`; `none` takes the decision back. */
  points: string;
  sentence: string;
  /** What the grader had said, as `seenOf()` has it; empty if unknown. */
  seen: string;
}

/** Makes a decision name its submission. */
type Resolve = (decision: Decision) => Decision;

const COLUMNS = ["student", "submission", "question", "points", "sentence", "seen"] as const;
/** A cell that a spreadsheet would run as a formula gets an apostrophe before it in the file. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const GUARDED = /^'(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
const VERDICTS = ["right", "part", "wrong", "absent", "none"];

/** Where the decisions of a class are: `lab1.decisions.csv` beside `lab1` or `lab1.zip`. */
export function decisionsPath(classFolder: string): string {
  return besideClass(classFolder, "decisions.csv");
}

/**
 * Reads the decisions; none if there is no such file. Cells may be separated as a spreadsheet of any
 * country saves them. A row with `none` was taken back: it is left out.
 *
 * @throws {Failure} If the file cannot be read, or a row is not valid.
 */
export async function readDecisions(path: string): Promise<Decision[]> {
  let text: string;
  try {
    text = decodeFile(await Deno.readFile(path)).text.replace(/^\ufeff/, "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new Failure(`Cannot read ${path}: ${(error as Error).message}; close it elsewhere`);
  }
  const refuse = (why: string) => new Failure(`Cannot use ${path}: ${why}`, EXIT_USAGE);
  let rows: string[][];
  try {
    rows = parse(text, { separator: readCells(text).separator });
  } catch (error) {
    throw refuse(`it is not CSV (${(error as Error).message})`);
  }
  const [header = [], ...rest] = rows;
  const missing = ["student", "question", "points"].find((name) => !header.includes(name));
  if (missing !== undefined) throw refuse(`its first line has no column "${missing}"`);
  return rest.filter((row) => row.some((cell) => cell.trim() !== "")).map((row, i) => {
    const cell = (name: string) => (row[header.indexOf(name)] ?? "").trim().replace(GUARDED, "");
    const decision = Object.fromEntries(
      COLUMNS.map((name) => [name, cell(name)]),
    ) as unknown as Decision;
    checkPoints(decision.points, (why) => refuse(`row ${i + 2}: ${why}`));
    return decision;
  }).filter(({ points }) => points !== "none");
}

/** Checks marks or a verdict. @throws The error that `wrong` makes from the reason. */
export function checkPoints(points: string, wrong: (why: string) => Error): void {
  if (VERDICTS.includes(points) || /^\d+([.,]\d{1,2})?$/.test(points)) return;
  throw wrong(`"${points}" is neither marks, such as 7.5, nor one of ${VERDICTS.join(", ")}`);
}

/**
 * Adds the decisions of another file. Where both files decide one question differently, the
 * first file's decision stays. `all` decides each question.
 *
 * @param other A colleague's file.
 * @param resolve Fills in the submission of a row that was written by hand.
 * @returns A sentence for each decision that is not taken over, and the number of the others.
 * @throws {Failure} If there is no such file, or it cannot be used.
 */
export async function mergeDecisions(
  path: string,
  other: string,
  resolve: Resolve = (one) => one,
): Promise<string[]> {
  if (!existsSync(other)) {
    throw new Failure(`Cannot read ${other}: there is no such file; name a decisions file`);
  }
  const own = (await readDecisions(path)).map(resolve);
  const notes: string[] = [];
  let added = 0;
  for (const decision of (await readDecisions(other)).map(resolve)) {
    const { student, question, points } = decision;
    const same = own.find((one) => isSame(one, decision));
    const known = same ? [same] : own.filter((one) => overlaps(one, decision));
    if (known.length === 0) {
      await addDecision(path, decision, resolve);
      added++;
    } else if (same?.points !== points) {
      const kept = same?.points ?? known.map((one) => `${one.question} ${one.points}`).join(", ");
      const stays = known.length > 1 ? "stay" : "stays";
      notes.push(
        `${student}, ${question}: ${kept} ${stays}, ${other} says ${points}; ` +
          "write --decide to change it",
      );
    }
  }
  return [`Added ${counted(added, "decision")} of ${other} to ${path}`, ...notes];
}

/** Whether two decisions are about one question of one submission. */
function isSame(one: Decision, other: Decision): boolean {
  return one.question === other.question && isSameSubmission(one, other);
}

/** Whether one of two decisions is about all marks of a submission, and the other about a part of them. */
function overlaps(one: Decision, other: Decision): boolean {
  const questions = [one.question, other.question];
  return questions.includes("all") && !questions.includes("late") && isSameSubmission(one, other);
}

function isSameSubmission(one: Decision, other: Decision): boolean {
  return one.submission === "" || other.submission === ""
    ? one.student === other.student
    : one.submission === other.submission;
}

/**
 * Adds a decision in place of an earlier one on the same question of the same submission; `none`
 * only removes it.
 *
 * @returns Whether there was an earlier one.
 */
export async function addDecision(
  path: string,
  decision: Decision,
  resolve: Resolve = (one) => one,
): Promise<boolean> {
  const earlier = (await readDecisions(path)).map(resolve);
  const others = earlier.filter((one) => !isSame(one, decision));
  const all = decision.points === "none" ? others : [...others, decision];
  const rows = all.map((one) => COLUMNS.map((name) => one[name].replace(FORMULA, "'$&")));
  await writeAtomically(path, `\ufeff${stringify([[...COLUMNS], ...rows])}`);
  return others.length < earlier.length;
}
