/**
 * What a check is, and how it can go.
 *
 * @module
 */
import type { Lab } from "./lab.ts";

/** The four programs. */
export type ProgramName = ServerName | ClientName;
/** Two of them serve … */
export type ServerName = "server1" | "server2";
/** … and two are served. */
export type ClientName = "client1" | "client2";

/** A question's number, or `craft` for what no question asks. */
export type Part =
  | "1a"
  | "1b"
  | "1c"
  | "2a"
  | "2b"
  | "3"
  | "3a"
  | "3b"
  | "3c"
  | "craft";

/** The assignment's parts in their order, each in a line. */
export const PARTS = new Map<Part, string>([
  ["1a", "server1 returns the binary value of the text that the client sends"],
  ["1b", "server1 runs on the localhost interface"],
  ["1c", "server1 runs on any port"],
  ["2a", "server2 returns the text of the binary string that the client sends"],
  ["2b", "server2 runs on the interface eth1"],
  ["3", "two client programs, one for each server"],
  ["3a", "what happens when the client aborts (Ctrl+D)?"],
  ["3b", "can two clients use one server?"],
  ["3c", "what happens when client1 meets server2, or nobody?"],
  ["craft", "what no question asks, and every program should do"],
]);

/** One thing that a program must do. */
export interface Check {
  /** Begins with the question: `1a-answers-the-example`. */
  id: string;
  /** Whose fault it is if it fails. */
  program: ProgramName;
  /** What is right, in a line. */
  description: string;
  /** What to know or try if it fails. */
  hint: string;
  /** The check without which this one makes no sense. */
  needs?: string;
  /** Whether it measures time, and so must not share the machine with others. */
  alone?: boolean;
  /** Whether it needs programs that take options. */
  options?: boolean;
  /**
   * @returns What was run and seen.
   * @throws {Failed} If it is not right.
   * @throws {Skipped} If it cannot be tried here.
   */
  run(lab: Lab): Promise<string>;
}

/** The part of the assignment that a check belongs to. */
export function partOf({ id }: Pick<Check, "id">): Part {
  return id.slice(0, id.indexOf("-")) as Part;
}

/** What is to be said about a failure beside what happened. */
export interface Facts {
  expected?: string;
  actual?: string;
  /** Better than the check's own, because it knows what happened. */
  hint?: string;
}

/** The program is wrong. */
export class Failed extends Error {
  override name = "Failed";
  constructor(message: string, readonly facts: Facts = {}) {
    super(message);
  }
}

/** The machine or the way of grading does not allow a check; nobody's fault. */
export class Skipped extends Error {
  override name = "Skipped";
}

/** How a check went. `blocked`: not tried because of an earlier failure, or of the time. */
export interface Result {
  check: Check;
  status: "pass" | "fail" | "skip" | "blocked";
  /** What was run and seen, or why not. */
  seen: string;
  facts: Facts;
  /** The conversation, line by line. */
  log: string[];
  milliseconds: number;
}
