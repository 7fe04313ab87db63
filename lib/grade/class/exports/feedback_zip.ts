/**
 * All feedback as one zip that Moodle ("Upload multiple feedback files in a zip") and Canvas
 * ("Upload Submissions") sort to the students by the names of the files.
 *
 * @module
 */
import { createZip } from "../intake/packages.ts";
import type { Submission } from "../intake/submissions.ts";
import { utf8Bytes } from "../../../wire/text.ts";

const FILE_MODE = 0o100644;
const CANVAS = /^.+?_(?:LATE_)?\d+_\d+(?=_)/;

/** The name of a submission's feedback in the zip; undefined if no learning system named it. */
export function feedbackPath(
  { source, parts, students: [{ platform }] }: Pick<Submission, "source" | "parts" | "students">,
): string | undefined {
  if (platform === "moodle") return `${plain(source)}/feedback.md`;
  if (platform !== "canvas") return undefined;
  const [canvas] = parts.flatMap(({ path }) => path.split("/").at(-1)!.match(CANVAS)?.[0] ?? []);
  return canvas === undefined ? undefined : `${plain(canvas)}_feedback.md`;
}

/** A name without what leads elsewhere on Windows, and without control characters. */
function plain(name: string): string {
  return name.replace(/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "_");
}

/** The zip; undefined if no submission has a learning system's name. */
export async function feedbackZip(
  submissions: readonly Submission[],
  texts: readonly string[],
): Promise<Uint8Array | undefined> {
  const named = submissions.flatMap((submission, i) => {
    const path = feedbackPath(submission);
    return path === undefined ? [] : [[path, texts[i]]];
  });
  if (named.length === 0) return undefined;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const bytes = new Response(readable).bytes();
  const writer = await createZip(writable);
  for (const [path, text] of named) {
    await writer.add(path, ReadableStream.from([utf8Bytes(text)]), { unixMode: FILE_MODE });
  }
  await writer.close();
  return await bytes;
}
