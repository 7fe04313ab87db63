/**
 * Joins words into one command line for a POSIX shell.
 *
 * @module
 */

/**
 * Joins words into one command that a shell splits into the same words again.
 *
 * @example
 * ```ts
 * joinWords(["echo", "it's"]); // echo 'it'\''s'
 * ```
 */
export function joinWords(words: string[]): string {
  return words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
