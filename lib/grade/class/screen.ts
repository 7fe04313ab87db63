/**
 * What a person sees of a class: a line for each submission, on a terminal one more line with the
 * submissions under way and an estimate of the remaining time, and a summary.
 *
 * @module
 */
import type { BlockingOutput } from "../../terminal/blocking_output.ts";
import { escapeText } from "../../terminal/show.ts";
import { utf8Bytes } from "../../wire/text.ts";
import { type GradedSubmission, lookReason, waitsForMarks } from "./graded/graded_submission.ts";
import { counted, showMarks } from "../results/results.ts";
import type { Submission } from "./intake/submissions.ts";
import type { ClassOutcome } from "./outputs.ts";
import { byReason, filesSentence, type NotRead } from "./graded/handed_in.ts";
import { showNames } from "./intake/contents.ts";
import { commonLooks, INSTALL_WARNING, settingFor, spreadOf } from "./graded/statistics.ts";

const COLUMNS = 80;
const REDRAW_MS = 1_000;
const ERASE_LINE = "\r\x1b[K";
/** An estimate needs this many graded submissions. */
const ESTIMATE_FROM = 3;
const NO_COLUMN = /^\p{M}$/u;
const TWO_COLUMNS =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Text cut to a number of terminal columns, its control characters escaped. */
export function fit(text: string, columns: number = COLUMNS): string {
  let width = 0;
  let kept = "";
  let short = "";
  for (const char of escapeText(text)) {
    width += NO_COLUMN.test(char) ? 0 : TWO_COLUMNS.test(char) ? 2 : 1;
    if (width > columns) return `${short}…`;
    kept += char;
    if (width < columns) short = kept;
  }
  return kept;
}

/** A result as a person reads it: with the gradebook's dates and the decisions of a person. */
export type Decided = (submission: Submission, result: GradedSubmission) => GradedSubmission;

/** Shows the progress. */
export class Progress {
  #done = 0;
  #graded = 0;
  #running = new Set<Submission>();
  #since = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Starts to redraw the status.
   *
   * @param status The terminal on which the status is redrawn, if there is one.
   */
  constructor(
    private readonly out: BlockingOutput,
    private readonly status: BlockingOutput | undefined,
    private readonly total: number,
    private readonly decided: Decided,
  ) {
    if (status) this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  start(submission: Submission): void {
    this.#running.add(submission);
    this.#draw();
  }

  /** Removes a submission whose verdicts are confirmed later. */
  suspend(submission: Submission): void {
    this.#running.delete(submission);
    this.#draw();
  }

  /** Prints one line for the submissions whose results an earlier run has stored. */
  skip(count: number): void {
    if (count === 0) return;
    this.#done += count;
    this.out.line(`${this.#count()} graded in an earlier run; their results are kept`);
    this.out.flush();
  }

  /** Prints the line of a submission. */
  finish(submission: Submission, result: GradedSubmission): void {
    const { state, why, marks, max } = this.decided(submission, result);
    this.#running.delete(submission);
    this.#done++;
    this.#graded++;
    const outcome = state === "look"
      ? `wants a look: ${why}`
      : `${showMarks(marks)} of ${showMarks(max)}`;
    this.#show(ERASE_LINE);
    this.out.line(fit(`${this.#count()} ${fit(submission.label, 30)}: ${outcome}`));
    this.out.flush();
    this.#draw();
  }

  /** Removes the status line. */
  end(): void {
    clearInterval(this.#timer);
    this.#show(ERASE_LINE);
  }

  #draw(): void {
    const [first, second, ...others] = this.#running;
    if (first === undefined) return;
    const names = [first, second].flatMap((one) => one ? [fit(one.label, 14)] : []).join(", ");
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    const status =
      `${this.#done} of ${this.total} done${this.#estimate()}; grading ${names}${more}`;
    this.#show(ERASE_LINE + fit(status, COLUMNS - 1));
  }

  /** How many of all are done: `[ 7/45]`. */
  #count(): string {
    return `[${String(this.#done).padStart(String(this.total).length)}/${this.total}]`;
  }

