/**
 * The feedback for a student, in Markdown: first what is right, then each fault once, with its cause
 * and the next step.
 *
 * @module
 */
import { handIn, heading, opening, soFar, type Teaching, teachingOn } from "./feedback_texts.ts";
import { escapeLines, escapeText } from "../../../terminal/show.ts";
import { evidenceParts, withoutLabLines } from "../../results/quoted_text.ts";
import { type GradingRecord, recordSentence } from "../../results/result_files.ts";
import { type Question, questionsOf, questionTitle, remarkTitle } from "../../results/questions.ts";
import {
  type Answer,
  counted,
  type Evidence,
  showMarks,
  VERDICT_WORDS,
} from "../../results/results.ts";
import { cents } from "../../results/rubric.ts";
import { isFault, kindOf } from "../graded/statistics.ts";
import { BY_HAND, cut, type GradedSubmission, screenLines } from "../graded/graded_submission.ts";

const MAX_EVIDENCE_CHARS = 600;
/** A launch command that works only in the sandbox. */
const BUILT = /\/lab\/|-XX:/;
/** A longer text is not repeated in the instruction to type it. */
const MAX_TYPED_CHARS = 60;
/** The number of exchanges that show a fault. */
const MAX_EXCHANGES = 2;

interface Fault {
  questions: Question[];
  answers: Answer[];
}

/**
 * The feedback for one student.
 *
 * @param hidden Paths of the machine that it was graded on: none is shown.
 * @param record What the verdicts depended on.
 * @param gradebookMax The maximum of the gradebook, to which marks are scaled.
 */
export function feedback(
  result: GradedSubmission,
  hidden: readonly string[],
  record?: GradingRecord,
  gradebookMax?: number,
): string {
  const { name, state, why, marks, max, questions, remarks } = result;
  const asked = questionsOf(result.answers);
  const right = asked.filter((question) =>
    questions[question].verdict === "right" && !questions[question].decidedByHand
  );
  const faults = gatherFaults(result);
  const open = asked.filter((question) => {
    const { verdict, why } = questions[question];
    return verdict === "look" && (why !== "" || right.length + faults.length > 0);
  });
  const lines = [
    `# Networks lab: feedback for ${inline(name)}`,
    "",
    `## ${heading(result)}`,
    "",
    state === "look"
      ? `**${soFar(result)}** ${sentence(withoutLabLines(why))}`
      : `**${showMarks(marks)} of ${showMarks(max)} marks${inGradebook(result, gradebookMax)}.** ${
        opening(result, faults.length)
      }`.trim(),
    ...losses(result),
    ...section("Decided by a person", byHand(result)),
    ...section("What is right", right.map((question) => `- ${titleOf(question, result)}`)),
    ...section("What to work on", faults.flatMap((fault) => showFault(fault, result))),
    ...section(
      "What is not decided yet",
      open.map((question) => {
        const why = withoutLabLines(questions[question].why);
        return `- ${question}, ${questionTitle(question, result.answers)}${
          why && `: ${inline(why)}`
        }`;
      }),
    ),
    ...section(
      "Worth knowing",
      remarks.flatMap(({ id, text, evidence }, i) => [
        ...i === 0 ? onRemarks(result) : [],
        `- **${inline(remarkTitle(id))}:** ${inline(text)}`,
        ...showEvidence(evidence.slice(0, MAX_EXCHANGES), "  "),
      ]),
    ),
    ...record ? ["", inline(recordSentence(record, result))] : [],
  ];
  return `${escapeLines(scrub(lines.join("\n"), hidden))}\n`;
}

/** The marks in the gradebook's scale, if its maximum differs. */
function inGradebook({ marks, max }: GradedSubmission, most = max): string {
  if (most === max || max === 0) return "";
  return ` (${showMarks(marks / max * most)} of ${showMarks(most)})`;
}

