/**
 * Text as a person sees it: characters with their accents and joiners, and the
 * columns that they take on a terminal.
 *
 * @module
 */
import { decodeText, utf8Bytes } from "../wire/text.ts";

/** No character that a person types is longer than this, in bytes. */
const LOOK_BYTES = 128;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// What East Asian Width calls wide and fullwidth, in blocks, and emoji.
const WIDE =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|.\ufe0f)/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** The graphemes of a text, in order. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns of a terminal a grapheme takes; control characters must be escaped before. */
export function columnsOf(grapheme: string): number {
  if (grapheme.length === 1 && grapheme < "\u0300") return 1;
  return WIDE.test(grapheme) ? 2 : NO_WIDTH.test(grapheme) ? 0 : 1;
}

/** How many bytes the first grapheme has. */
export function firstGraphemeBytes(bytes: Uint8Array): number {
  if (bytes.length <= 1 || (bytes[0] | bytes[1]) < 0x80) return Math.min(bytes.length, 1);
  const text = decodeText(bytes.subarray(0, LOOK_BYTES), bytes.length > LOOK_BYTES);
  if (text) return graphemeBytesAt(text, 0);
  let end = 1;
  while (end < bytes.length && end < 4 && isContinuation(bytes[end])) end++;
  return end;
}

/** How many bytes the last grapheme has. */
export function lastGraphemeBytes(bytes: Uint8Array): number {
  const { length } = bytes;
  if (length <= 1 || (bytes[length - 1] | bytes[length - 2]) < 0x80) return Math.min(length, 1);
  let start = Math.max(0, length - LOOK_BYTES);
  if (start > 0) start = characterStart(bytes, start);
  const text = decodeText(bytes.subarray(start));
  if (text) return graphemeBytesAt(text, text.length - 1);
  let back = 1;
  while (back < length && back < 4 && isContinuation(bytes[length - back])) back++;
  return back;
}

/** Where the first character begins that does not begin before `at`. */
export function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start < bytes.length && start < at + 3 && isContinuation(bytes[start])) start++;
  return start;
}

function graphemeBytesAt(text: string, index: number): number {
  return utf8Bytes(segmenter.segment(text).containing(index)!.segment).length;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
