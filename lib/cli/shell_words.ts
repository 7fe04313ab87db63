/**
 * Words of a command line, split and joined as a POSIX shell does it, without
 * running one: a submission's command must not be able to do more than start it.
 *
 * @module
 */

/**
 * Splits a command: blanks part words, quotes and backslashes keep them together.
 * Nothing is expanded: `$HOME`, `*` and `;` stand for themselves.
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

/** Words as one command that a shell splits into the same words again. */
export function joinWords(words: string[]): string {
  return words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
