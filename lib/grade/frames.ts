/**
 * Frames as the grader sends and judges them: written out plainly and apart from
 * `lib/`, so that a fault there cannot hide itself here.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { escapeText, hex } from "../terminal/show.ts";
import { lenientText, utf8Bytes } from "../wire/text.ts";
import { Failed } from "./check.ts";

/** Every message's length comes first, in four bytes. */
export const HEADER_BYTES = 4;
const SHOWN_BYTES = 24;
const SHOWN_CHARS = 60;
/** A reply may be longer than it should be by as much, and is still read to be shown. */
const SLACK_BYTES = 65_536;

/** A message of the assignment: 4-byte big-endian length, then the bytes. */
export function frame(
  payload: string | Uint8Array<ArrayBuffer>,
  status = 0,
): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? utf8Bytes(payload) : payload;
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, body.length);
  header[0] = status;
  return concat([header, body]);
}

/** What the bytes of a text are in binary: the slow and obvious way. */
export function digitsOf(text: string): string {
  return Array.from(
    utf8Bytes(text),
    (byte) => byte.toString(2).padStart(8, "0"),
  ).join(" ");
}

/** How a length can be written. */
export type HeaderForm = "big-endian" | "byte-swapped" | "little-endian";

/**
 * Reads a length, right or wrong: a program that writes it wrongly may still be
 * right in what it answers.
 *
 * @param header Four bytes.
 * @param wanted The length that would be right, in bytes.
 * @throws {Failed} If it is no length at all, or an absurd one.
 */
export function readLength(
  header: Uint8Array,
  wanted: number,
): { length: number; form: HeaderForm } {
  const [a, b, c, d] = header;
  const forms: { form: HeaderForm; length: number }[] = [
    { form: "big-endian", length: b << 16 | c << 8 | d },
  ];
  if (a > 1 || (c === 0 && d === 0 && b !== 0)) {
    // struct.pack("i", socket.htons(n)) on the usual machines: hi lo 00 00
    if (c === 0 && d === 0) {
      forms.push({ form: "byte-swapped", length: a << 8 | b });
    }
    forms.push({ form: "little-endian", length: c << 16 | b << 8 | a });
    forms.shift();
  }
  const [best] = forms.sort((x, y) => Math.abs(x.length - wanted) - Math.abs(y.length - wanted));
  if (header.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    throw new Failed("the reply has no length in front of it", {
      expected: `4 bytes of length first: ${showBytes(lengthBytes(wanted))}`,
      actual: `the text begins at once: ${showBytes(header)}`,
      hint: "TCP is a stream: without a length in front the client cannot know where a reply ends.",
    });
  }
  if (best.length > 2 * wanted + SLACK_BYTES) {
    throw new Failed("the reply announces an absurd length", {
      expected: `a length of ${wanted}: ${showBytes(lengthBytes(wanted))}`,
      actual: `${showBytes(header)}, which is ${best.length}`,
    });
  }
  return best;
}

/** The four bytes that say a length rightly. */
export function lengthBytes(length: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, length);
  return header;
}

/** Bytes in hex, the first of them if they are many. */
export function showBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), hex).join(" ");
  return bytes.length <= SHOWN_BYTES ? shown : `${shown} … (${bytes.length} bytes)`;
}

/** Text in quotes, without control characters, its beginning if it is long. */
export function showText(text: string | Uint8Array): string {
  const all = typeof text === "string" ? text : lenientText(text);
  const chars = [...all.slice(0, 4 * SHOWN_CHARS)];
  if (chars.length <= 2 * SHOWN_CHARS) return `"${escapeText(all)}"`;
  return `"${escapeText(chars.slice(0, SHOWN_CHARS).join(""))}…" (${utf8Bytes(all).length} bytes)`;
}
