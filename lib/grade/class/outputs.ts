/**
 * The files of a graded class: the page, tables, feedback, the gradebook, and one folder for each
 * student.
 *
 * @module
 */
import { relative } from "node:path";
import { feedback } from "./exports/feedback.ts";
import { feedbackHtml, feedbackZip } from "./exports/feedback_files.ts";
import { fileNames } from "./intake/file_names.ts";
import { fillGradebook, type Gradebook } from "./exports/gradebook.ts";
import type { ClassFiles } from "./graded/handed_in.ts";
import type { GradedSubmission } from "./graded/graded_submission.ts";
import { gradesCsv, junitXml } from "./exports/marks_files.ts";
import { classPage } from "./page/page.ts";
import type { GradingRecord } from "../results/record.ts";
import type { Submission } from "./intake/submissions.ts";
import { writeAtomically } from "../results/result_files.ts";
import { EXIT_USAGE, Failure } from "../../cli/failure.ts";
import { oneLine } from "../../terminal/show.ts";
import { copyFolder } from "../sandbox/copy_folder.ts";

/** The results of a class. */
export interface ClassOutcome {
  title: string;
  /** The submissions that were graded. */
  submissions: readonly Submission[];
  results: readonly GradedSubmission[];
  /** The decisions that are known. */
  decisions: readonly unknown[];
  /** The name of each submission's folder among the unpacked ones. */
  ownFolders: ReadonlyMap<Submission, string>;
  /** How many there are in all. */
  handedIn: number;
  /** The account of the files. */
  files: ClassFiles;
  record?: GradingRecord;
}

/** What was written. */
export interface Written {
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

/**
 * Copies what was graded of each submission; links are not followed.
 *
 * @param submissions The submissions.
 * @param ownFolders The folder of each submission that was unpacked, relative to `out`.
 * @param out The folder of the results.
 * @param to A new or empty folder.
 * @returns Sentences for a person.
 * @throws {Failure} If the folder cannot be written, or holds something.
 */
export async function writeUnpacked(
  submissions: readonly Submission[],
  ownFolders: ReadonlyMap<Submission, string>,
  out: string,
  to: string,
): Promise<string[]> {
  await checkEmpty(to);
  const names = fileNames(submissions.map(({ label }) => label));
  const missing: string[] = [];
  for (const [i, submission] of submissions.entries()) {
    const from = await gradedFolder(submission, `${out}/submissions/${ownFolders.get(submission)}`);
    if (from === undefined) {
      missing.push(submission.label);
      continue;
    }
    await Deno.mkdir(`${to}/${names[i]}`);
    await copyFolder(from, `${to}/${names[i]}`);
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
export async function gradedFolder(
  { parts }: Submission,
  ownFolder: string,
): Promise<string | undefined> {
  if (await isFolder(ownFolder)) return ownFolder;
  const [first] = parts;
  return parts.length === 1 && first.kind === "folder" ? first.path : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(({ isDirectory }) => isDirectory, () => false);
}
