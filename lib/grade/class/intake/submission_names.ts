/**
 * The owner of a file or folder, by the names that learning systems give:
 *
 * - Moodle: `Ann Lee_123_assignsubmission_file_server1.py`, with the participant's number;
 * - Canvas: `leeann_LATE_123_4567_server1.py`, with the user's and the file's number;
 *   `leeann_123_text.html` and `leeann_123_link.html` for a text or an address in place of files;
 * - Gradescope: `submission_123`, with the students in `submission_metadata.yml`.
 *
 * Every other name is the student's own.
 *
 * @module
 */
import { isObject } from "../../results/json_file.ts";
import type { Part, Student } from "../graded/handed_in.ts";
import { withoutArchiveEnding } from "./archives.ts";
import { parse } from "@std/yaml";

/** The first occurrence counts: what follows is the student's own name for the file. */
const MOODLE = /^(.*?)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?$/s;
const CANVAS = /^([^_]+)_(LATE_)?(\d+)_(?:(\d+)_(.+)|(text|link)\.html)$/s;
const GRADESCOPE = /^submission_\d+$/;

/** Whose a file or folder is. */
export interface Owner {
  /** The key that groups the files of one submission. */
  key: string;
  system: "moodle" | "canvas" | "gradescope" | "none";
  students: Student[];
  /** The file under the name that the student gave it. */
  part: Part;
  /** Canvas's number of the file. */
  fileNumber?: number;
}

/** Whether a learning system gave this name. */
export function isSystemName(name: string): boolean {
  return MOODLE.test(name) || CANVAS.test(name);
}

/**
 * Reads whose an entry of the class's folder is.
 *
 * @param metadata The students of Gradescope's submissions.
 */
export function readOwner(entry: Part, metadata: ReadonlyMap<string, Student[]>): Owner {
  const { name, kind } = entry;
  const moodle = name.match(MOODLE);
  if (moodle) {
    const [, student, number, rest = ""] = moodle;
    return {
      key: `${student}_${number}_assignsubmission_file_`,
      system: "moodle",
      students: [{ name: student || number, number, platform: "moodle" }],
      part: { ...entry, name: kind === "file" && rest !== "" ? rest : name },
    };
  }
  if (kind === "folder" && GRADESCOPE.test(name)) {
    const students = metadata.get(name) ?? [{ name }];
    return { key: name, system: "gradescope", students, part: entry };
  }
  const canvas = kind === "file" ? name.match(CANVAS) : null;
  if (canvas) {
    const [, student, late, number, file = "0", rest = `${canvas[6]}.html`] = canvas;
    return {
      key: `${student}_${number}`,
      system: "canvas",
      students: [{
        name: student,
        number,
        platform: "canvas",
        ...late !== undefined && { late: true },
      }],
      part: { ...entry, name: rest },
      fileNumber: Number(file),
    };
  }
  return ownerByOwnName(entry);
}

/** The owner of an entry that no learning system has named. */
export function ownerByOwnName(entry: Part): Owner {
  const { name, kind } = entry;
  const bare = withoutArchiveEnding(name);
  const student = kind === "file" ? (bare === name ? name.replace(/\.[^.]*$/, "") : bare) : name;
  return {
    key: name,
    system: "none",
    students: [{ name: student || name, login: student || name }],
    part: entry,
  };
}

/** The list's name. */
export const METADATA_FILE = "submission_metadata.yml";

const MAX_METADATA_BYTES = 64 * 1024 * 1024;

/**
 * Reads the students of each submission.
 *
 * @throws {SyntaxError} If the list is not YAML of the expected shape, or too large.
 */
export async function readMetadata(path: string): Promise<Map<string, Student[]>> {
  if ((await Deno.stat(path)).size > MAX_METADATA_BYTES) throw new SyntaxError("it is too large");
  // Every scalar stays text: a student's number may begin with zeros.
  const list = parse(await Deno.readTextFile(path), { schema: "failsafe" });
  if (!isObject(list)) throw new SyntaxError("it is no list of submissions");
  const students = new Map<string, Student[]>();
  for (const [submission, about] of Object.entries(list)) {
    const submitters = isObject(about) ? about[":submitters"] ?? about.submitters : undefined;
    const named = Array.isArray(submitters) ? submitters.flatMap(readStudent) : [];
    if (named.length > 0) students.set(submission, named);
  }
  return students;
}

function readStudent(value: unknown): Student[] {
  if (!isObject(value)) return [];
  const field = (name: string) => {
    const text = value[`:${name}`] ?? value[name];
    return typeof text === "string" ? text : "";
  };
  const [name, login, email] = [field("name"), field("sid"), field("email")];
  if (name === "") return [];
  return [{ name, ...login !== "" && { login }, ...email !== "" && { email } }];
}
