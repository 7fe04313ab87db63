/**
 * White space as Unicode defines it (the White_Space property), in UTF-8.
 *
 * @module
 */

const SPACE = 0x20;

/**
 * The length of the white space character at `digits[i]`, in bytes: 1 to 3; 0 if it is none.
 *
 * @example
 * ```ts
 * const digits = new TextEncoder().encode("1\u30000");
 * spaceAt(digits, 0, digits.length); // 0
 * spaceAt(digits, 1, digits.length); // 3
 * ```
 */
export function spaceAt(digits: Uint8Array, i: number, end: number): number {
  const byte = digits[i];
  if (byte === SPACE || (byte >= 0x09 && byte <= 0x0d)) return 1;
  return byte < 0xc2 ? 0 : wideSpaceAt(digits, i, end);
}

/** The same for characters beyond ASCII. */
function wideSpaceAt(digits: Uint8Array, i: number, end: number): number {
  const left = end - i;
  const next = digits[i + 1];
  if (digits[i] === 0xc2) return left >= 2 && (next === 0x85 || next === 0xa0) ? 2 : 0;
  if (left < 3) return 0;
  switch (digits[i] << 16 | next << 8 | digits[i + 2]) {
    case 0xe19a80: // U+1680
    case 0xe280a8: // U+2028
    case 0xe280a9: // U+2029
    case 0xe280af: // U+202F
    case 0xe2819f: // U+205F
    case 0xe38080: // U+3000
      return 3;
  }
  const isQuad = digits[i] === 0xe2 && next === 0x80; // U+2000 to U+200A
  return isQuad && digits[i + 2] >= 0x80 && digits[i + 2] <= 0x8a ? 3 : 0;
}
