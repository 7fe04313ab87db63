/**
 * Guesses the encoding of file names in a zip archive without the UTF-8 flag. Windows uses
 * the code page of its language: 437 in the west, 866 in Russia, Shift-JIS in Japan.
 *
 * @module
 */

/** A word with at least one byte above ASCII. */
const HIGH_WORD = /[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*/g;
/** A Russian word: all capitals, all small letters, or a capital at its start. */
const RUSSIAN = /^([А-ЯЁ]+|[А-ЯЁ]?[а-яё]+)$/;
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー]{2}/u;
/** Characters that Shift-JIS gives for bytes of other encodings. */
const NOT_JAPANESE = /[\uff61-\uff9f\ue000-\uf8ff]/;

/**
 * Decodes names that are neither ASCII nor UTF-8, all in one encoding.
 *
 * @param names The bytes of each name.
 * @returns The names, or undefined if nothing but code page 437 fits.
 */
export function decodeNames(names: readonly Uint8Array[]): string[] | undefined {
  const words = names.flatMap((name) => latin1(name).match(HIGH_WORD) ?? []);
  const cyrillic = new TextDecoder("ibm866");
  const isRussian = (word: string) => RUSSIAN.test(cyrillic.decode(bytesOf(word)));
  if (words.every(isRussian)) return names.map((name) => cyrillic.decode(name));
  try {
    const japanese = new TextDecoder("shift_jis", { fatal: true });
    const decoded = names.map((name) => japanese.decode(name));
    if (decoded.every((name) => JAPANESE.test(name) && !NOT_JAPANESE.test(name))) return decoded;
  } catch {
    // It is not Shift-JIS.
  }
  return undefined;
}

/** A character for each byte. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
