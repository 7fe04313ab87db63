/**
 * Text for a search: without accents and capitals.
 *
 * @module
 */

/** Letters that Unicode does not decompose into a plain letter and an accent; page.js gets them. */
export const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ...{ ł: "l", ø: "o", đ: "d", ð: "d", ħ: "h", ŧ: "t", ı: "i" },
  ...{ ß: "ss", æ: "ae", œ: "oe", þ: "th" },
};

/** Removes accents and capitals, as page.js does: Müller becomes muller, and Łukasz lukasz. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);
}