  /** Estimates the remaining time by the pace of this run. */
  #estimate(): string {
    if (this.#graded < ESTIMATE_FROM) return "";
    const seconds = (performance.now() - this.#since) / 1000;
    const left = Math.ceil(seconds / this.#graded * (this.total - this.#done));
    return left < 100 ? `, about ${left} s left` : `, about ${Math.round(left / 60)} min left`;
  }

  #show(text: string): void {
    if (!this.status) return;
    this.status.buffer.append(utf8Bytes(text));
    this.status.flush();
  }
}

/** The most files or students that are named for one reason; the page names all of them. */
const MAX_SHOWN = 10;

/** What the summary says beside the results. */
export interface About {
  seconds: number;
  outFolder: string;
  files: readonly string[];
  notes: readonly string[];
}

/** The last lines. */
export function showSummary(outcome: ClassOutcome, about: About): string[] {
  const { results, submissions, handedIn } = outcome;
  const { seconds, outFolder, files, notes } = about;
  const { toRead } = outcome.files;
  const { graded, look, mean, median } = spreadOf(results);
  const stopped = handedIn - results.length;
  const lookLines = (what: string, fits: (result: GradedSubmission) => boolean) => {
    const looks = results.flatMap((result, i) =>
      fits(result) ? [{ why: lookReason(result), file: submissions[i].label }] : []
    );
    return byReason(looks).map(({ why, files }) =>
      `${what}: ${showNames(files, MAX_SHOWN)}: ${why}`
    );
  };
  const fileLines = (what: string, files: readonly NotRead[]) =>
    byReason(files).map(({ why, files }) =>
      `${what}, because ${why}: ${showNames(files, MAX_SHOWN)}`
    );
  const toMark = results.filter(waitsForMarks).length;
  return [
    "",
    `${results.length} of ${handedIn} submissions in ${seconds.toFixed(0)} s: ${graded} graded, ` +
    `${look - toMark} want${look - toMark === 1 ? "s" : ""} a look${
      toMark === 0 ? "" : `, ${toMark} wait${toMark === 1 ? "s" : ""} for marks by hand`
    }.`,
    ...mean === undefined ? [] : [
      `Marks of a hundred (of the ${graded} graded): mean ${mean.toFixed(1)}, ` +
      `median ${median!.toFixed(1)}.`,
    ],
    ...lookLines("Wants a look", (one) => one.state === "look" && !waitsForMarks(one)),
    ...lookLines("Waits for marks by hand", waitsForMarks),
    ...settings(outcome),
    ...notes,
    filesSentence(outcome.files),
    ...toRead.length === 0 ? [] : [`For you to read: ${showNames(toRead)}`],
    ...fileLines("Not read", outcome.files.notRead),
    ...fileLines("Not unpacked", outcome.files.leftOut),
    `Written to ${outFolder}: ${files.join(", ")}`,
    ...stopped > 0
      ? [`Stopped; ${stopped} are not graded yet. The same command goes on from there.`]
      : [],
  ].flatMap((line) => wrap(escapeText(line)));
}

/** The installations and the lab file settings that settle looks. */
function settings({ results, submissions, title }: ClassOutcome): string[] {
  const labels = submissions.map(({ label }) => label);
  const all = commonLooks(results).map((look) => ({ look, ...settingFor(look, results, labels) }));
  const installs = all.flatMap(({ look, install, fresh }) =>
    install === undefined ? [] : [
      `Settles the looks of ${
        counted(look.places.length, "student")
      } (${look.label}): ${install}; then the same command with --fresh ${fresh}`,
    ]
  );
  const named = new Set(all.flatMap(({ programs = {} }) => Object.keys(programs)));
  return [
    ...installs.length === 0 ? [] : [INSTALL_WARNING, ...installs],
    ...named.size === 0 ? [] : [
      `Settles the looks of ${counted(named.size, "student")} (${
        showNames([...named], MAX_SHOWN)
      }): ` +
      `the page has lines for ${title}.lab.json beside the class, to be completed`,
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
