/**
 * The files of a graded class: the page, tables, feedback, the gradebook, and one folder for each
 * student.
 *
 * @module
 */
import { relative } from "node:path";
import { feedback } from "./exports/feedback.ts";
import { feedbackHtml, feedbackZip } from "./exports/feedback_files.ts";
import {
  type ContentFile,
  documentsOf,
  listFiles,
  messageOf,
  showNames,
} from "./intake/contents.ts";
import { fillGradebook, type Gradebook } from "./exports/gradebook.ts";
import type { ClassFiles, Part } from "./graded/handed_in.ts";
import { gradesCsv, junitXml } from "./exports/marks_files.ts";
import { classPage, type PageContent } from "./page/page.ts";
import type { Links } from "./page/page_student.ts";
import { ownFolder, type Submission } from "./intake/submissions.ts";
import { counted } from "../results/results.ts";
import { writeAtomically } from "../results/result_files.ts";
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import { copyFolder } from "../sandbox/copy_folder.ts";
import { isFolder } from "../sandbox/paths.ts";

/** More documents of one student have no link on the page. */
const MAX_DOCUMENTS = 20;

/** The results of a class. */
export interface ClassOutcome extends Omit<PageContent, "labels" | "links" | "date"> {
  /** The submissions that were graded, in the order of the results. */
  submissions: readonly Submission[];
  /** The files of each submission, in the same order. */
  contents: readonly (readonly ContentFile[])[];
  files: ClassFiles;
}

/**
 * Writes all files but `results.json`.
 *
 * @param folder The class's folder; feedback does not name it.
 * @returns The names of the files, and notes for the instructor, a sentence each.
 */
export async function writeOutputs(
  outcome: ClassOutcome,
  out: string,
  folder: string,
  gradebook: Gradebook | undefined,
): Promise<{ files: string[]; notes: string[] }> {
  const { submissions, results } = outcome;
  const students = submissions.map((submission) => submission.students);
  const labels = submissions.map(({ label }) => label);
  const { texts, links } = await writeFeedback(outcome, out, folder, gradebook?.max);
  const files: [string, string | Uint8Array][] = [
    ["index.html", await classPage({ ...outcome, labels, links, date: new Date() })],
    ["grades.csv", gradesCsv(results, students, outcome.record?.rubric.content)],
    ["junit.xml", junitXml(results)],
  ];
  const zip = await feedbackZip(submissions, texts);
  if (zip) files.push(["feedback.zip", zip]);
  const open = results.filter(({ state }) => state === "look").length;
  const messages = labels.filter((_, i) => links[i].message);
  const notes = messages.length === 0 ? [] : [
    `Wrote a message, which the page shows: ${showNames(messages, labels.length)}`,
  ];
  if (open > 0) {
    notes.push(
      `The feedback of ${counted(open, "student")} is not finished: do not hand it back ` +
        "before the looks are decided and all parts are marked",
    );
  }
  if (gradebook) {
    // After a stop, a student without a result may have handed something in.
    const isWhole = results.length === outcome.handedIn;
    const comments = texts.map(feedbackHtml);
    const filled = fillGradebook(gradebook, results, students, comments, isWhole);
    files.push(["gradebook.csv", filled.bytes]);
    notes.push(`Filled in gradebook.csv: ${counted(filled.filled, "mark")}`, ...filled.notes);
  } else if (await Deno.remove(`${out}/gradebook.csv`).then(() => true, () => false)) {
    notes.push(
      "Removed gradebook.csv of an earlier run, which may be out of date: add --gradebook FILE",
    );
  }
  for (const [name, content] of files) await writeAtomically(`${out}/${name}`, content);
  return { files: [...files.map(([name]) => name), "results.json", "feedback/"], notes };
}

/** Writes each student's feedback, which names no path of this machine. */
async function writeFeedback(
  { submissions, results, contents, record }: ClassOutcome,
  out: string,
  folder: string,
  gradebookMax: number | undefined,
): Promise<{ texts: string[]; links: Links[] }> {
  const machine = [folder, out, Deno.cwd(), Deno.env.get("HOME") ?? ""];
  await Deno.mkdir(`${out}/feedback`, { recursive: true });
  const [texts, links]: [string[], Links[]] = [[], []];
  for (const [i, result] of results.entries()) {
    const { parts, fileName } = submissions[i];
    const graded = gradedFolder(submissions[i], out);
    const own = ownFolder(submissions[i], out);
    const hidden = [...parts.map(({ path }) => path), own, ...machine];
    const text = feedback(result, hidden, record, gradebookMax);
    await writeAtomically(`${out}/feedback/${fileName}.md`, text);
    texts.push(text);
    links.push({
      feedback: asLink(`feedback/${fileName}.md`),
      ...graded !== undefined && { files: `${asLink(relative(out, graded))}/` },
      documents: (await allDocuments(contents[i], graded)).map(({ name, path }) => (
        { name, link: asLink(relative(out, path)) }
      )),
      message: await messageOf(contents[i]),
    });
  }
  return { texts, links };
}

/** The documents of a submission, those in its archive too; each name once. */
async function allDocuments(
  files: readonly ContentFile[],
  graded: string | undefined,
): Promise<ContentFile[]> {
  const folder: Part[] = graded === undefined
    ? []
    : [{ path: graded, source: "", name: "", kind: "folder" }];
  const unpacked = await listFiles(folder).catch(() => ({ files: [] })); // too many are not shown
  const all = documentsOf([...files, ...unpacked.files]);
  return [...new Map(all.map((file) => [file.name, file])).values()].slice(0, MAX_DOCUMENTS);
}

/** A path as a link of a page: each name in it is encoded. */
function asLink(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/**
 * Copies what was graded of each submission; links are not followed.
 *
 * @returns Sentences for a person.
 * @throws {Failure} If the folder cannot be written, or holds something.
 */
export async function writeUnpacked(
  submissions: readonly Submission[],
  out: string,
  to: string,
): Promise<string[]> {
  await checkEmpty(to);
  const missing: string[] = [];
  for (const submission of submissions) {
    const from = gradedFolder(submission, out);
    if (from === undefined) {
      missing.push(submission.label);
      continue;
    }
    await Deno.mkdir(`${to}/${submission.fileName}`);
    await copyFolder(from, `${to}/${submission.fileName}`);
  }
  return [
    `${submissions.length - missing.length} submissions are in ${to}, one folder each`,
    ...missing.length > 0 ? [`Nothing was unpacked of: ${missing.join("; ")}`] : [],
  ];
}

/** Makes the folder. @throws {Failure} If it cannot be made, or holds something. */
export async function checkEmpty(folder: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new Failure(`Cannot unpack to ${folder}: ${why}; name a new folder`, EXIT_USAGE);
  };
  await Deno.mkdir(folder, { recursive: true }).catch((error) => refuse(oneLine(error)));
  for await (const _ of Deno.readDir(folder)) refuse("it is not empty");
}

/** Where a submission was graded: unpacked, or in its own folder of the class. */
function gradedFolder(submission: Submission, out: string): string | undefined {
  const { parts: [first, ...others] } = submission;
  const unpacked = ownFolder(submission, out);
  if (isFolder(unpacked)) return unpacked;
  return others.length === 0 && first.kind === "folder" ? first.path : undefined;
}
