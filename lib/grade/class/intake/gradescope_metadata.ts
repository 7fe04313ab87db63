/**
 * Whose `submission_12` is: the list that Gradescope's export brings.
 *
 * @module
 */
import type { Student } from "../graded/student.ts";

/** The list's name. */
export const METADATA_FILE = "submission_metadata.yml";

const MAX_METADATA_BYTES = 64 * 1024 * 1024;
const LINE = /^( *)(- )?:?([a-z_]+): *(.*?) *$/;

/**
 * Reads the submitters of each submission; an unreadable list names nobody. Of YAML,
 * this knows what Gradescope writes: a key a line, and plain or quoted words.
 */
export async function readMetadata(path: string): Promise<Map<string, Student[]>> {
  const students = new Map<string, Student[]>();
  const { size } = await Deno.stat(path);
  if (size > MAX_METADATA_BYTES) return students;
  const fields: Record<string, "name" | "login" | "email"> = {
    name: "name",
    sid: "login",
    email: "email",
  };
  let submission = "";
  let among = false; // the submitters, and not a history with names of its own
  for (const line of (await Deno.readTextFile(path)).split(/\r?\n/)) {
    const top = line.match(/^"?(submission_\d+)"?: *$/);
    if (top) {
      submission = top[1];
      continue;
    }
    const match = line.match(LINE);
    if (!match || submission === "") continue;
    const [, indent, item, key, value] = match;
    if (!item && indent.length <= 2) {
      among = key === "submitters";
      continue;
    }
    const field = fields[key];
    if (!among || field === undefined) continue;
    const list = students.get(submission) ?? [];
    if (item) list.push({ name: "" });
    const student = list.at(-1);
    if (student && value !== "") student[field] = readScalar(value);
    students.set(submission, list);
  }
  for (const [key, list] of students) {
    const named = list.filter(({ name }) => name !== "");
    if (named.length > 0) students.set(key, named);
    else students.delete(key);
  }
  return students;
}

/** A word as YAML writes it: plain, in single or in double quotes. */
function readScalar(value: string): string {
  if (/^'.*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(value)) return value;
  try {
    const json = value
      .replace(/\\x([\da-f]{2})/gi, "\\u00$1")
      .replace(/\\U([\da-f]{8})/gi, (_, code) => String.fromCodePoint(parseInt(code, 16)))
      .replace(/\\e/g, "\\u001b");
    return JSON.parse(json);
  } catch {
    return value;
  }
}
