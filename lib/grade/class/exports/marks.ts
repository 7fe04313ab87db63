/**
 * Marks as a gradebook writes them: `17.2`, `17,20`, `86,00 %`.
 *
 * @module
 */

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
