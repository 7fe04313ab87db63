/**
 * White space as Unicode defines it (the White_Space property), in UTF-8.
 *
 * @module
 */

/** The UTF-8 length of each white space character, by code point; 0 for each other character. */
const LENGTHS = new Uint8Array(0x10000);
for (const character of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) LENGTHS[character] = 1;
for (const character of [0x85, 0xa0]) LENGTHS[character] = 2;
for (const character of [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]) LENGTHS[character] = 3;
LENGTHS.fill(3, 0x2000, 0x200b);

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
  if (digits[i] < 0x80) return LENGTHS[digits[i]];
  let word = 0;
  for (let last = Math.min(end, i + 3) - 1; last >= i; last--) word = word << 8 | digits[last];
  return wideSpaceIn(word);
}

/** The same for a character beyond ASCII at the start of a little-endian word. */
export function wideSpaceIn(word: number): number {
  // The first byte of two begins with the bits 110, that of three with 1110, each other with 10.
  if ((word & 0xc0e0) === 0x80c0) {
    return LENGTHS[(word & 0x1f) << 6 | word >> 8 & 0x3f] === 2 ? 2 : 0;
  }
  if ((word & 0xc0c0f0) === 0x8080e0) {
    return LENGTHS[(word & 0xf) << 12 | word >> 2 & 0xfc0 | word >> 16 & 0x3f] === 3 ? 3 : 0;
  }
  return 0;
}
