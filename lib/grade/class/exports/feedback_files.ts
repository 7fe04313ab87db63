/**
 * Feedback for learning systems: as HTML, for those that show comments as HTML; and as one zip that
 * Moodle ("Upload multiple feedback files in a zip") and Canvas ("Upload Submissions") sort to the
 * students by the names of the files.
 *
 * @module
 */
import { escape } from "@std/html";
import { createZip } from "../intake/packages.ts";
import type { Submission } from "../intake/submissions.ts";
import { utf8Bytes } from "../../../wire/text.ts";

/** Turns feedback into HTML: headings, lists, blocks of text, paragraphs, bold and code. */
export function feedbackHtml(markdown: string): string {
  const html: string[] = [];
  let fence: string | undefined;
  let block: string[] = [];
  for (const line of markdown.split("\n")) {
    const mark = line.match(/^\s*(`{3,})(?:text)?$/)?.[1];
    if (fence === undefined && mark !== undefined) {
      [fence, block] = [mark, []];
    } else if (fence !== undefined && line.trim() === fence) {
      html.push(`<pre>${escape(block.join("\n"))}</pre>`);
      fence = undefined;
    } else if (fence !== undefined) {
      block.push(line);
    } else if (line.trim() !== "") {
      html.push(lineHtml(line));
    }
  }
  // The encoding of the gradebook may lack a character: use references.
  return html.join("").replaceAll("</ul><ul>", "")
    .replace(/[^\n -~]/gu, (char) => `&#${char.codePointAt(0)};`);
}

function lineHtml(line: string): string {
  const heading = line.match(/^(#{1,3}) (.*)$/);
  if (heading) {
    const tag = `h${heading[1].length + 2}`;
    return `<${tag}>${inlineHtml(heading[2])}</${tag}>`;
  }
  const item = line.match(/^- (.*)$/);
  return item ? `<ul><li>${inlineHtml(item[1])}</li></ul>` : `<p>${inlineHtml(line)}</p>`;
}

/** Bold, code, and characters that Markdown had escaped. */
function inlineHtml(text: string): string {
  return text.split(/(`+[^`]+`+)/).map((part, i) =>
    i % 2 === 1
      ? `<code>${escape(part.replace(/^`+ ?| ?`+$/g, ""))}</code>`
      : escape(part.replaceAll("&amp;", "&").replace(/\\([\\`*_[\]<>#])/g, "\u0000$1"))
        .replace(/(?<!\0)\*\*(.+?)(?<!\0)\*\*/g, "<b>$1</b>").replaceAll("\0", "")
  ).join("");
}

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

/** A file name without backslashes and control characters. */
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
