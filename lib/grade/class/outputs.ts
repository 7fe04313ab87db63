/**
 * The files of a graded class: the page, tables, feedback and the gradebook.
 *
 * @module
 */
import { relative } from "node:path";
import { feedback } from "./exports/feedback.ts";
import { feedbackHtml } from "./exports/feedback_html.ts";
import { feedbackZip } from "./exports/feedback_zip.ts";
import { fileNames } from "./intake/file_names.ts";
import { fillGradebook, type Gradebook } from "./exports/gradebook.ts";
import type { ClassFiles } from "./graded/class_files.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { gradesCsv } from "./exports/grades_csv.ts";
import { junitXml } from "./exports/junit.ts";
import { classPage } from "./page/page.ts";
import type { GradingRecord } from "../results/record.ts";
import type { Submission } from "./intake/submissions.ts";
import { gradedFolder } from "./unpacked.ts";
import { writeAtomically } from "../results/write_atomically.ts";

/** The results of a class. */
export interface ClassOutcome {
  /** The class's name. */
  title: string;
  /** The submissions that were graded. */
  submissions: readonly Submission[];
  /** Their results, in the same order. */
  results: readonly GradedSubmission[];
  /** The decisions that are known. */
  decisions: readonly unknown[];
  /** The name of each submission's folder among the unpacked ones. */
  ownFolders: ReadonlyMap<Submission, string>;
  /** How many there are in all. */
  handedIn: number;
  /** The account of the files. */
  files: ClassFiles;
  /** What the verdicts depended on. */
  record?: GradingRecord;
}

/** What was written. */
export interface Written {
  /** The files. */
  files: string[];
  /** Notes for the instructor, a sentence each. */
  notes: string[];
}

/**
 * Writes all files but `results.json`.
 *
 * @param outcome The results.
 * @param out The folder for them.
 * @param folder The class's folder; feedback does not name it.
 * @param gradebook The gradebook to fill in, if there is one.
 */
export async function writeOutputs(
  outcome: ClassOutcome,
  out: string,
  folder: string,
  gradebook: Gradebook | undefined,
): Promise<Written> {
  const { title, submissions, results, ownFolders, handedIn, decisions, files: account } = outcome;
  const { record } = outcome;
  const students = submissions.map((submission) => submission.students);
  const labels = submissions.map(({ label }) => label);
  const names = fileNames(labels);
  const home = Deno.env.get("HOME") ?? "";
  await Deno.mkdir(`${out}/feedback`, { recursive: true });
  const links = [];
  const texts: string[] = [];
  for (const [i, result] of results.entries()) {
    const ownFolder = `submissions/${ownFolders.get(submissions[i])}`;
    const hidden = [
      ...submissions[i].parts.map(({ path }) => path),
      `${out}/${ownFolder}`,
      folder,
      out,
      Deno.cwd(),
      home,
    ];
    const feedbackFile = `feedback/${names[i]}.md`;
    const text = feedback(result, hidden, record, gradebook?.max);
    texts.push(text);
    await writeAtomically(`${out}/${feedbackFile}`, text);
    const graded = await gradedFolder(submissions[i], `${out}/${ownFolder}`);
    links.push({
      feedback: asLink(feedbackFile),
      ...graded !== undefined && { files: `${asLink(relative(out, graded))}/` },
    });
  }
  const files: [string, string | Uint8Array][] = [
    [
      "index.html",
      await classPage({
        ...{ title, results, labels, links, handedIn, decisions },
        files: account,
        ...record && { record },
        date: new Date(),
      }),
    ],
    ["grades.csv", gradesCsv(results, students)],
    ["junit.xml", junitXml(results)],
  ];
  const notes: string[] = [];
  const zip = await feedbackZip(submissions, texts);
  if (zip) files.push(["feedback.zip", zip]);
  if (gradebook) {
    const filled = fillGradebook(gradebook, results, students, texts.map(feedbackHtml));
    files.push(["gradebook.csv", filled.bytes]);
    const marks = filled.filled === 1 ? "1 mark is" : `${filled.filled} marks are`;
    notes.push(`${marks} in gradebook.csv`, ...filled.notes);
  } else if (await removed(`${out}/gradebook.csv`)) {
    notes.push(
      "Removed gradebook.csv of an earlier run, which may be out of date: add --gradebook FILE",
    );
  }
  for (const [name, content] of files) await writeAtomically(`${out}/${name}`, content);
  return { files: [...files.map(([name]) => name), "results.json", "feedback/"], notes };
}

/** A path as a link of a page: each name in it is encoded. */
function asLink(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Removes a file. @returns Whether there was one. */
async function removed(path: string): Promise<boolean> {
  return await Deno.remove(path).then(() => true, () => false);
}
