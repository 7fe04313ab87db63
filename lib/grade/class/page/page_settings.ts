/**
 * What settles the looks, on the class's page: one installation or setting for each cause.
 *
 * @module
 */
import type { CommonFault } from "../graded/common_faults.ts";
import type { GradedSubmission } from "../graded/graded_submission.ts";
import { INSTALL_WARNING, settingFor } from "../graded/look_settings.ts";
import { Markup, markup } from "./markup.ts";

/** The section; empty if no cause can be settled so. */
export function settingsSection(
  looks: readonly CommonFault[],
  results: readonly GradedSubmission[],
  labels: readonly string[],
  title: string,
): Markup {
  const file = `${title.replace(/\.zip$/i, "")}.lab.json`;
  let installs = false;
  const items = looks.flatMap((look) => {
    const { install, fresh, lab } = settingFor(look, results, labels);
    if (install === undefined && lab === undefined) return [];
    const count = look.places.length;
    installs ||= install !== undefined;
    return [
      markup`<li><p>${look.label} <span class="soft">(${count} student${
        count === 1 ? "" : "s"
      })</span></p>${
        install === undefined
          ? ""
          : markup`${copied(install)}<p class="soft">Then run the same command, and add:</p>${
            copied(`--fresh ${fresh}`)
          }`
      }${
        lab === undefined
          ? ""
          : markup`<p class="soft">Complete these lines in ${file} beside the class, then run the same command:</p>${
            copied(lab)
          }`
      }</li>`,
    ];
  });
  return items.length === 0
    ? new Markup("")
    : markup`<section class="card files" aria-labelledby="settings-title">
  <h2 id="settings-title">What settles the looks</h2>
  ${
      installs
        ? markup`<p class="soft">${INSTALL_WARNING}</p>`
        : ""
    }<ol class="settings" id="settings">${items}</ol>
</section>`;
}

function copied(text: string): Markup {
  return markup`<div class="again"><code class="plain">${text}</code><button type="button">Copy</button></div>`;
}
