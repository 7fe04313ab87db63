/**
 * What makes bytes text: UTF-8, checked, and shown so that looking at it is
 * safe.
 *
 * @module
 */
import { ByteBuffer } from "./byte_buffer.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Text as UTF-8 bytes. */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>; // it says so itself from TypeScript 5.9 on
}

/** Bytes as text; what is not UTF-8 becomes U+FFFD, so this is for display only. */
export function lenientText(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** Whether `bytes[start]` to `bytes[end - 1]` are UTF-8. */
export function isUtf8(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): boolean {
  return isAscii(bytes, start, end) ||
    decodes(bytes.subarray(start, end), false);
}

/** The offset within the bytes of the first that is not UTF-8; their length if all is well. */
export function firstBadByte(bytes: Uint8Array): number {
  if (decodes(bytes, false)) return bytes.length;
  // A prefix decodes if it ends before the bad byte: bisect for the longest.
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  // The longest may end inside the character that the bad byte breaks off.
  while (!decodes(bytes.subarray(0, good), false)) good--;
  return good;
}

/** Whether the bytes decode; a character cut short at the end is let pass if `more` follow. */
function decodes(bytes: Uint8Array, more: boolean): boolean {
  try {
    strict.decode(bytes, { stream: more });
    return true;
  } catch {
    return false;
  } finally {
    reset();
  }
}

/** Makes the decoder forget a character that a prefix left unfinished. */
function reset(): void {
  try {
    strict.decode();
  } catch {
    // There was one.
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  for (let i = start; i < end; i++) seen |= bytes[i];
  return seen < 0x80;
}

// C0, DEL, C1, and what reorders or breaks a line: bidi controls, U+2028, U+2029.
const UNSAFE = // deno-lint-ignore no-control-regex
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text on one line without control characters: `\n`, `\x1b`, `\u{202e}`. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return SHORT[char] ??
      (code < 0x100 ? `\\x${hex(code)}` : `\\u{${code.toString(16)}}`);
  });
}

/** A byte as two hexadecimal digits. */
export function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** A peer's text in quotes, for a message: escaped, at most `most` characters. */
export function quote(bytes: Uint8Array, most = 40): string {
  const { text, whole } = show(bytes, most);
  return whole ? `"${text}"` : `"${text}…"`;
}

/**
 * Appends a payload as one line of a transcript: control characters escaped, at
 * most `most` characters, then how long it is in all.
 */
export function appendShown(
  line: ByteBuffer,
  bytes: Uint8Array,
  start: number,
  end: number,
  most: number,
): void {
  const stop = Math.min(end, start + most);
  let whole = stop === end;
  if (!appendPrintable(line, bytes, start, stop)) {
    const shown = show(bytes.subarray(start, end), most);
    whole = shown.whole;
    line.append(utf8Bytes(shown.text));
  }
  if (!whole) line.append(utf8Bytes(`… (${end - start} bytes in all)`));
}

/** Appends bytes if all of them are printable ASCII, as in nearly every message: no strings. */
function appendPrintable(line: ByteBuffer, from: Uint8Array, start: number, end: number): boolean {
  const at = line.extend(end - start);
  const to = line.bytes;
  let out = 0; // negative once a byte is below a space or above a tilde
  for (let i = start, o = at; i < end; i++, o++) {
    const byte = from[i];
    out |= (byte - 0x20) | (0x7e - byte);
    to[o] = byte;
  }
  if (out < 0) line.length = at;
  return out >= 0;
}

/** At most `most` characters, escaped; bytes that are not UTF-8 as `\xNN`. */
function show(
  bytes: Uint8Array,
  most: number,
): { text: string; whole: boolean } {
  const part = bytes.subarray(0, 4 * most); // no character is longer than that
  const cut = part.length < bytes.length;
  let chars: string | string[];
  try {
    chars = strict.decode(part, { stream: cut });
  } catch {
    chars = Array.from(
      part.subarray(0, most + 1),
      (byte) => byte < 0x80 ? String.fromCharCode(byte) : `\\x${hex(byte)}`,
    );
  }
  reset();
  const all = chars.length <= most ? chars : [...chars];
  const kept = typeof all === "string" ? all : all.slice(0, most).join("");
  return { text: escapeText(kept), whole: !cut && all.length <= most };
}
