/**
 * The file of a gradebook. Its cells have their places, so that some can be changed and every other byte
 * is kept: no CSV package keeps the places. Marks and dates are read and written as gradebooks have
 * them: `17.2`, `17,20`, `86,00 %`; `Friday, 20 November 2026, 11:59 PM`,
 * `Freitag, 20. November 2026, 23:59`, `2026年11月20日 23:59`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
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

/** Splits a CSV file into rows of cells. The separator is the most frequent one of the header. */
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
      at++; // two quotes in a quoted cell mean one quote
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
  encode(text: string): Uint8Array<ArrayBuffer>;
}

/** Decodes UTF-8, UTF-16 with a byte order mark, or a character for each byte. */
export function decodeFile(bytes: Uint8Array<ArrayBuffer>): EncodedText {
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isBigEndian || (bytes[0] === 0xff && bytes[1] === 0xfe)) {
    const encoding = isBigEndian ? "utf-16be" : "utf-16le";
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    const encode = (text: string) => Buffer.from(text, "utf16le");
    return { text, encode: isBigEndian ? (text) => encode(text).swap16() : encode };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, encode: utf8Bytes };
  } catch {
    const text = Buffer.from(bytes).toString("latin1");
    return { text, encode: (text) => Buffer.from(text, "latin1") };
  }
}

const NUMBER = /^(\d{1,9})(?:([.,])(\d+))?(\s*%)?$/;

/** How a gradebook writes its numbers. */
export interface MarkFormat {
  /** Between the whole number and its decimals. */
  point: "." | ",";
  /** How many decimals there are at least. */
  decimals: number;
  /** What follows a number: a percent sign, or nothing. */
  unit: string;
}

/** A number as any gradebook writes it; undefined if it is none. */
export function readNumber(value: string): number | undefined {
  const match = value.trim().match(NUMBER);
  return match ? Number(`${match[1]}.${match[3] ?? "0"}`) : undefined;
}

/**
 * How a gradebook writes its numbers.
 *
 * @param values Its numbers; those without decimals tell no decimal point.
 * @param separator Its separator: semicolons go with decimal commas.
 */
export function markFormat(values: readonly string[], separator: string): MarkFormat {
  const matches = values.flatMap((value) => [value.trim().match(NUMBER) ?? []].filter((m) => m[0]));
  const withPoint = matches.find((match) => match[2] !== undefined);
  const decimals = matches.map((match) => match[3]?.length ?? 0);
  return {
    point: withPoint ? withPoint[2] as "." | "," : separator === ";" ? "," : ".",
    decimals: decimals.length > 0 && decimals.every((n) => n === decimals[0])
      ? Math.min(decimals[0], 5)
      : 0,
    unit: matches.find((match) => match[4] !== undefined)?.[4] ?? "",
  };
}

/** A mark in hundredths, with no fewer decimals than the gradebook has. */
export function writeMark(mark: number, { point, decimals, unit }: MarkFormat): string {
  const short = String(Math.round(mark * 100) / 100);
  const needed = short.split(".")[1]?.length ?? 0;
  return Number(short).toFixed(Math.max(decimals, needed)).replace(".", point) + unit;
}

const LANGUAGES = "en de fr es pt it nl pl ru cs sv da nb fi tr hu uk".split(" ");
const EAST_ASIAN = /(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日/;
const NUMERIC = /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/;
const TIME = /(\d{1,2})[:٫.](\d{2})(?::\d{2})?\s*(am|pm|a\. ?m\.|p\. ?m\.)?/i;
const AFTERNOON = /\bp\.? ?m\b|下午|午後/i;
const MORNING = /\ba\.? ?m\b|上午|午前/i;
const DAY_MS = 86_400_000;

let months: Map<string, number> | undefined;

/** Names of months in lower case, in the form that a date with a day has. */
function monthNames(): Map<string, number> {
  return months ??= new Map(
    LANGUAGES.flatMap((language) =>
      (["long", "short"] as const).flatMap((month) => {
        const format = new Intl.DateTimeFormat(language, {
          day: "numeric",
          month,
          timeZone: "UTC",
        });
        return Array.from({ length: 12 }, (_, i): [string, number] => {
          const parts = format.formatToParts(Date.UTC(2024, i, 15));
          const name = parts.find(({ type }) => type === "month")?.value ?? "";
          return [name.replace(/\.$/, "").toLowerCase(), i];
        });
      })
    ).filter(([name]) => /\p{L}/u.test(name)),
  );
}

/**
 * Reads a date and time, without a time zone: two dates of one Moodle can be compared.
 *
 * @returns Milliseconds; undefined if it is no date.
 */
export function readMoodleDate(text: string): number | undefined {
  const numbers = text.match(EAST_ASIAN) ?? text.match(NUMERIC);
  const time = text.replace(numbers?.[0] ?? "", "").match(TIME);
  const date = numbers
    ? [Number(numbers[1]), Number(numbers[2]) - 1, Number(numbers[3])]
    : namedDate(text);
  if (!date || !time) return undefined;
  const [year, month, day] = date;
  const hour = Number(time[1]) % (MORNING.test(text) || AFTERNOON.test(text) ? 12 : 24) +
    (AFTERNOON.test(text) ? 12 : 0);
  return Date.UTC(year, month, day, hour, Number(time[2]));
}

function namedDate(text: string): [year: number, month: number, day: number] | undefined {
  const names = monthNames();
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const month = words.map((word) => names.get(word)).find((one) => one !== undefined);
  const year = text.match(/\b(20\d{2})\b/)?.[1];
  const day = text.replace(TIME, "").match(/(?<!\d)(\d{1,2})(?!\d)/)?.[1];
  if (month === undefined || year === undefined || day === undefined) return undefined;
  return [Number(year), month, Number(day)];
}

/** How many days after a date something was handed in; a part of a day counts as a whole. */
export function daysAfter(due: string, handedIn: string): number | undefined {
  const [end, at] = [readMoodleDate(due), readMoodleDate(handedIn)];
  if (end === undefined || at === undefined) return undefined;
  return Math.max(0, Math.ceil((at - end) / DAY_MS));
}
