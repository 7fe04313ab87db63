/**
 * Feedback as HTML, for a learning system that shows comments as HTML: the few forms of
 * Markdown that `feedback.ts` writes.
 *
 * @module
 */
import { escape } from "@std/html";

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
  // A gradebook's encoding may lack a character.
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
