/**
 * What a teacher says about each question to somebody who did not get it right: why
 * it usually happens, and what to look at.
 *
 * @module
 */
import type { ProgramName, Question } from "../../results/results.ts";

/** Help with a question. */
export interface Teaching {
  /** How the thing works, and how it usually goes wrong. */
  why: string;
  /** What to look at, or to do. */
  todo: string;
  /** The programs that the question is about. */
  programs: readonly [server: ProgramName, client: ProgramName];
}

const FIRST = ["server1", "client1"] as const;
const SECOND = ["server2", "client2"] as const;

const STREAM =
  "TCP carries a stream of bytes and knows no messages: one `recv` or `read` may bring a part of what was sent, or two messages at once.";

/** Help with what happened, where it is not what usually goes wrong with the question. */
const SPECIAL: readonly [happened: RegExp, help: Omit<Teaching, "programs">][] = [
  [/conversion (itself|of its own)/, {
    why:
      "The lab asks the server to convert: over the line goes what was typed, and what is shown is what came back. A client that converts by itself would not need a server.",
    todo: "Send what was typed as it is, and print what the server replies.",
  }],
  [/only the first message|texts unanswered/, {
    why:
      "The server reads from a connection, replies, and reads no more, while the client still has something to say.",
    todo:
      "Put receiving and replying into a loop that ends when `recv` brings nothing: that is the client's end.",
  }],
  [/does not (listen|connect)|does not reach|cannot be asked/, {
    why:
      "A program that ends at its start, or waits for something before it opens its socket, is not there for its partner.",
    todo:
      "Start it in an empty folder with the command that you hand in, and read the first lines that it prints.",
  }],
  [/line's end is converted/, {
    why:
      "`readline`, `fgets` and a server that reads whole lines keep the line's end: `\\n` is one byte more, 00001010.",
    todo: "Take the line's end off (`rstrip('\\n')`, `trim`) before anything is converted.",
  }],
];

/** Help with a question, for what happened. */
export function teachingOn(question: Question, happened: string): Teaching {
  const special = SPECIAL.find(([pattern]) => pattern.test(happened))?.[1];
  return { ...TEACHING[question], ...special };
}

/** Help with each question. */
const TEACHING: Record<Question, Teaching> = {
  "1a": {
    why:
      "The binary value of a text is made byte by byte: each byte becomes eight digits, its leading zeros among them, with one blank between two bytes. `bin(x)` and `toString(2)` drop leading zeros, and `readline` or `fgets` keep a line end that is then converted too.",
    todo:
      "Pad every byte to eight digits (`format(b, '08b')`, `padStart(8, '0')`), take the line end off first, and let the server convert: the client only sends and shows.",
    programs: FIRST,
  },
  "1b": {
    why:
      "A server can be reached on the addresses that it binds to, and on no other: 127.0.0.1 is this machine alone, 0.0.0.0 is every interface.",
    todo: "Look at the address that is given to `bind` or `listen`.",
    programs: FIRST,
  },
  "1c": {
    why: "A server listens once `bind` and `listen` have been called and nothing failed before.",
    todo: "Start the server alone and see with `ss -ltn` whether its port is there.",
    programs: FIRST,
  },
  "2a": {
    why:
      "Each group of eight digits is one byte, and all bytes together are the text: a letter such as `é` is two of them, so bytes cannot be turned into letters one at a time.",
    todo:
      "Split at the blanks, turn each group into a byte (`int(group, 2)`), gather the bytes, and decode them at the end.",
    programs: SECOND,
  },
  "2b": {
    why:
      "eth1 is a network interface with an address of its own. A server that binds to 127.0.0.1 cannot be reached there, however close the two are.",
    todo:
      "Find eth1's address (`ip addr show eth1`) and bind to it, or to 0.0.0.0 for every interface.",
    programs: SECOND,
  },
  "3-client1": {
    why: `A client sends what was typed, waits until the reply is whole, and shows it. ${STREAM}`,
    todo: "After sending, read until the reply is complete, then print it.",
    programs: FIRST,
  },
  "3-client2": {
    why: `A client sends what was typed, waits until the reply is whole, and shows it. ${STREAM}`,
    todo: "After sending, read until the reply is complete, then print it.",
    programs: SECOND,
  },
  "3a": {
    why:
      "Ctrl+D ends the client's input: `input()` raises EOFError, other languages give an empty or missing line. The server then reads the end of the stream: `recv` returns nothing.",
    todo:
      "Take the end of the input for the end of the work and close the socket; in the server, take an empty `recv` for the end of that client and go on to the next `accept`.",
    programs: FIRST,
  },
  "3b": {
    why:
      "Each `accept` gives one client's socket. A loop that accepts again while it still talks with somebody loses the one before.",
    todo:
      "Serve each client in a thread or task of its own, or finish with one before the next `accept`.",
    programs: FIRST,
  },
  "3c": {
    why:
      "Where nobody listens, `connect` fails at once; another server may answer something else, or nothing.",
    todo:
      "Catch the error of `connect`, say in one line what could not be reached, and end with an exit code other than 0; wait for a reply no longer than some seconds.",
    programs: FIRST,
  },
};
