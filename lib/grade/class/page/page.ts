/**
 * The page of a class: one HTML file that loads no other file.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { LabAnswers } from "../../results/answer_texts.ts";
import { questionsOf, questionTitle } from "../../results/questions.ts";
import { DEFAULT_RUBRIC, type Rubric } from "../../results/rubric.ts";
import { VERDICT_WORDS, VERDICTS } from "../../results/results.ts";
import {
  type CommonFault,
  commonFaults,
  commonLooks,
  commonRemarks,
  isFault,
  spreadOf,
} from "../graded/statistics.ts";
import { type ClassFiles, PLAIN_LETTERS } from "../graded/handed_in.ts";
import { type GradedSubmission, labAnswersOf, waitsForMarks } from "../graded/graded_submission.ts";
import type { GradingRecord } from "../../results/result_files.ts";
import {
  faultIds,
  faultsPicture,
  filesSection,
  LOOKS,
  questionsPicture,
  recordSection,
  settingsSection,
  shortName,
  spreadPicture,
} from "./page_parts.ts";
import { Markup, markup } from "./markup.ts";
import { chip, type Links, studentDetails, studentRow } from "./page_student.ts";

/** What the page shows. */
export interface PageContent {
  title: string;
  results: readonly GradedSubmission[];
  /** The names; equal names have a number or file name added. In the same order. */
  labels: readonly string[];
  /** Where each student's files are, in the same order. */
  links: readonly Links[];
  /** The number of submissions; larger than the number of results after a stop. */
  handedIn: number;
  files?: ClassFiles;
  /** The decisions that are known, as they are in the file beside the class. */
  decisions?: readonly unknown[];
  record?: GradingRecord;
  date: Date;
}

/** Faults, remarks and looks that students share, by the ids of their pictures. */
type Groups = Record<"f" | "r" | typeof LOOKS, CommonFault[]>;

