/**
 * The cells of a CSV file with their places, so that one can be changed and every
 * other byte kept. The text is binary: a character for each byte.
 *
 * @module
 */

/** A cell, and where it stands in the text. */
export interface Cell {
  /** Where it begins, its quote included. */
  start: number;
  /** Where it ends. */
  end: number;
  /** What it says. */
  value: string;
}

const SEPARATORS = [",", ";", "\t"];
const BOM = "\xef\xbb\xbf";

/** Splits a CSV file into rows of cells; the separator is the header's most frequent. */
export function readCells(text: string): Cell[][] {
  const start = text.startsWith(BOM) ? BOM.length : 0;
  const header = text.slice(start).match(/^(?:"[^"]*"|[^"\r\n])*/)![0].replace(/"[^"]*"/g, "");
  const count = (separator: string) => header.split(separator).length;
  const separator = SEPARATORS.reduce((a, b) => count(b) > count(a) ? b : a);
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  for (let at = start; at < text.length || row.length > 0;) {
    const end = endOfCell(text, at, separator);
    row.push({ start: at, end, value: unquote(text.slice(at, end)) });
    at = end + 1;
    if (text[end] === separator) continue;
    if (text[end] === "\r" && text[at] === "\n") at++;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** A text with other values in some of its cells; quotes stay where they were. */
export function changeCells(text: string, changes: Map<Cell, string>): string {
  let changed = "";
  let at = 0;
  for (const [{ start, end }, value] of [...changes].sort(([a], [b]) => a.start - b.start)) {
    const quoted = text[start] === '"' && start < end;
    changed += text.slice(at, start) + (quoted ? `"${value}"` : value);
    at = end;
  }
  return changed + text.slice(at);
}

function endOfCell(text: string, start: number, separator: string): number {
  let at = start;
  if (text[at] === '"') {
    for (at++; at < text.length; at++) {
      if (text[at] !== '"') continue;
      if (text[at + 1] !== '"') break;
      at++; // two quotes are one that is meant
    }
  }
  while (at < text.length && !`${separator}\r\n`.includes(text[at])) at++;
  return at;
}

function unquote(cell: string): string {
  const inner = cell.match(/^"(.*)"[^"]*$/s);
  const binary = inner ? inner[1].replaceAll('""', '"') : cell;
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}