/** One fault for each kind; questions that a person has decided are left out. */
function gatherFaults({ questions, answers }: GradedSubmission): Fault[] {
  const faults = new Map<string, Fault>();
  for (const question of questionsOf(answers)) {
    const answer = questions[question];
    if (!isFault(answer) || answer.decidedByHand) continue;
    const key = `${answer.verdict} ${kindOf(answer.why) || question}`;
    const fault = faults.get(key) ?? { questions: [], answers: [] };
    fault.questions.push(question);
    fault.answers.push(answer);
    faults.set(key, fault);
  }
  return [...faults.values()];
}

/** The marks that remarks and delay cost. */
function losses({ remarks, late }: GradedSubmission): string[] {
  const costly = remarks.flatMap(({ id, costs }) =>
    costs === undefined ? [] : [
      `- ${remarkTitle(id)} costs ${
        counted(Number(showMarks(costs)), "mark")
      }; see "Worth knowing".`,
    ]
  );
  if (late && (late.penalty > 0 || !late.byDate)) {
    const days = counted(late.days, "day");
    const said = late.days === 0 && late.penalty === 0
      ? "Handing in late costs no marks."
      : `Handed in ${days} late: ${showMarks(late.penalty)} marks less.`;
    costly.push(`- ${said}${late.why && ` ${inline(sentence(late.why))}`}`);
  }
  return costly.length === 0 ? [] : ["", ...costly];
}

/** What a person has decided, with the person's sentence. */
function byHand(result: GradedSubmission): string[] {
  const { questions, answers, manual = {}, decidedTotal } = result;
  const decided = questionsOf(answers).filter((question) => questions[question]?.decidedByHand);
  return [
    ...decided.map((question) =>
      `- ${titleOf(question, result)}, ${decidedBecause(questions[question].why)}`
    ),
    ...Object.entries(manual).flatMap(([name, { points, max, why }]) =>
      points === undefined
        ? []
        : `- ${inline(remarkTitle(name))}: ${showMarks(points)} of ${showMarks(max)}, ${
          decidedBecause(why)
        }`
    ),
    ...decidedTotal ? [`- All marks, ${decidedBecause(decidedTotal.why)}`] : [],
  ];
}

/** A note that a person has decided, with the person's sentence if there is one. */
function decidedBecause(why: string): string {
  return why === "" || why === BY_HAND ? "decided by hand." : `decided by hand. ${sentence(why)}`;
}

function titleOf(question: Question, { questions, answers }: GradedSubmission): string {
  const { points, max, verdict } = questions[question];
  const marks = verdict === "absent"
    ? `not handed in, ${showMarks(max)} marks`
    : `${showMarks(points)} of ${showMarks(max)}`;
  return `${question}, ${questionTitle(question, answers)}: ${marks}`;
}

function showFault({ questions, answers }: Fault, result: GradedSubmission): string[] {
  const [{ verdict, why }] = answers;
  const teaching = teachingOn(questions[0], why, result.answers);
  const missing = verdict === "absent";
  const happened = [...new Set(answers.map(({ why }) => why))];
  const distinct = new Map(
    answers.flatMap(({ evidence }) => evidence.slice(0, MAX_EXCHANGES))
      .map((one) => [JSON.stringify(one), one]),
  );
  const evidence = [...distinct.values()];
  return [
    "",
    `### ${
      questions.length > 2
        ? `${questions.join(", ")}: ${missing ? "not handed in, " : ""}${marksOf(answers, missing)}`
        : questions.map((question) => titleOf(question, result)).join("; ")
    }`,
    "",
    `**What happened:** ${
      happened.map((why) => sentence(why || `it is ${VERDICT_WORDS[verdict]}`)).join(" ")
    }`,
    ...missing || !teaching.why ? [] : ["", `**Why this happens:** ${teaching.why}`],
    "",
    `**What to look at:** ${missing ? handIn(result.answers) : teaching.todo}`,
    ...showEvidence(evidence, ""),
    ...showAgain(teaching, evidence, result),
  ];
}

/** The marks of several questions together. */
function marksOf(answers: readonly Answer[], missing: boolean): string {
  const sum = (key: "points" | "max") =>
    showMarks(cents(answers.reduce((all, one) => all + one[key], 0)));
  return missing ? `${sum("max")} marks` : `${sum("points")} of ${sum("max")}`;
}

