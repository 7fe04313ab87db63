/**
 * Shows the line that is being typed, wrapped over several rows as bash does. Of a line that does
 * not fit on the screen it shows the part around the cursor.
 *
 * @module
 */
import { BlockingOutput } from "../terminal/blocking_output.ts";
import { escapeText } from "../terminal/show.ts";
import { utf8Bytes } from "../wire/text.ts";
import { graphemes, type Line, type LineEditor } from "./line_editor.ts";

const ERASE_BELOW = "\x1b[J";
const CUT = "…"; // for a part that is not shown
/** East Asian Width's W and F, in blocks, and emoji. npm's build of `@std/cli` lacks `unicodeWidth`'s table. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
/** Combining marks, joiners, and the vowels and final consonants of Hangul. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
/** One picture: joined emoji, emoji with a skin colour, flags, letters shown as emoji. */
const PICTURE = /^\p{Emoji}.*[\u200d\ufe0f\p{Emoji_Modifier}\p{Regional_Indicator}]/su;

/** Draws on stderr. */
export class LineView {
  #out = new BlockingOutput(Deno.stderr);
  #head: string | null = null; // from the prompt to the cursor; null if nothing is drawn

  /** Draws the line, and moves the cursor to its place in the line. */
  draw({ line, query }: LineEditor): void {
    const { columns, rows } = screenSize();
    const prompt = query === null ? "> " : `(reverse-i-search)\`${escapeText(query)}': `;
    // One row stays free. A wide character may leave the last column of a row empty.
    const room = (columns - 1) * (rows - 1) - prompt.length;
    const { before, after } = cutToFit(line, Math.max(8, room));
    const head = prompt + before;
    const end = placeAfter(head + after, columns);
    // After a full row the cursor stays in the last column: a space moves it to the next row.
    const wrap = end.column === 0 ? ` \r${ERASE_BELOW}` : "";
    let drawing = this.#toStart() + ERASE_BELOW + head + after + wrap;
    if (after !== "") {
      // The head is drawn again: the cursor is then right, whatever width the terminal gives the head.
      drawing += `\r${up(end.row)}${head}${placeAfter(head, columns).column === 0 ? "\r\n" : ""}`;
    }
    this.#write(drawing);
    this.#head = head;
  }

  /** Removes the line from the screen, so that other lines can be written. */
  erase(): void {
    if (this.#head !== null) this.#write(this.#toStart() + ERASE_BELOW);
    this.#head = null;
  }

  /** Clears the screen. */
  clear(): void {
    this.#write("\x1b[H\x1b[2J");
    this.#head = null;
  }

  /** Leaves the line on the screen, with the cursor at its end, and moves to the row after it. */
  leave(): void {
    if (placeAfter(this.#head ?? "", screenSize().columns).column > 0) this.#write("\r\n");
    this.#head = null;
  }

  /** Moves the cursor to the prompt. A resized terminal has wrapped the line to its new width. */
  #toStart(): string {
    return `\r${up(placeAfter(this.#head ?? "", screenSize().columns).row)}`;
  }

  #write(text: string): void {
    this.#out.buffer.append(utf8Bytes(text));
    this.#out.flush();
  }
}

function screenSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 }; // the terminal is gone
  }
}

/** Where the cursor is after a text is drawn; after a full row, at the beginning of the next one. */
function placeAfter(text: string, columns: number): { row: number; column: number } {
  let [row, column] = [0, 0];
  for (const width of columnsOf(text)) {
    if (column + width > columns) [row, column] = [row + 1, 0];
    column += width;
  }
  return column < columns ? { row, column } : { row: row + 1, column: 0 };
}

/** The columns of each part of a text that a terminal does not split at the end of a row. */
function columnsOf(text: string): number[] {
  if (/^[ -~]*$/.test(text)) return Array(text.length).fill(1); // many times faster
  return graphemes(text).flatMap((one) => PICTURE.test(one) ? 2 : Array.from(one, columnsOfChar));
}

const up = (rows: number) => rows > 0 ? `\x1b[${rows}A` : "";
const columnsOfChar = (char: string) => WIDE.test(char) ? 2 : NO_WIDTH.test(char) ? 0 : 1;

/** As much of a line around the cursor as surely fits in `room` columns. */
function cutToFit({ before, after }: Line, room: number): Line {
  for (let chars = 4 * (room - 2 * CUT.length);; chars = Math.floor(chars / 2)) {
    const start = Math.max(0, before.length - chars);
    const left = (start > 0 ? CUT : "") + escapeText(before.slice(start));
    const right = escapeText(after.slice(0, chars)) + (after.length > chars ? CUT : "");
    const width = columnsOf(left + right).reduce((sum, columns) => sum + columns, 0);
    if (width <= room) return { before: left, after: right };
  }
}
