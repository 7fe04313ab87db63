/**
 * The parts of the class's page around the students: the pictures of marks, questions and faults; what
 * settles the looks; which files were not read for which reason; and what the verdicts depended on.
 *
 * @module
 */
import { questionsOf, questionTitle } from "../../results/questions.ts";
import { counted, type Verdict, VERDICT_WORDS } from "../../results/results.ts";
import {
  type CommonFault,
  INSTALL_WARNING,
  labFileFor,
  settingFor,
  type Spread,
} from "../graded/statistics.ts";
import { type GradedSubmission, labAnswersOf } from "../graded/graded_submission.ts";
import { copied, Markup, markup, plainList } from "./markup.ts";
import { escapeText } from "../../../terminal/show.ts";
import { byReason, type ClassFiles, filesSentence, type NotRead } from "../graded/handed_in.ts";
import { type GradingRecord, recordLines } from "../../results/result_files.ts";

const MAX_FAULTS = 6;
/** The group of the looks by cause. */
export const LOOKS = "l";
const BAR_ORDER: readonly Verdict[] = ["right", "part", "wrong", "absent", "look", "not run"];
const WIDTH = 320;
const HEIGHT = 210;
const FLOOR = 188;
const TALLEST = 164;

/** A histogram of the marks: a column for each ten percent. */
export function spreadPicture({ tens, tensLook, median }: Spread): Markup {
  const most = Math.max(1, ...tens.map((count, i) => count + tensLook[i]));
  const wide = WIDTH / 10;
  const columns = tens.map((count, i) => {
    const high = count / most * TALLEST;
    const highLook = tensLook[i] / most * TALLEST;
    const x = i * wide + 2;
    const top = FLOOR - high - highLook;
    const all = count + tensLook[i];
    return markup`
      <rect fill="var(--bar)" x="${x}" y="${FLOOR - high}" width="${
      wide - 4
    }" height="${high}" rx="2"/>
      <rect fill="var(--look-bar)" x="${x}" y="${top}" width="${
      wide - 4
    }" height="${highLook}" rx="2"/>
      <text class="count" x="${x + wide / 2 - 2}" y="${top - 4}" text-anchor="middle">${
      all || ""
    }</text>
      <text x="${x + wide / 2 - 2}" y="${FLOOR + 14}" text-anchor="middle">${i * 10}${
      i === 9 ? "+" : ""
    }</text>`;
  });
  const middle = median === undefined ? "" : markup`
      <path class="median" d="M${median / 100 * WIDTH} 8V${FLOOR}" stroke-dasharray="3 3"/>`;
  const spoken = tens.map((count, i) =>
    `${i * 10} to ${i === 9 ? 100 : i * 10 + 9}: ${count + tensLook[i]}`
  ).join(", ");
  return markup`
  <figure class="card">
    <figcaption>The spread of marks <small>students by marks in a hundred${
    median === undefined ? "" : "; the broken line is the median"
  }${
    tensLook.some(Boolean) ? markup`; violet: marks so far, since a person has to look` : ""
  }</small></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Students by marks: ${spoken}">
      <path class="axis" d="M0 ${FLOOR}H${WIDTH}"/>${columns}${middle}
    </svg>
  </figure>`;
}

/** A bar for each question: the share of each verdict. */
export function questionsPicture(results: readonly GradedSubmission[]): Markup {
  const answers = labAnswersOf(results);
  const bars = questionsOf(answers).map((question) => {
    let x = 0;
    const counts = BAR_ORDER.map((verdict) => ({
      verdict,
      count: results.filter(({ questions }) => questions[question].verdict === verdict).length,
    }));
    const parts = counts.map(({ verdict, count }) => {
      const width = count / Math.max(1, results.length) * 100;
      const part = markup`<rect fill="var(--${
        verdict.replace(" ", "-")
      }-bar)" x="${x}%" width="${width}%" height="100%"><title>${
        VERDICT_WORDS[verdict]
      }: ${count}</title></rect>`;
      x += width;
      return count > 0 ? part : "";
    });
    const spoken = counts.filter(({ count }) => count > 0)
      .map(({ verdict, count }) => `${count} ${VERDICT_WORDS[verdict]}`).join(", ");
    const right = counts.find(({ verdict }) => verdict === "right")!.count;
    return markup`
      <li title="${questionTitle(question, answers)}"><span>${
      shortName(question)
    }</span><svg role="img" aria-label="${question}: ${spoken}">${parts}</svg><span>${right} right</span></li>`;
  });
  return markup`
  <figure class="card">
    <figcaption>The questions <small>all students, by verdict</small></figcaption>
    <ol class="bars">${bars}
    </ol>
  </figure>`;
}