/** An introduction to the remarks; it says that they cost nothing unless the rubric says more. */
function onRemarks({ questions, manual = {}, max }: GradedSubmission): string[] {
  const others = [...Object.values(questions), ...Object.values(manual)];
  const free = max > cents(others.reduce((sum, part) => sum + part.max, 0))
    ? ""
    : "No marks depend on these. ";
  return [
    `${free}The remarks show what the programs do when the network, or a user, is less kind.`,
    "",
  ];
}

/** The recorded exchange in a fenced block whose fence is longer than any fence inside. */
function showEvidence(evidence: readonly Evidence[], indent: string): string[] {
  return evidence.flatMap((one) => {
    const rows = evidenceParts(one).flatMap(({ part, label, text, hex }) => [
      `${label.padEnd(12)} ${oneBlock(part === "shown" ? screenLines(text) : text) || "(nothing)"}`,
      ...hex === "" ? [] : [`${"".padEnd(12)} ${hex}`],
    ]);
    const fence = "`".repeat(1 + Math.max(2, ...ticks(rows.join("\n"))));
    return rows.length === 0
      ? []
      : ["", fence + "text", ...rows, fence].map((line) => indent + line);
  });
}

/** How a student repeats the exchange with the student's own programs. */
function showAgain(
  { programs: [server, client] }: Teaching,
  [first]: readonly Evidence[],
  { programs }: GradedSubmission,
): string[] {
  const [serverRun, clientRun] = [programs[server]?.run, programs[client]?.run];
  const commands = `${serverRun} ${clientRun}`;
  if (!serverRun || !clientRun || !first?.typed || BUILT.test(commands)) return [];
  const typed = oneBlock(first.typed);
  const [last = "{text}", ...before] = (programs[client]?.type ?? []).toReversed();
  const replies = before.toReversed().map((line) => `type ${code(line)}, then `).join("");
  const line = typed.length <= MAX_TYPED_CHARS
    ? code(last.replace("{text}", typed))
    : last === "{text}"
    ? "what is typed above"
    : `${code(last.replace("{text}", "…"))} with what is typed above`;
  const act = replies + (typed === "Ctrl+D" ? "press Ctrl+D" : `type ${line}`);
  return [
    "",
    `To see it again: start ${code(serverRun)}, then ${
      code(clientRun)
    } in another terminal, and ${act}.`,
  ];
}

function section(title: string, lines: string[]): string[] {
  const apart = lines[0] === "" ? [] : [""];
  return lines.length === 0 ? [] : ["", `## ${title}`, ...apart, ...lines];
}

function sentence(text: string): string {
  if (text === "") return "";
  const isName = /^(?:(?:server|client)[12]\b|\S*\.\w)/.test(text); // a program's or a file's name
  const shown = inline(isName ? text : text[0].toUpperCase() + text.slice(1));
  return /[.!?…]$/.test(shown) ? shown : `${shown}.`;
}

/** Escapes Markdown and HTML. */
function inline(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>#]/g, "\\$&").replaceAll("&", "&amp;");
}

/** Inline code, with a fence that is longer than any fence inside. */
function code(source: string): string {
  const text = escapeText(source);
  const fence = "`".repeat(1 + Math.max(0, ...ticks(text)));
  return fence.length > 1 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

function ticks(text: string): number[] {
  return (text.match(/`+/g) ?? []).map(({ length }) => length);
}

function oneBlock(text: string): string {
  return cut(text, MAX_EVIDENCE_CHARS).replace(/\r?\n/g, "\n             ");
}

/** Removes paths of this machine, the longest first: paths become relative to the submission. */
function scrub(text: string, hidden: readonly string[]): string {
  const paths = hidden.filter((path) => path.length > 1).toSorted((a, b) => b.length - a.length);
  return paths.flatMap((path) => [path, inline(path)]).reduce(
    (shown, path) => shown.replaceAll(`${path}/`, "").replaceAll(path, "…"),
    text,
  );
}
