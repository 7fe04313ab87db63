/**
 * Whose `submission_12` is: the students in the list of Gradescope's export.
 *
 * @module
 */
import { parse } from "@std/yaml";
import type { Student } from "../graded/student.ts";

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
  if (!isRecord(list)) throw new SyntaxError("it is no list of submissions");
  const students = new Map<string, Student[]>();
  for (const [submission, about] of Object.entries(list)) {
    const submitters = isRecord(about) ? about[":submitters"] ?? about.submitters : undefined;
    const named = Array.isArray(submitters) ? submitters.flatMap(readStudent) : [];
    if (named.length > 0) students.set(submission, named);
  }
  return students;
}

function readStudent(value: unknown): Student[] {
  if (!isRecord(value)) return [];
  const field = (name: string) => {
    const text = value[`:${name}`] ?? value[name];
    return typeof text === "string" ? text : "";
  };
  const [name, login, email] = [field("name"), field("sid"), field("email")];
  if (name === "") return [];
  return [{ name, ...login !== "" && { login }, ...email !== "" && { email } }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
