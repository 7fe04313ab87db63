/**
 * The last sections of the class's page: what settles the looks, which files were not read for which
 * reason, and what the verdicts depended on.
 *
 * @module
 */
import { type CommonFault, INSTALL_WARNING, labFileFor, settingFor } from "../graded/statistics.ts";
import type { GradedSubmission } from "../graded/graded_submission.ts";
import { Markup, markup, plainList } from "./markup.ts";
import { escapeText } from "../../../terminal/show.ts";
import { byReason, type ClassFiles, filesSentence, type NotRead } from "../graded/handed_in.ts";
import { type GradingRecord, recordLines } from "../../results/record.ts";

/** The section; empty if neither an installation nor a setting helps. */
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
    const count = `${look.places.length} student${look.places.length === 1 ? "" : "s"}`;
    return [
      markup`<li><p>${look.label} <span class="soft">(${count})</span></p>${
        install === undefined
          ? markup`<p class="soft">Complete the lines below: ${
            Object.keys(programs!).join("; ")
          }</p>`
          : markup`${copied(install)}<p class="soft">Then run the same command, and add:</p>${
            copied(`--fresh ${fresh}`)
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
        copied(lab)
      }`
  }
</section>`;
}

function copied(text: string): Markup {
  return markup`<div class="again"><code class="plain">${text}</code><button type="button">Copy</button></div>`;
}

/** The section; it is open if a file was not read. */
export function filesSection(files: ClassFiles): Markup {
  const { notRead, leftOut } = files;
  return markup`<section class="card files" aria-labelledby="files-title">
  <h2 id="files-title">Files</h2>
  <p>${filesSentence(files)}</p>
  ${reasons("Not read, because", notRead)}${reasons("Not unpacked, because", leftOut)}
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
