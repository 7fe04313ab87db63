/**
 * The text of a client that does not ask its user for one.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";
import { holds, sentLength } from "./answers.ts";
import type { Conversion } from "./conversions.ts";
import { readable } from "./readings.ts";

/** A shorter text may be in a request by chance. */
const MIN_FIXED = 3;
const GROUPS = /(?<![01])[01]{8}(?: [01]{8})+(?![01])/;

/** What was typed, and what passed. */
interface Passed {
  typed: string;
  sent: Uint8Array;
  received: Uint8Array;
}

/**
 * The text that a client sends whatever is typed, where request and reply show it: the one
 * holds the text, and the other its binary digits. Undefined if what was typed is sent.
 */
export function fixedText(
  { name }: Conversion,
  { typed, sent, received }: Passed,
): string | undefined {
  if (name === "binary") {
    const text = textOf(received);
    return sentLength(sent, typed) === undefined && holds(sent, text) ? known(text) : undefined;
  }
  // Some digits of what was typed are in every request.
  return name === "text" && !textOf(typed).startsWith(textOf(sent))
    ? known(textOf(sent))
    : undefined;
}

function known(text: string): string | undefined {
  return text.length < MIN_FIXED ? undefined : text;
}

/** The text of the first binary digits; empty if there are none. */
function textOf(from: Uint8Array | string): string {
  const text = typeof from === "string" ? from : readable(from);
  const groups = text.match(GROUPS)?.[0].split(" ") ?? [];
  return lenientText(Uint8Array.from(groups, (group) => parseInt(group, 2)));
}
