/**
 * What a class has in common: how its marks are spread, the faults, looks and remarks that several
 * students or answers have, and what settles its looks.
 *
 * @module
 */
import { type Question, questionsOf, remarkTitle } from "../../results/questions.ts";
import { type Answer, type Verdict, VERDICT_WORDS } from "../../results/results.ts";
import { type GradedSubmission, lookReason, waitsForMarks } from "./graded_submission.ts";
import { joinWords } from "../../../cli/shell_words.ts";

/** A fault, or a remark, that some students have. */
export interface CommonFault {
  /** The questions that have it; none for a remark. */
  questions: Question[];
  /** What it is, in a few words. */
  label: string;
  /** The indexes of the results that have it. */
  places: number[];
}

const COSTS: ReadonlySet<Verdict> = new Set<Verdict>(["wrong", "absent", "part"]);

/** Whether an answer costs marks; a `look` may still be right. */
export function isFault({ verdict }: Answer): boolean {
  return COSTS.has(verdict);
}

/**
 * The kind of a fault: its sentence without quoted texts, numbers and the number of the pair.
 * Equal faults of both pairs, and in all languages, have one kind.
 */
export function kindOf(why: string): string {
  const kind = why.replace(/"[^"]{0,400}"|“[^”]{0,400}”|`[^`]{0,400}`/g, "…")
    .replace(/\b\d+(\.\d+)?\b/g, "…").trim()
    .replace(/\b(no )?(server|client)[12]\b/g, (_, no, program) => `${no ?? "the "}${program}`)
    .replace(/\b(stack trace): .*$/s, "$1").replace(/\.$/, "");
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** The faults of a class, the commonest first. */
export function commonFaults(results: readonly GradedSubmission[]): CommonFault[] {
  return gather(results, ({ questions, answers }) =>
    questionsOf(answers).flatMap((question) => {
      const answer = questions[question];
      if (!isFault(answer) || answer.decidedByHand) return []; // a person wrote the sentence
      const kind = kindOf(answer.why);
      const label = kind || VERDICT_WORDS[answer.verdict];
      return [{ key: kind || `${question} ${label}`, label, question }];
    }));
}

/** The looks by cause, the commonest first: one installation often settles all of a cause. */
export function commonLooks(results: readonly GradedSubmission[]): CommonFault[] {
  return gather(results, (result) => {
    const { questions, answers, state, decidedTotal } = result;
    if (decidedTotal || waitsForMarks(result)) return []; // nothing is left to decide
    const looks = questionsOf(answers).flatMap((question) => {
      const answer = questions[question];
      if (answer?.verdict !== "look" || answer.why === "") return [];
      const cause = answer.look?.cause ?? answer.why;
      const label = cause.replace(/\b(server|client)[12]\b(?!\.\w)/g, "$1"); // no file's name
      return [{ key: label, label, question }];
    });
    if (looks.length > 0 || state !== "look") return looks;
    const label = lookReason(result).replace(/: only .*/s, ""); // no file's name
    return [{ key: label, label }];
  });
}

/** The remarks that are made about a class, the commonest first. */
export function commonRemarks(results: readonly GradedSubmission[]): CommonFault[] {
  return gather(
    results,
    ({ remarks }) => remarks.map(({ id }) => ({ key: id, label: remarkTitle(id) })),
  );
}

/** Groups by key, across questions. */
function gather(
  results: readonly GradedSubmission[],
  faultsOf: (result: GradedSubmission) => { key: string; label: string; question?: Question }[],
): CommonFault[] {
  const faults = new Map<string, CommonFault>();
  for (const [runner, result] of results.entries()) {
    for (const { key, label, question } of faultsOf(result)) {
      const fault = faults.get(key) ?? { questions: [], label, places: [] };
      if (fault.places.at(-1) !== runner) fault.places.push(runner);
      if (question && !fault.questions.includes(question)) fault.questions.push(question);
      faults.set(key, fault);
    }
  }
  return [...faults.values()].sort((a, b) => b.places.length - a.places.length);
}

/** The marks of a class in percent. */
export interface Spread {
  /** How many have their final marks. */
  graded: number;
  look: number;
  /** The mean; undefined while no student has marks. */
  mean?: number;
  /** The middle one; undefined while no student has marks. */
  median?: number;
  /** How many of the graded have 0 to 9, 10 to 19, … 90 to 100. */
  tens: number[];
  /** The same for submissions that want a look, by their marks so far. */
  tensLook: number[];
}

/** Counts the marks of a class. */
export function spreadOf(results: readonly GradedSubmission[]): Spread {
  const percent = ({ marks, max }: GradedSubmission) => max === 0 ? 0 : marks / max * 100;
  const graded = results.filter(({ state }) => state === "graded").map(percent)
    .sort((a, b) => a - b);
  const look = results.filter(({ state }) => state === "look").map(percent);
  const tens = (values: number[]) =>
    Array.from(
      { length: 10 },
      (_, i) => values.filter((value) => Math.min(9, Math.floor(value / 10)) === i).length,
    );
  const middle = graded.length >> 1;
  return {
    graded: graded.length,
    look: look.length,
    ...graded.length > 0 && {
      mean: graded.reduce((sum, value) => sum + value, 0) / graded.length,
      median: graded.length % 2 ? graded[middle] : (graded[middle - 1] + graded[middle]) / 2,
    },
    tens: tens(graded),
    tensLook: tens(look),
  };
}

/** What settles the looks of one cause. */
export interface LookSetting {
  /** The command that installs what is missing. */
  install?: string;
  /** Whom to grade again after the installation: the words after `--fresh`. */
  fresh?: string;
  /** What the class's lab file has to say of each student's programs, by the student's name. */
  programs?: Record<string, Record<string, object>>;
}

/** Shown before each installation: a hostile student may publish a package and import it. */
export const INSTALL_WARNING =
  "The names below come from the students' code: install only what you know, since a name may be misspelt.";
/** What settles the looks of one cause, for all submissions that have it. */
export function settingFor(
  { places, questions }: CommonFault,
  results: readonly GradedSubmission[],
  labels: readonly string[],
): LookSetting {
  const causes = places.flatMap((place) =>
    questions.flatMap((question) => {
      const { verdict, look } = results[place].questions[question] ?? {};
      return verdict === "look" && look ? [{ place, look }] : [];
    })
  );
  const install = causes.find(({ look }) => look.install)?.look.install;
  if (install !== undefined) {
    return { install, fresh: joinWords(places.map((place) => labels[place])) };
  }
  const programs = labelled();
  for (const { place, look } of causes) {
    if (look.lab === undefined) continue;
    programs[labels[place]] = { ...programs[labels[place]], ...parsed(look.lab) };
  }
  return Object.keys(programs).length > 0 ? { programs } : {};
}

/**
 * One lab file for all causes: it can be pasted as a whole.
 *
 * @returns The file, to be completed by a person; undefined if nothing needs it.
 */
export function labFileFor(settings: readonly LookSetting[]): string | undefined {
  const submissions = labelled();
  for (const { programs = {} } of settings) {
    for (const [label, own] of Object.entries(programs)) {
      submissions[label] = { ...submissions[label], ...own };
    }
  }
  return Object.keys(submissions).length > 0 ? JSON.stringify({ submissions }, null, 2) : undefined;
}

/** An empty record without a prototype: a label may be "__proto__". */
function labelled(): Record<string, Record<string, object>> {
  return Object.create(null);
}

/** A setting as an object; `lab.json` lines may have no braces around them. */
function parsed(lab: string): Record<string, object> {
  try {
    return JSON.parse(lab.trim().startsWith("{") ? lab : `{${lab}}`);
  } catch {
    return {};
  }
}
