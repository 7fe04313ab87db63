/**
 * Joins words into one command line for a POSIX shell, and splits a command line into words.
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

/**
 * Splits a command into words. Quotes and backslashes keep blanks inside a word.
 * Nothing is expanded: `$HOME`, `*` and `;` are ordinary characters.
 *
 * @throws {SyntaxError} If a quote is not closed or a backslash ends the command.
 */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined; // undefined between words: '' is a word too
  let quote = "";
  for (let i = 0; i < command.length; i++) {
    const char = command[i];
    if (quote === "'" && char !== "'") {
      word += char;
    } else if (char === quote) {
      quote = "";
    } else if (char === "\\") {
      const next = command[++i];
      if (next === undefined) {
        throw new SyntaxError(
          `Cannot split ${command}: nothing follows the backslash at its end`,
        );
      }
      // Between double quotes a backslash is special before these four only.
      const kept = quote === '"' && !'"\\$`'.includes(next) ? "\\" : "";
      word = (word ?? "") + kept + next;
    } else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== "") {
    throw new SyntaxError(
      `Cannot split ${command}: the quote ${quote} is not closed`,
    );
  }
  if (word !== undefined) words.push(word);
  return words;
}
