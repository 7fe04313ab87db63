/**
 * Modes: the words that a program compares with its arguments, in any human language. Nothing here
 * knows what a mode does; the grader runs each to see it.
 *
 * @module
 */

/** At most this many modes of a file are tried. */
export const MAX_MODES = 12;
const CONTEXT_CHARS = 90;
const LITERAL = /(["'`])((?:-{1,2}|\/)?[\p{L}\p{N}](?:[\p{L}\p{N}_-]|:(?=\p{L})){0,23})\1/gu;
/** Before a word that is compared, alone or in a list: `== `, `case "a", `, `strcmp(argv[1], `. */
const COMPARED_BEFORE =
  /(?:[!=]==?|\b(?:eq|ne|case|when|in)\b[^;:\n]{0,60}|(?:cmp|[eE]quals?|[cC]ontains|[iI]ncludes|[iI]ndexOf|[mM]atch(?:es)?|has|Some|choices\s?=|%w|command|parser)\w{0,12}\s?[[({][^;\n]{0,60})[\s[({]*$/;
/** Behind a word that is compared, or that is the name of a branch. */
const COMPARED_AFTER =
  /^(?:,\s?["'`]?[\w-]{1,24}["'`]?){0,3}[\])}]*\s*(?:[!=]==?|=>|->|\|\s*["'`]|\.[eE]quals|(?:eq|ne|in)\b)/;
/** Behind the key of a table of functions. */
const KEY_AFTER =
  /^\]?\s*[:=,]\s*(?:\[\s*)?(?:[A-Za-z_]\w*\s*(?:[,}).;[(]|$)|lambda|func|async|new|\(|&|\\)/m;
/** Branches without quotes: of a shell's or Tcl's `case`, and keys of tables. */
const BARE = [
  /^[ \t]*\(?([\w-]{1,24}(?:\s?\|\s?[\w-]{1,24}){0,4})\)\s/gm,
  /^[ \t]*["{]?([\p{L}\p{N}_-]{1,24})["}]?[ \t]+\{/gmu,
  /^[ \t]*([\p{L}\p{N}_]{1,24})\s?(?::|=>)\s?(?:[A-Za-z_]\w*(?:,|\s?\}|$)|async\b|function\b|\(|sub\b|\\&|lambda\b)/gmu,
];
const NO_MODE =
  /^(?:-{0,2}(?:h|help|version|exit|quit|q|bye|if|else|elseif|while|default|catch|try|do|return|data|end|error|close|line|message|connection|listening|text|string|object|number|undefined|function|main|__main__|eth\d|lo|localhost|utf-?8|ascii|latin-?1|true|false|none|null|get|post|put|ok|err|y|n|yes|no|r|w|rb|wb|ip|host|port|addr|\d\d+)|[3-9])$/i;
/** Keys without quotes are modes only where a table is asked for an argument. */
const TABLE = /argv|\bargs?\b|ARGV|\bmod[euo]\w{0,4}\b/;

/**
 * The words of a source that may be modes, the likelier first: those that it compares, and of these
 * those that it also mentions elsewhere, as a usage text does.
 */
export function modesIn(source: string): string[] {
  const scores = new Map<string, number>();
  const add = (word: string, score: number) => {
    if (!NO_MODE.test(word)) scores.set(word, Math.max(score, scores.get(word) ?? 0));
  };
  for (const match of source.matchAll(LITERAL)) {
    const [all, , word] = match;
    const before = source.slice(Math.max(0, match.index - CONTEXT_CHARS), match.index);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const after = source.slice(match.index + all.length, match.index + all.length + CONTEXT_CHARS);
    if (COMPARED_BEFORE.test(line) || COMPARED_AFTER.test(after)) {
      add(word, /^\d$/.test(word) ? 0 : 2);
    } else if (KEY_AFTER.test(after)) add(word, 1);
  }
  if (TABLE.test(source)) {
    for (const form of BARE) {
      for (const [, list] of source.matchAll(form)) {
        for (const word of list.split(/\s?\|\s?/)) add(word, 1);
      }
    }
  }
  const texts = source.match(/\b[\p{L}\p{N}_-]{1,24}(?:[^\p{L}\p{N}_-]|$)/gu) ?? [];
  const counts = new Map<string, number>();
  for (const text of texts) {
    const word = text.replace(/[^\p{L}\p{N}_-]$/u, "");
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const likely = (word: string) =>
    scores.get(word)! + ((counts.get(word.replace(/^\W+/, "")) ?? 0) > 1 ? 1 : 0);
  const words = [...scores.keys()].sort((a, b) => likely(b) - likely(a));
  // A digit is compared in many programs, most often as a letter of a typed line.
  const named = words.filter((word) => !/^\d$/.test(word));
  return (named.length > 0 ? named : words).slice(0, MAX_MODES);
}
