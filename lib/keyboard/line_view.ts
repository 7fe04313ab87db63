/**
 * The line that is being typed, on one row of the terminal: of a long one, the
 * part around the cursor.
 *
 * @module
 */
import { BlockingOutput } from "../terminal/blocking_output.ts";
import { characterStart, columnsOf, graphemes } from "./graphemes.ts";
import type { LineBuffer } from "./line_buffer.ts";
import { escapeText } from "../terminal/show.ts";
import { decodeText, lenientText, utf8Bytes } from "../wire/text.ts";

const PROMPT = "> ";
const CUT = "…";
/** Where the terminal does not tell how wide it is. */
const USUAL_COLUMNS = 80;
/** A line is shown in that many at least. */
const FEWEST_COLUMNS = 4;
/** As many bytes a column are looked at for what is to be shown. */
const BYTES_A_COLUMN = 8;

const ERASE_ROW = "\r\x1b[K";
const ERASE_REST = "\x1b[K";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const SAVE_CURSOR = "\x1b7";
const RESTORE_CURSOR = "\x1b8";

/** What stands in one place of the row. */
interface Cell {
  text: string;
  columns: number;
}

/** Shows a line on stderr. */
export class LineView {
  #out = new BlockingOutput(Deno.stderr);
  #drawn = false;

  /** Whether the line stands on the screen now. */
  get drawn(): boolean {
    return this.#drawn;
  }

  /** Shows the line as it is, and the cursor in it. */
  draw(line: LineBuffer): void {
    const { before, after } = visible(
      line,
      Math.max(FEWEST_COLUMNS, columns() - PROMPT.length - 1),
    );
    // The terminal itself remembers where the cursor is: it need not be reckoned.
    const rest = after === "" ? ERASE_REST : SAVE_CURSOR + after + ERASE_REST + RESTORE_CURSOR;
    this.#write(`\r${PROMPT}${before}${rest}`);
    this.#drawn = true;
  }

  /** Takes the line off the screen, so that other lines can be written. */
  erase(): void {
    if (this.#drawn) this.#write(ERASE_ROW);
    this.#drawn = false;
  }

  /** Leaves the line on the screen and goes to the next row. */
  leave(): void {
    if (this.#drawn) this.#write("\r\n");
    this.#drawn = false;
  }

  /** Clears the screen. */
  clear(): void {
    this.#write(CLEAR_SCREEN);
    this.#drawn = false;
  }

  #write(text: string): void {
    this.#out.buffer.append(utf8Bytes(text));
    this.#out.flush();
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || USUAL_COLUMNS;
  } catch {
    return USUAL_COLUMNS;
  }
}

/** What is shown of a line in so many columns, before the cursor and after it. */
function visible(line: LineBuffer, room: number): { before: string; after: string } {
  const lookBytes = BYTES_A_COLUMN * room;
  const { before, after } = line;
  const from = characterStart(before, Math.max(0, before.length - lookBytes));
  const left = cells(before.subarray(from));
  const right = cells(after.subarray(0, lookBytes));
  const leftColumns = from > 0 ? Infinity : width(left);
  const rightColumns = after.length > lookBytes ? Infinity : width(right);
  const rightRoom = Math.min(rightColumns, Math.max(Math.floor(room / 3), room - leftColumns));
  const leftRoom = room - rightRoom;
  return {
    before: leftColumns <= leftRoom
      ? joined(left)
      : CUT + joined(fitting(left.reverse(), leftRoom).reverse()),
    after: rightColumns <= rightRoom ? joined(right) : joined(fitting(right, rightRoom)) + CUT,
  };
}

/** As many cells as leave room for the sign that there are more. */
function fitting(all: Cell[], room: number): Cell[] {
  let used = CUT.length;
  let count = 0;
  while (count < all.length && (used += all[count].columns) <= room) count++;
  return all.slice(0, count);
}

function cells(bytes: Uint8Array): Cell[] {
  return graphemes(decodeText(bytes, true) ?? lenientText(bytes)).map((grapheme) => {
    const text = escapeText(grapheme);
    return { text, columns: text === grapheme ? columnsOf(grapheme) : text.length };
  });
}

function width(all: Cell[]): number {
  return all.reduce((sum, cell) => sum + cell.columns, 0);
}

function joined(all: Cell[]): string {
  return all.map((cell) => cell.text).join("");
}
