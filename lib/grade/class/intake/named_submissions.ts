/**
 * Finds submissions by a student's name, number, login or address, or by the name in the
 * class's folder.
 *
 * @module
 */
import { EXIT_USAGE, Failure } from "../../../cli/failure.ts";
import { fold } from "../graded/folded_text.ts";
import type { Submission } from "./submissions.ts";

/** The submissions of the students that are named. @throws {Failure} If a name fits none. */
export function chosen(
  submissions: readonly Submission[],
  names: boolean | readonly string[] = false,
): Set<Submission> {
  if (typeof names === "boolean") return new Set();
  return new Set(names.flatMap((student) => {
    const fitting = submissions.filter((one) => isAbout({ student, submission: "" }, one));
    if (fitting.length > 0) return fitting;
    throw new Failure(`Cannot grade "${student}" again: there is no such student`, EXIT_USAGE);
  }));
}

/**
 * Finds what is set for single submissions.
 *
 * @param named What is set, by a student's or a submission's name.
 * @throws {Failure} If a name fits no submission, or several.
 */
export function bySubmission<T>(
  submissions: readonly Submission[],
  named: Readonly<Record<string, T>>,
): Map<Submission, [name: string, value: T]> {
  return new Map(
    Object.entries(named).map(([name, value]) => {
      const fitting = submissions.filter((one) => isAbout({ student: name, submission: "" }, one));
      if (fitting.length === 1) return [fitting[0], [name, value]];
      const why = fitting.length === 0 ? "there is no such student" : "several students fit";
      throw new Failure(`Cannot use the lab file's settings for "${name}": ${why}`, EXIT_USAGE);
    }),
  );
}

/** Whether a decision or setting names a submission: by the submission's or the student's name. */
export function isAbout(
  { student, submission }: { student: string; submission: string },
  { source, label, name, gradebookName, students }: Submission,
): boolean {
  if (submission !== "") return submission === source;
  const wanted = fold(student).trim();
  const names = [
    source,
    label,
    name,
    gradebookName,
    ...students.flatMap(({ name, number, login, email }) => [
      name,
      number,
      login,
      email,
    ]),
  ];
  return names.some((one) => one !== undefined && fold(one).trim() === wanted);
}
