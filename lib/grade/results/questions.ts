/**
 * The one table of questions and remarks: ids, order, titles and teaching texts.
 * Screen, page, feedback and exports all read it.
 *
 * @module
 */
import { answerText, DEFAULT_ANSWERS, type LabAnswers } from "./answer_texts.ts";

/** The explanation of TCP streams in teaching texts and remarks. */
export const STREAM =
  "TCP carries a stream of bytes, not messages: one recv or read may return a part of a message, or two messages at once.";
const CLIENT = {
  why: `A client sends what was typed, waits until the reply is complete, and shows it. ${STREAM}`,
  todo: "After sending, read until the reply is complete, then print it.",
};

/** The questions in the assignment's order; `{server1}` becomes the answer text of server1. */
const QUESTION_TABLE = [
  { id: "1a", pair: 1, title: "server1 {server1}", why: "{server1.why}", todo: "{server1.todo}" },
  {
    id: "1b",
    pair: 1,
    title: "server1 listens on localhost",
    why:
      "A server can be reached only on the addresses that it binds to: 127.0.0.1 is this machine alone, 0.0.0.0 is every interface.",
    todo: "Look at the address that is given to `bind` or `listen`.",
  },
  {
    id: "1c",
    pair: 1,
    title: "server1 listens on a port of its choice",
    why: "A server listens once `bind` and `listen` have succeeded.",
    todo: "Start the server alone and check with `ss -ltn` that its port is listed.",
  },
  { id: "2a", pair: 2, title: "server2 {server2}", why: "{server2.why}", todo: "{server2.todo}" },
  {
    id: "2b",
    pair: 2,
    title: "server2 listens on the interface eth1",
    why:
      "eth1 is a network interface with its own address. A server that binds to 127.0.0.1 cannot be reached at the address of eth1.",
    todo:
      "Find the address of eth1 (`ip addr show eth1`) and bind to it, or to 0.0.0.0 for every interface.",
  },
  { id: "3-client1", pair: 1, title: "client1 asks server1 and shows the answer", ...CLIENT },
  { id: "3-client2", pair: 2, title: "client2 asks server2 and shows the answer", ...CLIENT },
  {
    id: "3a",
    pair: 1,
    title: "the client ends on Ctrl+D, and the server goes on or ends",
    why:
      "Ctrl+D ends the client's input: `input()` raises EOFError, other languages return an empty or missing line. The server then reads the end of the stream: `recv` returns nothing.",
    todo:
      "Treat the end of the input as the end of the program and close the socket. In the server, treat an empty `recv` as the end of that client and go on to the next `accept`.",
  },
  {
    id: "3b",
    pair: 1,
    title: "two clients use one server",
    why:
      "Each `accept` returns one client's socket. A loop that accepts again while it still serves a client loses the first client.",
    todo:
      "Serve each client in a thread or task of its own, or finish with one client before the next `accept`.",
  },
  {
    id: "3c",
    pair: 1,
    title: "a client gets a wrong address, where no server listens",
    why:
      "Where no server listens, `connect` fails at once. Another server may answer something else, or nothing.",
    todo:
      "Catch the error of `connect`, say in one line which address could not be reached, and exit with a code other than 0. Wait for a reply for some seconds at most.",
  },
] as const;

/** A question of the assignment. */
export type Question = typeof QUESTION_TABLE[number]["id"];

/** The questions of the assignment, in its order. */
export const QUESTIONS: readonly Question[] = QUESTION_TABLE.map(({ id }) => id);

/** The number of a pair of programs: 1 for server1 and client1, 2 for server2 and client2. */
export type PairNumber = 1 | 2;

/**
 * The texts about a question in a lab with these answers: its title; how it works, and its usual
 * faults; the student's next step; and its pair.
 */
export function questionText(
  question: Question,
  answers: LabAnswers = DEFAULT_ANSWERS,
): Record<"title" | "why" | "todo", string> & { pair: PairNumber } {
  const { title, why, todo, pair } = QUESTION_TABLE.find(({ id }) => id === question)!;
  const texts = {
    server1: answerText(answers.server1),
    server2: answerText(answers.server2 ?? answers.server1),
  };
  const fill = (text: string) =>
    text.replace(
      /\{(server[12])(?:\.(why|todo))?\}/g,
      (_, server, part) =>
        texts[server as "server1" | "server2"][(part ?? "does") as "does" | "why" | "todo"],
    );
  const filled = fill(title);
  const isOnePair = answers.server2 === undefined;
  return {
    title: isOnePair ? withoutNumbers(filled) : filled,
    why: fill(why),
    todo: fill(todo),
    pair,
  };
}

/** A sentence for a lab of one pair: it says "server" and "client". */
export function withoutNumbers(text: string): string {
  return text.replace(/\b(server|client)1\b/g, "$1");
}

/** The title of a question in a lab with these answers. */
export function questionTitle(question: Question, answers?: LabAnswers): string {
  return questionText(question, answers).title;
}

/** The questions that a lab asks: a lab of one pair has none about the second. */
export function questionsOf(answers: LabAnswers = DEFAULT_ANSWERS): readonly Question[] {
  return answers.server2 === undefined
    ? QUESTION_TABLE.filter(({ pair }) => pair === 1).map(({ id }) => id)
    : QUESTIONS;
}

const REMARK_TABLE = {
  "one-byte-pieces": "A request in pieces",
  "glued-requests": "Two requests at once",
  "cut-request": "A request that breaks off",
  "reply-in-pieces": "A reply in pieces",
  "late-reply": "A late reply",
  "cut-reply": "A reply that breaks off",
  "rubbish": "Bytes that are no request",
  "one-question": "One question a run",
  "silent-client": "A client that sends nothing",
  "twenty-at-once": "Twenty clients at once",
  "empty-line": "An empty line",
  "spaces": "Spaces at the ends",
  "long-text": "A long text",
  "not-ascii": "Letters beyond ASCII",
  "delayed-writes": "Replies delayed by 40 ms",
} as const;

/** A remark's id; a rubric names remarks by it. */
export type RemarkId = keyof typeof REMARK_TABLE;

/** All remarks. */
export const REMARK_IDS = Object.keys(REMARK_TABLE) as readonly RemarkId[];

/** The title of a remark; another name is its own title. */
export function remarkTitle(id: string): string {
  return Object.hasOwn(REMARK_TABLE, id) ? REMARK_TABLE[id as RemarkId] : id;
}
