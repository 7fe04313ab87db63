/**
 * One student on the class's page: the row of the table, and the details.
 *
 * @module
 */
import { evidenceParts } from "../../results/quoted_text.ts";
import type { LabAnswers } from "../../results/answer_texts.ts";
import { type Question, questionsOf, questionTitle, remarkTitle } from "../../results/questions.ts";
import {
  type Answer,
  type Evidence,
  PROGRAM_NAMES,
  type Remark,
  showMarks,
  type Verdict,
  VERDICT_WORDS,
  VERDICTS,
} from "../../results/results.ts";
import { fold } from "../graded/handed_in.ts";
import { isFault } from "../graded/statistics.ts";
import {
  cut,
  type GradedSubmission,
  screenLines,
  waitsForMarks,
} from "../graded/graded_submission.ts";
import { byHand, DecideButtons, marksShown, showByHand, sumOfParts } from "./page_decide.ts";
import type { Rubric } from "../../results/rubric.ts";
import { copied, Markup, markup, plainList } from "./markup.ts";

const MAX_EVIDENCE_CHARS = 2_000;
/** The escapes that {@linkcode escapeText} writes for invisible characters. */
const ESCAPED = /(\\x[\da-f]{2}|\\u\{[\da-f]+\}|\\[nrt0])/gi;

/** Where a student's files are, relative to the page. */
export interface Links {
  feedback: string;
  /** What was handed in, as it was graded. */
  files?: string;
  /** Reports and other documents. */
  documents?: readonly { name: string; link: string }[];
  /** What the student wrote into the learning system's text field; empty if nothing. */
  message?: string;
}

/** A verdict as a letter on a colour. */
export function chip(verdict: Verdict): Markup {
  return markup`<span class="chip ${verdict.replace(" ", "-")}" aria-hidden="true">${
    verdict[0].toUpperCase()
  }</span>`;
}

/**
 * A student's row.
 *
 * @param id The details' id.
 * @param kinds The filters that show the row.
 * @param distinct A text that distinguishes students of the same name.
 */
export function studentRow(
  result: GradedSubmission,
  id: string,
  kinds: readonly string[],
  distinct: string,
  rubric: Rubric,
): Markup {
  const { name, source, state, marks, max, questions, remarks } = result;
  const look = state === "look";
  const percent = max === 0 ? 0 : marks / max * 100;
  const cells = questionsOf(result.answers).map((question) => {
    const { verdict, points, max } = questions[question];
    if (verdict === "look" && result.decidedTotal) {
      return markup`<td data-s="-1" title="${question}: decided with all"><span aria-hidden="true">–</span><span class="sr">decided with all</span></td>`;
    }
    const words = `${VERDICT_WORDS[verdict]}, ${marksShown(points, max, verdict)}`;
    return markup`<td data-s="${VERDICTS.indexOf(verdict)}" title="${question}: ${words}">${
      chip(verdict)
    }<span class="sr">${VERDICT_WORDS[verdict]}</span></td>`;
  });
  return markup`
    <tr data-id="${id}" data-look="${!look ? 0 : waitsForMarks(result) ? 1 : 2}" data-kinds="${
    kinds.join(" ")
  }" data-find="${
    fold(`${name} ${source}`)
  }"><th class="who" scope="row" data-s="${name}"><a href="#${id}" title="${name}">${name}</a>${
    distinct === "" ? "" : markup`<small title="${distinct}">${distinct}</small>`
  }</th><td class="marks" data-s="${percent}" data-max="${max}" data-sum="${
    sumOfParts(result, rubric)
  }" data-penalty="${result.late?.penalty ?? 0}">${
    look ? markup`<span class="sr">wants a look, so far </span>` : ""
  }${
    showMarks(marks)
  }<svg aria-hidden="true"><rect fill="var(--mark)" width="100%" height="100%"/><rect fill="var(--${
    look ? "look-bar" : "bar"
  })" width="${percent}%" height="100%"/></svg></td>${cells}<td class="more">${remarks.length}</td></tr>`;
}

type Asked = { question: Question; answer: Answer };

