/**
 * The last sections of the class's page: which files were not read for which reason, and
 * what the verdicts depended on.
 *
 * @module
 */
import { escapeText } from "../../../terminal/show.ts";
import { byReason, type ClassFiles, filesSentence, type NotRead } from "../graded/class_files.ts";
import { type GradingRecord, recordLines } from "../../results/record.ts";
import { type Markup, markup } from "./markup.ts";

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
    } <span class="soft">(${files.length})</span></summary><ul class="plain">${
      files.map((file) => markup`<li>${escapeText(file)}</li>`)
    }</ul></details>`
  );
}
