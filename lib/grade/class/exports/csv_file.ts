/**
 * A CSV file whose cells have their places, so that some can be changed and every other byte is kept.
 * No CSV package keeps the places.
 *
 * @module
 */
import { utf8Bytes } from "../../../wire/text.ts";

/** A cell, and its place in the text. */
export interface Cell {
  /** The index of its first character, or of its opening quote. */
  start: number;
  /** The index after its last character. */
  end: number;
  /** Its value, without quotes. */
  value: string;
}

/** A CSV file. */
export interface CsvText {
  text: string;
  /** The character between cells. */
  separator: string;
  /** Its rows, the header first. */
  rows: Cell[][];
}

const SEPARATORS = [",", ";", "\t"];
const BOM = "\ufeff";

/** Splits a CSV file into rows of cells; the separator is the header's most frequent. */
export function readCells(text: string): CsvText {
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
  return { text, separator, rows };
}

/** The text with other values in some of its cells; quotes are kept, and added if needed. */
export function changeCells({ text, separator }: CsvText, changes: Map<Cell, string>): string {
  let changed = "";
  let at = 0;
  for (const [{ start, end }, value] of [...changes].sort(([a], [b]) => a.start - b.start)) {
    const quoted = (text[start] === '"' && start < end) || value.includes(separator) ||
      /["\r\n]/.test(value);
    const cell = quoted ? `"${value.replaceAll('"', '""')}"` : value;
    changed += text.slice(at, start) + cell;
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
      at++; // two quotes are one quote of the value
    }
  }
  while (at < text.length && !`${separator}\r\n`.includes(text[at])) at++;
  return at;
}

function unquote(cell: string): string {
  const inner = cell.match(/^"(.*)"[^"]*$/s);
  return inner ? inner[1].replaceAll('""', '"') : cell;
}

/** A decoded file, and how to encode it again. */
export interface EncodedText {
  /** The text, with its byte order mark if it has one. */
  text: string;
  /** Encodes a text as the file was. */
  encode(text: string): Uint8Array<ArrayBuffer>;
}

/** Decodes UTF-8, UTF-16 with a byte order mark, or a character for each byte. */
export function decodeFile(bytes: Uint8Array<ArrayBuffer>): EncodedText {
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isBigEndian || (bytes[0] === 0xff && bytes[1] === 0xfe)) {
    const encoding = isBigEndian ? "utf-16be" : "utf-16le";
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    return { text, encode: (text) => encodeUtf16(text, isBigEndian) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: utf8Bytes };
  } catch {
    return {
      text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
      encode: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
    };
  }
}

function encodeUtf16(text: string, isBigEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(i * 2, text.charCodeAt(i), !isBigEndian);
  }
  return bytes;
}
