/**
 * Dates in Moodle's grading worksheet, in the languages of its packs: `Friday, 20 November
 * 2026, 11:59 PM`, `Freitag, 20. November 2026, 23:59`, `2026年11月20日 23:59`.
 *
 * @module
 */

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

/** A date whose month is a word. */
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
