/**
 * What settles a class's looks: an installation or a setting for each cause, offered once for
 * all submissions that have this cause.
 *
 * @module
 */
import { joinWords } from "../../../cli/shell_words.ts";
import type { Answer, LookCause } from "../../results/results.ts";
import type { CommonFault } from "./statistics.ts";
import type { GradedSubmission } from "./graded_submission.ts";

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
/** How modules are installed, by the language of the program that needs them. */
const INSTALLERS: [ending: RegExp, command: string][] = [
  [/\.py$/i, "pip install"],
  [/\.(js|mjs|cjs|ts)$/i, "npm install --global"],
  [/\.rb$/i, "gem install"],
  [/\.go$/i, "go get"],
];
const MISSING_MODULE = /the (?:module|package) (\S+) is not installed here/;
/** Sentences of looks that a launch command in the lab file settles. */
const WANTS_COMMAND = /lab\.json|cannot be (?:asked|run)|does not listen|not start/;
const PLACEHOLDER = "THE COMMAND {port}";

/** The cause of a look; undefined if neither an installation nor a setting settles it. */
export function causeOf(result: GradedSubmission, { look, why }: Answer): LookCause | undefined {
  if (look) return look;
  const name = why.match(MISSING_MODULE)?.[1];
  if (name !== undefined) {
    const files = Object.values(result.programs).flatMap(({ files }) => files);
    const command = INSTALLERS.find(([ending]) => files.some((file) => ending.test(file)))?.[1];
    return { cause: why, ...command !== undefined && { install: `${command} ${name}` } };
  }
  const program = why.match(/\b(?:server|client)[12]?\b/)?.[0];
  if (program === undefined || !WANTS_COMMAND.test(why)) return undefined;
  const key = /\d$/.test(program) ? program : `${program}1`;
  return { cause: why, lab: JSON.stringify({ [key]: { run: PLACEHOLDER } }) };
}

/** What settles the looks of one cause, for all submissions that have it. */
export function settingFor(
  { places, questions }: CommonFault,
  results: readonly GradedSubmission[],
  labels: readonly string[],
): LookSetting {
  const causes = places.flatMap((place) =>
    questions.flatMap((question) => {
      const answer = results[place].questions[question];
      const cause = answer?.verdict === "look" ? causeOf(results[place], answer) : undefined;
      return cause ? [{ place, cause }] : [];
    })
  );
  const install = causes.find(({ cause }) => cause.install)?.cause.install;
  if (install !== undefined) {
    return { install, fresh: joinWords(places.map((place) => labels[place])) };
  }
  const programs = labelled();
  for (const { place, cause } of causes) {
    if (cause.lab === undefined) continue;
    programs[labels[place]] = { ...programs[labels[place]], ...parsed(cause.lab) };
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
