/**
 * What settles a class's looks: an installation or a setting for each cause, offered once for
 * all submissions that have this cause.
 *
 * @module
 */
import { joinWords } from "../../../cli/shell_words.ts";
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
