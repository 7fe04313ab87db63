/**
 * The account of the files on the class's page: how many were graded, and which were not
 * read for which reason.
 *
 * @module
 */
import { escapeText } from "../../../terminal/show.ts";
import { byReason, type ClassFiles, filesSentence, type NotRead } from "../graded/class_files.ts";
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

function reasons(title: string, files: readonly NotRead[]): Markup[] {
  return byReason(files).map(({ why, files }) =>
    markup`<details><summary>${title} ${
      escapeText(why)
    } <span class="soft">(${files.length})</span></summary><ul class="plain">${
      files.map((file) => markup`<li>${escapeText(file)}</li>`)
    }</ul></details>`
  );
}
