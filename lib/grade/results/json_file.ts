/**
 * JSON that a person writes: with a byte order mark, in UTF-16, and with comments.
 *
 * @module
 */

/** The grader ignores a submission's own `lab.json` that is longer, in bytes. */
export const MAX_LAB_BYTES = 65_536;

/** JSON text that cannot be read; the message says why and where. */
export class JsonError extends SyntaxError {
  override name = "JsonError";
}

/**
 * A string, a comment to the end of the line, or a block comment. The end of each may be missing: a
 * pattern that fails at many beginnings would take quadratic time.
 */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"?|\/\/[^\n]*|\/\*(?:[^]*?\*\/|[^]*)/g;
/** Messages of `JSON.parse` that carry no position. */
const AT_END = /unexpected end|unterminated/i;

/**
 * Reads JSON from a file's bytes: UTF-8 or UTF-16, with or without a byte order mark.
 * Comments are skipped.
 *
 * @throws {JsonError} If it is not JSON; the message has the line and the column.
 */
export function readJson(bytes: Uint8Array): unknown {
  const text = decode(bytes).replace(
    STRING_OR_COMMENT,
    (found) => found.startsWith('"') || isOpen(found) ? found : found.replace(/[^\n]/g, " "),
  );
  try {
    return JSON.parse(text);
  } catch {
    const at = firstError(text);
    const lines = text.slice(0, at).split("\n");
    const place = `line ${lines.length}, column ${[...lines.at(-1)!].length + 1}`;
    const found = at < text.trimEnd().length
      ? `${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))} is not expected there`
      : "the end comes too early; a closing brace, bracket or quote is missing";
    throw new JsonError(`it is not JSON at ${place}: ${found}`);
  }
}

/** Whether a value of JSON is an object: neither `null` nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOpen(comment: string): boolean {
  return comment.startsWith("/*") && !comment.endsWith("*/");
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  try {
    return new TextDecoder(isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8", { fatal: true })
      .decode(bytes);
  } catch {
    throw new JsonError("it is neither UTF-8 nor UTF-16; save it as UTF-8");
  }
}

/**
 * The index at which JSON text stops being valid. The messages of `JSON.parse` do not always have it,
 * but they show whether a beginning of the text is only incomplete: a binary search finds the longest
 * such beginning.
 */
function firstError(text: string): number {
  const isIncomplete = (length: number) => {
    try {
      JSON.parse(text.slice(0, length));
      return true;
    } catch (error) {
      const { message } = error as Error;
      const position = message.match(/position (\d+)/)?.[1];
      return AT_END.test(message) || (position !== undefined && Number(position) >= length);
    }
  };
  let [low, high] = [0, text.trimEnd().length + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isIncomplete(middle)) low = middle;
    else high = middle;
  }
  return low;
}