/** `index.html`. */
export async function classPage(content: PageContent): Promise<string> {
  const { title, results, handedIn, date } = content;
  const [css, ...scripts] = await Promise.all(["page.css", "page.js", "decide.js"].map(ownFile));
  const letters = `"use strict";\nconst PLAIN_LETTERS = ${JSON.stringify(PLAIN_LETTERS)};`;
  const code = [letters, ...scripts].join("\n");
  const [style, script] = [hashOf(css), hashOf(code)];
  const groups = {
    f: commonFaults(results),
    r: commonRemarks(results),
    [LOOKS]: commonLooks(results),
  };
  const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '${style}'; script-src '${script}'; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>${title}: ${results.length} submissions</title>
<style>${new Markup(css)}</style>
</head>
<body>
<a class="skip" href="#students">Skip to the students</a>
<header class="top">
  <div>
    <h1>${title}</h1>
    <p class="soft">Networks lab, ${results.length} submissions, graded on <time datetime="${date.toISOString()}">${
    date.toLocaleDateString("en-GB", { dateStyle: "long" })
  }</time></p>
  </div>
  ${figures(results)}
</header>
${
    handedIn > results.length
      ? markup`<p class="notice">Stopped after ${results.length} of ${handedIn} submissions. The same command goes on from there.</p>`
      : ""
  }
<main>
<div class="pictures">${pictures(results, groups)}
</div>
${settingsSection(groups[LOOKS], results, content.labels, title)}
${studentsSection(content, groups)}
${content.files === undefined ? "" : filesSection(content.files)}
${content.record === undefined ? "" : recordSection(content.record)}
</main>
<footer>What a student's programs said is shown with control characters escaped; nothing on this page is loaded from elsewhere.</footer>
<script>${new Markup(code)}</script>
</body>
</html>
`;
  return page.text;
}

function pictures(results: readonly GradedSubmission[], groups: Groups): Markup[] {
  const { f: faults, r: remarks, [LOOKS]: looks } = groups;
  const [whose, who] = ["choose one to see whose", "choose one to see who has it"];
  const about = "they explain; see the rubric for their marks";
  return [
    ...looks.length === 0
      ? []
      : [faultsPicture("What wants a look, by cause", whose, looks, LOOKS, "look")],
    spreadPicture(spreadOf(results)),
    questionsPicture(results),
    faultsPicture("The commonest faults", who, faults, "f", "wrong"),
    faultsPicture("The commonest remarks", about, remarks, "r", "part"),
  ];
}

function studentsSection(
  { title, results, labels, links, decisions = [], record }: PageContent,
  groups: Groups,
): Markup {
  const rubric = record?.rubric.content ?? DEFAULT_RUBRIC;
  const order = results.map((result, i) => ({ result, i }))
    .toSorted((a, b) => Number(b.result.state === "look") - Number(a.result.state === "look"));
  const rows = order.map(({ result, i }) => {
    const distinct = labels[i].slice(result.name.length).trim();
    const kinds = [
      ...kindsOf(result),
      ...Object.entries(groups).flatMap(([id, group]) => faultIds(group, id, i)),
    ];
    return studentRow(result, `s${i + 1}`, kinds, distinct, rubric);
  });
  return markup`<section id="students" aria-labelledby="students-title">
  <h2 id="students-title">Students</h2>
  ${controls()}
  ${deciding(title, decisions, rubric)}
  <ul class="legend" aria-label="What the letters mean">${
    VERDICTS.map((verdict) => markup`<li>${chip(verdict)} ${VERDICT_WORDS[verdict]}</li>`)
  }</ul>
  <div class="master">
    <div class="wrap card" role="region" aria-label="Students by questions" tabindex="0">
    <table class="grid">
    <caption class="sr">Students by questions; choose a name to see the details</caption>
    <thead><tr>${heads(labAnswersOf(results))}</tr></thead>
    <tbody>${rows}
    </tbody>
    </table>
    </div>
    <div class="details">
  <div class="step"><button type="button" id="previous" title="key p">Previous</button><a class="back" href="#students">All students</a><button type="button" id="next" title="key n; key l: the next that wants a look">Next</button></div>${
    results.map((result, i) => studentDetails(result, `s${i + 1}`, links[i], labels[i], rubric))
  }
    </div>
  </div>
</section>`;
}

function figures(results: readonly GradedSubmission[]): Markup {
  const { graded, look, mean, median } = spreadOf(results);
  const perfect =
    results.filter(({ questions }) =>
      Object.values(questions).every(({ verdict }) => verdict === "right")
    )
      .length;
  const toMark = results.filter(waitsForMarks).length;
  const looks = look - toMark;
  const shown: [string, string | number, string][] = [
    [looks === 1 ? "wants a look" : "want a look", looks, "look"],
    ...toMark === 0 ? [] : [["to mark", toMark, ""] as [string, number, string]],
    ["graded", graded, ""],
    ["all right", perfect, ""],
    ["median", median === undefined ? "–" : median.toFixed(1), ""],
    ["mean", mean === undefined ? "–" : mean.toFixed(1), ""],
  ];
  return markup`<dl class="figures">${
    shown.map(([what, value, kind]) =>
      markup`<div class="${kind}"><dt>${what}</dt><dd>${value}</dd></div>`
    )
  }</dl>`;
}

function controls(): Markup {
  return markup`<div class="controls">
    <label><span class="sr">Find a student</span><input type="search" id="find" placeholder="Find a student"></label>
    <label>Show <select id="kind">
      <option value="">all</option>
      <option value="look">who wants a look</option>
      <option value="fault">who has a fault</option>
      <option value="right">who has all right</option>
      <option value="remark">who has remarks</option>
      <option value="attempt">who tried what the sandbox refused</option>
    </select></label>
    <label><input type="checkbox" id="look-first" checked> Wants a look first</label>
    <button type="button" id="all">Show all</button>
    <span class="soft keys">Keys: <kbd>n</kbd> next, <kbd>p</kbd> previous, <kbd>l</kbd> next look, <kbd>d</kbd> decide</span>
    <output id="count" role="status"></output>
  </div>`;
}

/** The count of open looks, the button that saves, and the form that decide.js copies. */
function deciding(title: string, decisions: readonly unknown[], { late }: Rubric): Markup {
  const file = `${title}.decisions.csv`;
  return markup`<div class="deciding" id="deciding" data-file="${file}" data-per-day="${late.perDay}" data-cap="${late.cap}" data-decisions="${
    JSON.stringify(decisions)
  }"><output id="left" role="status"></output><button type="button" id="save">Save decisions</button><span class="soft">Put the file beside the class, then run the same command again.</span>
  <template id="decide-form"><form><label>Marks <input name="points" required></label><label>Sentence for the student <input name="sentence" list="sentences" autocomplete="off"></label><label class="also"><input type="checkbox" name="also"> <span></span></label><button>Decide</button><button type="button" name="cancel">Cancel</button><button type="button" name="none">Take back</button></form></template><datalist id="sentences"></datalist></div>`;
}

function heads(answers: LabAnswers | undefined): Markup[] {
  const head = (kind: string, short: string, long: string) =>
    markup`<th class="${kind}" scope="col" aria-sort="none"><button type="button" title="${long}">${short}<span class="sr">, ${long}</span></button></th>`;
  return [
    head("who", "Student", "sort by name"),
    head("marks", "Marks", "sort by marks"),
    ...questionsOf(answers).map((question) =>
      head("q", shortName(question), `${question}: ${questionTitle(question, answers)}`)
    ),
    head("more", "Remarks", "sort by the number of remarks"),
  ];
}

/** The filters that show a row. */
function kindsOf({ state, questions, remarks, attempts }: GradedSubmission): string[] {
  const answers = Object.values(questions);
  return [
    ...state === "look" ? ["look"] : [],
    ...answers.some(isFault) ? ["fault"] : [],
    ...answers.every(({ verdict }) => verdict === "right") ? ["right"] : [],
    ...remarks.length > 0 ? ["remark"] : [],
    ...attempts.length > 0 ? ["attempt"] : [],
  ];
}

async function ownFile(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, import.meta.url));
}

/** The hash of a style or a script for the content security policy. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
