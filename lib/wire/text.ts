/**
 * Text as UTF-8: encoded, decoded and checked.
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Text as UTF-8 bytes.
 *
 * @example
 * ```ts
 * utf8Bytes("hé"); // 68 c3 a9
 * ```
 */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>; // TypeScript before 5.9 does not know this type
}

/**
 * Bytes as text for display: bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * ```ts
 * lenientText(Uint8Array.of(0x68, 0xff)); // "h\ufffd"
 * ```
 */
export function lenientText(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/**
 * Bytes as text. A BOM is kept.
 *
 * @param more Whether more bytes follow: a character that is cut at the end is then left out.
 * @returns The text; null if the bytes are not UTF-8.
 *
 * @example
 * ```ts
 * const cut = Uint8Array.of(0x68, 0xc3); // "h" and half of "é"
 * decodeText(cut); // null
 * decodeText(cut, true); // "h"
 * ```
 */
export function decodeText(bytes: Uint8Array, more = false): string | null {
  try {
    return strict.decode(bytes, { stream: more });
  } catch {
    return null;
  } finally {
    resetDecoder();
  }
}

/** Removes a cut character from the decoder's state. */
function resetDecoder(): void {
  try {
    strict.decode();
  } catch {
    // There was a cut character.
  }
}

/**
 * Whether `bytes[start]` to `bytes[end - 1]` are UTF-8.
 *
 * @example
 * ```ts
 * isUtf8(Uint8Array.of(0x68, 0xff)); // false
 * isUtf8(Uint8Array.of(0x68, 0xff), 0, 1); // true
 * ```
 */
export function isUtf8(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): boolean {
  return isAscii(bytes, start, end) ||
    decodes(bytes.subarray(start, end), false);
}

/**
 * The offset of the first byte that is not UTF-8; the length if all bytes are UTF-8.
 *
 * @example
 * ```ts
 * firstBadByte(Uint8Array.of(0x68, 0xff)); // 1
 * ```
 */
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
  // That prefix may end inside the character that the bad byte interrupts.
  while (!decodes(bytes.subarray(0, good), false)) good--;
  return good;
}

/** Whether the bytes are UTF-8; if `more` follow, the last character may be cut. */
function decodes(bytes: Uint8Array, more: boolean): boolean {
  return decodeText(bytes, more) !== null;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  for (let i = start; i < end; i++) seen |= bytes[i];
  return seen < 0x80;
}