/** A student's details. */
export function studentDetails(
  result: GradedSubmission,
  id: string,
  links: Links,
  label: string,
  rubric: Rubric,
): Markup {
  const { name, source, state, why, marks, max, questions, remarks, attempts, seconds } = result;
  const asked = questionsOf(result.answers);
  const answers = asked.map((question) => ({ question, answer: questions[question] }));
  const having = (verdict: Verdict) => answers.filter(({ answer }) => answer.verdict === verdict);
  const looks = having("look");
  const buttons = new DecideButtons(result, label, rubric);
  const whole = (one: Asked) => showAnswer(one, buttons.question(one.question), result.answers);
  const short = (some: Asked[]) =>
    some.length === 0
      ? []
      : markup`<ul class="fine">${
        some.map((one) => fine(one, buttons.question(one.question), result.answers))
      }</ul>`;
  const sections: [title: string, content: Markup | readonly Markup[]][] = [
    ["For you to read", toRead(links)],
    ["To decide", looks.map(whole)],
    ["By hand", showByHand(result, buttons, rubric.late.perDay)],
    ["Not right", answers.filter(({ answer }) => isFault(answer)).map(whole)],
    ["Right", short(having("right"))],
    ["Not run", short(having("not run"))],
    [
      remarks.some(({ costs }) => costs) ? "Remarks" : "Remarks, without marks",
      remarks.map(showRemark),
    ],
    ["What the sandbox refused", attempts.length === 0 ? [] : plainList(attempts)],
    ["How it was started", showPrograms(result)],
  ];
  return markup`
  <article class="card" id="${id}"${
    looks.length === answers.length ? markup` data-whole` : ""
  } tabindex="-1" aria-labelledby="${id}-name">
    <h3 id="${id}-name">${name}</h3>
    <p class="meta"><b>${showMarks(marks)}</b> of ${showMarks(max)} marks${
    state === "look" ? " so far" : ""
  }${source === name ? "" : ` · ${source}`} · ${
    seconds.toFixed(1)
  } s · <a href="${links.feedback}">feedback</a>${
    links.files === undefined ? "" : markup` · <a href="${links.files}">files</a>`
  }</p>
    ${
    state === "look"
      ? markup`<p class="reason">${chip("look")} <strong>${
        waitsForMarks(result) ? "To mark" : "Wants a look"
      }:</strong> ${why}</p>`
      : ""
  }${result.decidedTotal ? "" : markup`<div>${buttons.all()}</div>`}
    ${sections.map(([title, content]) => block(title, content))}
  </article>`;
}

/** The student's message, and links to the documents. */
function toRead({ documents = [], message }: Links): Markup[] {
  const items = documents.map(({ name, link }) => markup`<li><a href="${link}">${name}</a></li>`);
  return [
    ...message ? [markup`<p class="message">The student's message: ${message}</p>`] : [],
    ...items.length > 0 ? [markup`<ul class="plain">${items}</ul>`] : [],
  ];
}

function block(title: string, content: Markup | readonly Markup[]): Markup {
  const empty = Array.isArray(content) && content.length === 0;
  return empty ? new Markup("") : markup`<h4>${title}</h4>${content}`;
}

function fine({ question, answer }: Asked, button: Markup | [], answers?: LabAnswers): Markup {
  return markup`<li>${chip(answer.verdict)}<span>${question}, ${
    questionTitle(question, answers)
  }</span> ${button}<span class="given">${marksShown(answer.points, answer.max)}${
    byHand(answer)
  }</span></li>`;
}

function showAnswer(
  { question, answer }: Asked,
  button: Markup | [],
  answers?: LabAnswers,
): Markup {
  const { verdict, why, points, max, evidence, again, look } = answer;
  return markup`<section class="answer"><header>${chip(verdict)}<strong>${question}, ${
    questionTitle(question, answers)
  }<span class="sr">: ${VERDICT_WORDS[verdict]}</span></strong><span class="given">${
    marksShown(points, max, verdict)
  }${byHand(answer)}</span></header>${
    why === "" && verdict === "look" ? "" : markup`<p>${why || VERDICT_WORDS[verdict]}</p>`
  }${look?.install ? markup`<p>It ${look.cause}, see "What settles the looks" above.</p>` : ""}${
    evidence.map(showEvidence)
  }${showAgain(again)}${button}</section>`;
}

function showRemark({ id, text, evidence, again, costs }: Remark): Markup {
  return markup`<section class="answer"><header><strong>${remarkTitle(id)}</strong>${
    costs === undefined ? "" : markup`<span>costs ${showMarks(costs)}</span>`
  }</header><p>${text}</p>${evidence.map(showEvidence)}${showAgain(again)}</section>`;
}

function showEvidence(evidence: Evidence): Markup {
  const rows = evidenceParts(evidence).map(({ part, label, text, hex }) => {
    const shown = showBytes(part === "shown" ? screenLines(text) : text);
    return markup`<dt>${label}</dt><dd class="bytes ${part}">${
      text === "" ? markup`<span class="soft">nothing</span>` : shown
    }${hex === "" ? "" : markup`<br><span class="soft">${hex}</span>`}</dd>`;
  });
  return rows.length === 0 ? new Markup("") : markup`<dl class="line">${rows}</dl>`;
}

/** Text whose escapes of invisible bytes have a colour of their own. */
function showBytes(text: string): Markup[] {
  return cut(text, MAX_EVIDENCE_CHARS).split(ESCAPED).map((part, i) =>
    i % 2 === 1 ? markup`<i>${part}</i>` : markup`${part}`
  );
}

function showAgain(again: string | undefined): Markup {
  return again === undefined ? new Markup("") : copied(again);
}

function showPrograms({ programs }: GradedSubmission): Markup | [] {
  const rows = PROGRAM_NAMES.flatMap((name) => {
    const program = programs[name];
    if (program === undefined) return [];
    const { run, listens } = program;
    return [
      markup`<dt>${name}</dt><dd><code>${run}</code>${
        listens === undefined ? "" : markup` <span class="soft">listens on ${listens}</span>`
      }</dd>`,
    ];
  });
  return rows.length === 0 ? [] : markup`<dl class="programs">${rows}</dl>`;
}
