/**
 * Graphemes (what a person sees as one character) and their columns on a terminal. `@std/cli` has
 * `unicodeWidth`, but npm's build of it lacks its table.
 *
 * @module
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** East Asian Width's W and F, in blocks, and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
/** Combining marks, joiners, and the vowels and final consonants of Hangul. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
/** One picture: joined emoji, emoji with a skin colour, flags, letters shown as emoji. */
const PICTURE = /^\p{Emoji}.*[\u200d\ufe0f\p{Emoji_Modifier}\p{Regional_Indicator}]/su;

/** The graphemes of a text, in order. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The columns of each part of a text that a terminal does not split at the end of a row. */
export function columnsOf(text: string): number[] {
  if (/^[ -~]*$/.test(text)) return Array(text.length).fill(1); // many times faster
  return graphemes(text).flatMap((one) => PICTURE.test(one) ? 2 : Array.from(one, columnsOfChar));
}

function columnsOfChar(char: string): number {
  return WIDE.test(char) ? 2 : NO_WIDTH.test(char) ? 0 : 1;
}
