/**
 * HTML and XML templates that escape every inserted text.
 *
 * @module
 */
import { escape } from "@std/html";
import { escapeLines } from "../../../terminal/show.ts";

/** Escaped markup. */
export class Markup {
  /** @param text Escaped text: it is inserted unchanged. */
  constructor(readonly text: string) {}
}

/** What can be inserted: text and numbers, markup, and lists of them. */
export type Insertable = string | number | Markup | readonly Insertable[];

/**
 * Markup from a template.
 *
 * @example
 * ```ts
 *
 * const name = "<script>";
 * const { text } = markup`<td title="${name}">${["a", markup`<br>`]}</td>`;
 * ```
 */
export function markup(parts: TemplateStringsArray, ...values: Insertable[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + show(values[i - 1]) + part));
}

/** A list without bullets, an item for each text. */
export function plainList(lines: readonly string[]): Markup {
  return markup`<ul class="plain">${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

/** Text in a box, with a button that copies it. @param kind `plain` unless it is a shell command. */
export function copied(text: string, kind = ""): Markup {
  return markup`<div class="again"><code class="${kind}">${text}</code><button type="button">Copy</button></div>`;
}

function show(value: Insertable): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(show).join("");
  return escape(withoutControls(escapeLines(String(value))));
}

/** Replaces the control characters that XML forbids. */
function withoutControls(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g, "\ufffd")
    .replace(/\p{Surrogate}/gu, "\ufffd");
}
