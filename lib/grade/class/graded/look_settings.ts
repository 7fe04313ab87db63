/**
 * What settles a class's looks: an installation or a setting for each cause, offered once for
 * all submissions that have this cause.
 *
 * @module
 */
import { joinWords } from "../../../cli/shell_words.ts";
import type { Answer, LookCause } from "../../results/results.ts";
import type { CommonFault } from "./common_faults.ts";
import type { GradedSubmission } from "./graded_submission.ts";

/** What settles the looks of one cause. */
export interface LookSetting {
  /** The command that installs what is missing. */
  install?: string;
  /** Whom to grade again after the installation: the words after `--fresh`. */
  fresh?: string;
  /** Lines for the class's lab file, where the programs have to be named. */
  lab?: string;
}

/** Before any installation: a hostile student may publish a package and ask for it. */
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
/** Sentences of looks that a launch command of a person settles. */
const WANTS_COMMAND = /lab\.json|cannot be (?:asked|run)|does not listen|not start/;
const PLACEHOLDER = "THE COMMAND {port}";

/** What a look waits for; undefined if neither an installation nor a setting settles it. */
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
  const own = new Map<string, object>(); // a label may be "__proto__"
  for (const { place, cause } of causes) {
    if (cause.lab === undefined || install !== undefined) continue;
    own.set(labels[place], { ...own.get(labels[place]), ...parsed(cause.lab) });
  }
  return {
    ...install !== undefined && {
      install,
      fresh: joinWords(places.map((place) => labels[place])),
    },
    ...own.size > 0 &&
      { lab: JSON.stringify({ submissions: Object.fromEntries(own) }, null, 2) },
  };
}

/** A setting as an object; `lab.json` lines may have no braces around them. */
function parsed(lab: string): object {
  try {
    return JSON.parse(lab.trim().startsWith("{") ? lab : `{${lab}}`);
  } catch {
    return {};
  }
}
