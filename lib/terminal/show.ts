/**
 * Shows untrusted text on one line, without control characters.
 *
 * @module
 */
import type { ByteBuffer } from "../wire/byte_buffer.ts";
import { decodeText, utf8Bytes } from "../wire/text.ts";

// C0, DEL, C1, bidi controls, and the line breaks U+2028 and U+2029.
const UNSAFE = // deno-lint-ignore no-control-regex
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const BACKSLASH = 0x5c;
const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text on one line without control characters, for a message.
 *
 * @example
 * ```ts
 * escapeText("a\nb\x1b"); // a\nb\x1b, as eight printable characters
 * ```
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return SHORT[char] ??
      (code < 0x100 ? `\\x${hex(code)}` : `\\u{${code.toString(16)}}`);
  });
}

/**
 * Text with its line breaks, and with its other control characters escaped.
 *
 * @example
 * ```ts
 * escapeLines("a\nb\tc"); // two lines: a, b\tc
 * ```
 */
export function escapeLines(text: string): string {
  return text.split("\n").map(escapeText).join("\n");
}

/**
 * A payload for the transcript: as {@linkcode escapeText}, but its own backslashes are doubled, so
 * that a line break (`\n`) and a backslash before an n (`\\n`) look different.
 *
 * @example
 * ```ts
 * escapePayload("a\\n\n"); // a\\n\n: a backslash and an n, then a line break
 * ```
 */
export function escapePayload(text: string): string {
  return escapeText(text.replaceAll("\\", "\\\\"));
}

/**
 * A byte as two hexadecimal digits.
 *
 * @example
 * ```ts
 * hex(10); // 0a
 * ```
 */
export function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/**
 * A peer's text in quotes, for a message: escaped, at most `maxChars` characters.
 *
 * @example
 * ```ts
 * quote(new TextEncoder().encode("hello"), 4); // "hell…"
 * ```
 */
export function quote(bytes: Uint8Array, maxChars = 40): string {
  const { text, whole } = show(bytes, maxChars);
  return whole ? `"${text}"` : `"${text}…"`;
}

/**
 * Appends a payload as one line of a transcript: escaped, at most `maxChars` characters, then its
 * whole length if it was cut.
 *
 * @example
 * ```ts
 * import { ByteBuffer } from "../wire/byte_buffer.ts";
 *
 * const line = new ByteBuffer(64);
 * const payload = new TextEncoder().encode("hello");
 * appendShown(line, payload, 0, payload.length, 4); // hell… (5 bytes in all)
 * ```
 */
export function appendShown(
  line: ByteBuffer,
  bytes: Uint8Array,
  start: number,
  end: number,
  maxChars: number,
): void {
  const stop = Math.min(end, start + maxChars);
  let whole = stop === end;
  if (!appendPrintable(line, bytes, start, stop)) {
    const shown = show(bytes.subarray(start, end), maxChars, escapePayload);
    whole = shown.whole;
    line.append(utf8Bytes(shown.text));
  }
  if (!whole) line.append(utf8Bytes(`… (${end - start} bytes in all)`));
}

/** Appends bytes if all are printable ASCII without a backslash. Most messages need no string then. */
function appendPrintable(line: ByteBuffer, from: Uint8Array, start: number, end: number): boolean {
  const at = line.extend(end - start);
  const to = line.bytes;
  let out = 0; // negative once a byte is below a space, above a tilde, or a backslash
  for (let i = start, o = at; i < end; i++, o++) {
    const byte = from[i];
    out |= (byte - 0x20) | (0x7e - byte) | ((byte ^ BACKSLASH) - 1);
    to[o] = byte;
  }
  if (out < 0) line.length = at;
  return out >= 0;
}

/** At most `maxChars` characters, escaped; bytes that are not UTF-8 as `\xNN`. */
function show(
  bytes: Uint8Array,
  maxChars: number,
  escape = escapeText,
): { text: string; whole: boolean } {
  const part = bytes.subarray(0, 4 * maxChars); // no character is longer than that
  const cut = part.length < bytes.length;
  const text = decodeText(part, cut);
  if (text === null) {
    const shown = Array.from(
      part.subarray(0, maxChars),
      (byte) => byte < 0x80 ? escape(String.fromCharCode(byte)) : `\\x${hex(byte)}`,
    );
    return { text: shown.join(""), whole: bytes.length <= maxChars };
  }
  const chars = text.length <= maxChars ? text : [...text];
  const kept = typeof chars === "string" ? chars : chars.slice(0, maxChars).join("");
  return { text: escape(kept), whole: !cut && chars.length <= maxChars };
}

/**
 * An address as the transcripts show it.
 *
 * @example
 * ```ts
 * showAddress({ hostname: "127.0.0.1", port: 3000 }); // ('127.0.0.1', 3000)
 * ```
 */
export function showAddress(addr: { hostname: string; port: number }): string {
  return `('${addr.hostname}', ${addr.port})`;
}

/**
 * An error's message on one line, without a stack trace or the system's error number.
 *
 * @example
 * ```ts
 * oneLine(new Error("No space left on device (os error 28)")); // No space left on device
 * ```
 */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split("\n", 1)[0].replace(/ \(os error \d+\).*$/, "");
}

/** An error with its stack trace, for the programmer: a line for each call, indented. */
export function stackOf(error: unknown): string {
  const text = error instanceof Error ? error.stack ?? `${error}` : String(error);
  return text.split("\n").map((line) => `  ${escapeText(line.trim())}`).join("\n");
}
