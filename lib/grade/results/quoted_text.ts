/**
 * Evidence: bytes and screens as text that is safe to show and short enough to read.
 *
 * @module
 */
import { escapeText, hex } from "../../terminal/show.ts";
import { decodeText, utf8Bytes } from "../../wire/text.ts";
import type { Evidence } from "./results.ts";

/** As much of a screen's beginning or end as is searched for a message. */
export const SEARCHED_CHARS = 16_384;
const SHOWN_CHARS = 400;
const HEX_BYTES = 24;
/** More NUL bytes at the end than this are padding: only their number is shown. */
const PADDING_BYTES = 8;
const NUL = "\\x00";
/** Characters that are shown of a run of NUL bytes. */
const NUL_CHARS = 80;
const NUL_RUN = /(?:\\x00){21,}/g;

/** The end of a sentence that offers a lab file's line; see `LookCause.lab`. */
const LAB_LINE =
  /[;:,] (?:what to type can be said in lab\.json|lab\.json (?:can|has to) say\b[^:.{]*)(?:: \{.*?\}\}(?: \(replace ARGUMENTS\)\.)?)?\.?/gs;

/** A reason as a student reads it: without the lines for a lab file, which the instructor writes. */
export function withoutLabLines(why: string): string {
  return why.replace(LAB_LINE, ".");
}

/** Bytes as text: what is not printable as `\xNN`, and padding at the end as its length. */
export function showBytes(bytes: Uint8Array): string {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const isPadded = bytes.length - end > PADDING_BYTES;
  const part = bytes.subarray(0, Math.min(SHOWN_CHARS, isPadded ? end + 1 : bytes.length));
  const text = decodeText(part, part.length < bytes.length);
  const shown = text !== null
    ? escapeText(text.replaceAll("\\", "\\x5c"))
    : Array.from(part, (byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${hex(byte)}`)
      .join("");
  const short = shown.replace(
    NUL_RUN,
    (run) => `${run.slice(0, NUL_CHARS)}… (${run.length / NUL.length} NUL bytes) `,
  );
  return part.length < bytes.length ? `${short}… (${bytes.length} bytes in all)` : short;
}

/** The first bytes in hex, from the text that {@linkcode showBytes} returned. */
export function hexOf(shown: string): string {
  const SHORT: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  const cut = shown.replace(/… \(\d+ (?:bytes in all|NUL bytes)\).*$/s, "");
  const bytes: number[] = [];
  for (const [, byte, short, char] of cut.matchAll(/\\x([0-9a-f]{2})|\\([nrt])|([^])/gu)) {
    if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else bytes.push(...utf8Bytes(SHORT[short] ?? char));
    if (bytes.length > HEX_BYTES) break;
  }
  const more = bytes.length > HEX_BYTES || cut !== shown ? " …" : "";
  return bytes.slice(0, HEX_BYTES).map(hex).join(" ") + more;
}

/** The parts of a verdict's evidence, in the order in which they happened. */
const EVIDENCE_LABELS: readonly (readonly [keyof Evidence, string])[] = [
  ["typed", "typed"],
  ["sent", "client sent"],
  ["received", "server sent"],
  ["shown", "shown"],
  ["expected", "expected"],
];

/** One part of a verdict's evidence. */
export interface EvidencePart {
  part: keyof Evidence;
  label: string;
  text: string;
  /** The first bytes in hex, if the part passed between the programs; else empty. */
  hex: string;
}

/** The parts that an exchange has. */
export function evidenceParts(evidence: Evidence): EvidencePart[] {
  return EVIDENCE_LABELS.flatMap(([part, label]) => {
    const text = evidence[part];
    const isOnWire = part === "sent" || part === "received";
    return text === undefined ? [] : [{ part, label, text, hex: isOnWire ? hexOf(text) : "" }];
  });
}

/** A screen as text, with its line breaks as `\n`. */
export function showScreen(screen: string): string {
  let end = screen.length; // a regular expression would take quadratic time
  while (screen[end - 1] === "\n") end--;
  const chars = [...screen.slice(0, Math.min(end, 4 * SHOWN_CHARS))];
  const shown = escapeText(chars.slice(0, SHOWN_CHARS).join(""));
  return chars.length > SHOWN_CHARS ? `${shown}…` : shown;
}
