/**
 * The last lines of grading a class.
 *
 * @module
 */
import { escapeText } from "../../terminal/show.ts";
import type { ClassOutcome } from "./outputs.ts";
import { byReason, filesSentence } from "./graded/handed_in.ts";
import { showNames } from "./intake/contents.ts";
import { commonLooks, spreadOf } from "./graded/statistics.ts";
import { INSTALL_WARNING, settingFor } from "./graded/look_settings.ts";
import { type GradedSubmission, lookReason, waitsForMarks } from "./graded/graded_submission.ts";

const COLUMNS = 80;
/** Files or students of one reason; the page and `results.json` name all of them. */
const MAX_SHOWN = 10;

/** What the summary says beside the results. */
export interface About {
  /** How long it took. */
  seconds: number;
  /** Where the files are. */
  outFolder: string;
  /** Their names. */
  files: readonly string[];
  /** Notes for the instructor, a sentence each. */
  notes: readonly string[];
}

/** The last lines. */
export function showSummary(outcome: ClassOutcome, about: About): string[] {
  const { results, submissions, handedIn } = outcome;
  const { seconds, outFolder, files, notes } = about;
  const { graded, look, mean, median } = spreadOf(results);
  const stopped = handedIn - results.length;
  const reasons = (fits: (result: GradedSubmission) => boolean) =>
    byReason(
      results.flatMap((result, i) =>
        fits(result) ? [{ why: lookReason(result), file: submissions[i].label }] : []
      ),
    );
  const toMark = results.filter(waitsForMarks).length;
  const wantsLook = reasons((result) => result.state === "look" && !waitsForMarks(result));
  const looks = [
    ...wantsLook.map(({ why, files }) => `Wants a look: ${showNames(files, MAX_SHOWN)}: ${why}`),
    ...reasons(waitsForMarks).map(({ why, files }) =>
      `Waits for marks by hand: ${showNames(files, MAX_SHOWN)}: ${why}`
    ),
  ];
  return [
    "",
    `${results.length} of ${handedIn} submissions in ${seconds.toFixed(0)} s: ${graded} graded, ` +
    `${look - toMark} want${look - toMark === 1 ? "s" : ""} a look${
      toMark === 0 ? "" : `, ${toMark} wait${toMark === 1 ? "s" : ""} for marks by hand`
    }.`,
    ...mean === undefined ? [] : [
      `Marks of a hundred: mean ${mean.toFixed(1)}, median ${median!.toFixed(1)}.`,
    ],
    ...looks,
    ...settings(outcome),
    ...notes,
    filesSentence(outcome.files),
    ...byReason(outcome.files.notRead).map(({ why, files }) =>
      `Not read, because ${why}: ${showNames(files, MAX_SHOWN)}`
    ),
    ...byReason(outcome.files.leftOut).map(({ why, files }) =>
      `Not unpacked, because ${why}: ${showNames(files, MAX_SHOWN)}`
    ),
    `Written to ${outFolder}: ${files.join(", ")}`,
    ...stopped > 0
      ? [`Stopped; ${stopped} are not graded yet. The same command goes on from there.`]
      : [],
  ].flatMap((line) => wrap(escapeText(line)));
}

/** What to install, once for all who need it, and for whom the lab file wants a line. */
function settings({ results, submissions, title }: ClassOutcome): string[] {
  const labels = submissions.map(({ label }) => label);
  const all = commonLooks(results).map((look) => ({ look, ...settingFor(look, results, labels) }));
  const installs = all.flatMap(({ look, install, fresh }) =>
    install === undefined ? [] : [
      `Settles ${look.places.length} (${look.label}): ${install}; then the same command with --fresh ${fresh}`,
    ]
  );
  const named = new Set(all.flatMap(({ programs = {} }) => Object.keys(programs)));
  return [
    ...installs.length === 0 ? [] : [INSTALL_WARNING, ...installs],
    ...named.size === 0 ? [] : [
      `Settles ${named.size}: the page has lines for ${title}.lab.json beside the class, to be completed`,
    ],
  ];
}

/** Breaks a line at blanks; the following lines are indented. */
function wrap(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while ([...rest].length > COLUMNS) {
    const at = rest.lastIndexOf(" ", COLUMNS);
    const blank = at > 4 ? at : rest.indexOf(" ", COLUMNS);
    if (blank < 0) break;
    lines.push(rest.slice(0, blank));
    rest = `  ${rest.slice(blank + 1)}`;
  }
  return [...lines, rest];
}