/** The commonest faults, or all looks; each button shows the students who have it. */
export function faultsPicture(
  title: string,
  about: string,
  faults: readonly CommonFault[],
  id: string,
  fill: "wrong" | "part" | "look",
): Markup {
  const most = Math.max(1, ...faults.map(({ places }) => places.length));
  const items = shownFaults(faults, id).map(({ questions, label, places }, i) =>
    markup`
      <li><button type="button" data-fault="${id}${i}" aria-pressed="false"><span>${
      questions.map((question) => markup`<strong>${shortName(question)}</strong> `)
    }${label}</span><b>${places.length}<span class="sr"> students</span></b><svg aria-hidden="true"><rect fill="var(--mark)" width="100%" height="100%"/><rect fill="var(--${fill}-bar)" width="${
      places.length / most * 100
    }%" height="100%"/></svg></button></li>`
  );
  return markup`
  <figure class="card">
    <figcaption>${title} <small>${about}</small></figcaption>
    ${
    items.length > 0
      ? markup`<ol class="faults">${items}
    </ol>`
      : markup`<p class="soft">None.</p>`
  }
  </figure>`;
}

/** The ids of the buttons of {@linkcode faultsPicture} that show a student. */
export function faultIds(faults: readonly CommonFault[], id: string, runner: number): string[] {
  return shownFaults(faults, id).flatMap(({ places }, i) =>
    places.includes(runner) ? [`${id}${i}`] : []
  );
}

/** The commonest faults and remarks; of the looks (`l`) every cause, since each has to be decided. */
function shownFaults(faults: readonly CommonFault[], id: string): readonly CommonFault[] {
  return id === LOOKS ? faults : faults.slice(0, MAX_FAULTS);
}

/** The short name of a question, for the head of a column. */
export function shortName(question: string): string {
  return question.replace("3-client", "c");
}

/** The section on what settles the looks; empty if no installation and no setting does. */
export function settingsSection(
  looks: readonly CommonFault[],
  results: readonly GradedSubmission[],
  labels: readonly string[],
  title: string,
): Markup {
  const settings = looks.map((look) => settingFor(look, results, labels));
  const items = looks.flatMap((look, i) => {
    const { install, fresh, programs } = settings[i];
    if (install === undefined && programs === undefined) return [];
    const count = counted(look.places.length, "student");
    return [
      markup`<li><p>${look.label} <span class="soft">(${count})</span></p>${
        install === undefined
          ? markup`<p class="soft">Complete the lines below: ${
            Object.keys(programs!).join("; ")
          }</p>`
          : markup`${
            copied(install, "plain")
          }<p class="soft">Then run the same command, and add:</p>${
            copied(`--fresh ${fresh}`, "plain")
          }`
      }</li>`,
    ];
  });
  if (items.length === 0) return new Markup("");
  const installs = settings.some(({ install }) => install !== undefined);
  const lab = labFileFor(settings);
  return markup`<section class="card files" aria-labelledby="settings-title">
  <h2 id="settings-title">What settles the looks</h2>
  ${installs ? markup`<p class="soft">${INSTALL_WARNING}</p>` : ""}
  <ol class="settings" id="settings">${items}</ol>
  ${
    lab === undefined
      ? ""
      : markup`<p id="lab-file">The file <code>${title}.lab.json</code> beside the class: complete its commands, then run the same command again. If the file is there already, add the names to its "submissions".</p>${
        copied(lab, "plain")
      }`
  }
</section>`;
}

/** The section on the files of the class. */
export function filesSection(files: ClassFiles): Markup {
  const { toRead, notRead, leftOut } = files;
  const kept = toRead.map((file) => ({ file, why: "documents are for you to read" }));
  return markup`<section class="card files" aria-labelledby="files-title">
  <h2 id="files-title">Files</h2>
  <p>${filesSentence(files)}</p>
  ${reasons("Kept, because", kept)}${reasons("Not read, because", notRead)}${
    reasons("Not unpacked, because", leftOut)
  }
</section>`;
}

/** What the verdicts depended on: versions, rubric, lab and seed. */
export function recordSection(record: GradingRecord): Markup {
  return markup`<section class="card files" aria-labelledby="record-title">
  <h2 id="record-title">Record</h2>
  <ul class="plain" id="record">${
    recordLines(record).map((line) => markup`<li>${escapeText(line)}</li>`)
  }</ul>
</section>`;
}

function reasons(title: string, files: readonly NotRead[]): Markup[] {
  return byReason(files).map(({ why, files }) =>
    markup`<details><summary>${title} ${
      escapeText(why)
    } <span class="soft">(${files.length})</span></summary>${
      plainList(files.map(escapeText))
    }</details>`
  );
}
