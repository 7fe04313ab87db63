/**
 * What is said to the programs: the assignment's example, words, and texts that
 * nobody can have prepared an answer for.
 *
 * @module
 */
import type { ClientName, ServerName } from "./check.ts";
import { digitsOf } from "./frames.ts";

/** The assignment's own example. */
export const EXAMPLE = "comnetsii";
/** Words of the report, and some beside them. */
export const WORDS = ["comm", "comnet", "abcdef", "a", "Hello, World!", "0 1"];
/** A text of characters that take 1, 2, 3 and 4 bytes. */
export const BEYOND_ASCII = "héllo 世🙂";
/** What no receiver gets in one read: a text, and how often it is repeated. */
export const LONG_TEXT_UNIT = "abcdefghij";
export const LONG_TEXT_TIMES = 10_000;
export const LONG_TEXT = LONG_TEXT_UNIT.repeat(LONG_TEXT_TIMES);

/** A message and its right answer. */
export interface Exchange {
  request: string;
  reply: string;
}

/**
 * Letters and punctuation by chance: a program that knows the answer computes it.
 * Short, so that even its digits are less than 128: long messages are another check's.
 */
export function randomText(): string {
  const length = 6 + Math.floor(Math.random() * 8);
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return String.fromCharCode(...bytes.map((byte) => 0x21 + byte % 0x5e));
}

/** A pair of programs and what they talk about. */
export interface Pair {
  server: ServerName;
  client: ClientName;
  /** The question that says what the server answers. */
  question: "1a" | "2a";
  /** The exchange about a text: server1 is sent the text, server2 its digits. */
  about(text: string): Exchange;
  /** A request that has no right answer, and what is wrong with it. */
  bad: { payload: Uint8Array<ArrayBuffer>; what: string };
}

/** server1 and client1: text to binary. */
export const TO_BINARY: Pair = {
  server: "server1",
  client: "client1",
  question: "1a",
  about: (text) => ({ request: text, reply: digitsOf(text) }),
  bad: { payload: Uint8Array.of(0x61, 0xc0, 0xaf), what: "bytes not UTF-8" },
};

/** server2 and client2: binary to text. */
export const TO_TEXT: Pair = {
  server: "server2",
  client: "client2",
  question: "2a",
  about: (text) => ({ request: digitsOf(text), reply: text }),
  bad: {
    payload: Uint8Array.from("01100001 012", (char) => char.charCodeAt(0)),
    what: 'the group "012"',
  },
};

/** Both. */
export const PAIRS = [TO_BINARY, TO_TEXT];
