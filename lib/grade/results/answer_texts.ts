/**
 * The answers that a lab file can name, with their texts: the default pair, and others.
 *
 * @module
 */

/** The named answers, each with its title and its teaching text. */
const ANSWER_TABLE = {
  binary: {
    does: "answers a text with its binary value",
    why:
      "The binary value of a text is made byte by byte. Each byte becomes eight digits, leading zeros included, with one blank between two bytes. `bin(x)` and `toString(2)` drop leading zeros. `readline` and `fgets` keep the line end, which is then converted too.",
    todo:
      "Pad every byte to eight digits (`format(b, '08b')`, `padStart(8, '0')`). Remove the line end first. Let the server convert: the client only sends and shows.",
  },
  text: {
    does: "answers a binary string with its text",
    why:
      "Each group of eight digits is one byte, and all bytes together are the text. A letter such as `é` is two bytes, so bytes cannot be decoded one at a time.",
    todo:
      "Split at the blanks, turn each group into a byte (`int(group, 2)`), collect the bytes, and decode them at the end.",
  },
  upper: {
    does: "answers a text in capital letters",
    why: "Each letter becomes its capital; digits, blanks and signs stay as they are.",
    todo: "Use the language's own function (`upper()`, `toUpperCase()`) on the decoded text.",
  },
  lower: {
    does: "answers a text in small letters",
    why: "Each letter becomes a small one; digits, blanks and signs stay as they are.",
    todo: "Use the language's own function (`lower()`, `toLowerCase()`) on the decoded text.",
  },
  reverse: {
    does: "answers a text with its characters in reverse order",
    why:
      "The last character comes first. A line end that was not removed becomes the first character of the answer.",
    todo: "Remove the line end, decode the text, then reverse its characters, not its bytes.",
  },
  rot13: {
    does: "answers a text in ROT13",
    why: "Each letter moves 13 places in the alphabet, from z on to a; other signs stay.",
    todo: "Treat capitals and small letters alike, and leave all other characters unchanged.",
  },
  caesar: {
    does: "answers a text in a Caesar cipher with a shift of {shift}",
    why: "Each letter moves {shift} places in the alphabet, from z on to a; other signs stay.",
    todo: "Compute modulo 26, for capitals and for small letters; leave all other characters.",
  },
  length: {
    does: "answers a text with the number of its characters",
    why: "Blanks and signs count. A line end that was not removed is counted too.",
    todo: "Remove the line end, decode the text, and count its characters.",
  },
  vowels: {
    does: "answers a text with the number of its vowels",
    why: "The vowels are a, e, i, o and u, as capitals and as small letters.",
    todo: "Compare each letter in one case (`lower()`), and send the number as text.",
  },
  hex: {
    does: "answers a text with its bytes in hexadecimal",
    why: "Each byte is two hexadecimal digits; `hex(x)` drops a leading zero.",
    todo: "Pad every byte to two digits (`format(b, '02x')`), with one blank between two bytes.",
  },
  decimal: {
    does: "answers a text with its bytes as decimal numbers",
    why: "Each byte is a number from 0 to 255, with one blank between two numbers.",
    todo: "Encode the text as UTF-8 first, then write each byte as a number.",
  },
  echo: {
    does: "answers a text with the same text",
    why: "An echo server sends back every byte that it receives.",
    todo: "Send exactly the bytes that arrived, and show the reply, not what was typed.",
  },
  command: {
    does: "answers as the lab's instructions say",
    why: "The answer of the server differs from that of the instructor's program.",
    todo: "Compare your server's answer with the example in the lab's instructions.",
  },
} as const;

/** The name of an answer that the grader knows. */
export type AnswerName = keyof typeof ANSWER_TABLE;

/** One server's answer in a lab file: `"upper"`, `"caesar 3"`, or a program that computes it. */
export type AnswerSpec = string | { command: string };

/** The answers of a lab's servers; a lab of one pair has no `server2`. */
export interface LabAnswers {
  server1: AnswerSpec;
  server2?: AnswerSpec;
}

/** The assignment's own answers. */
export const DEFAULT_ANSWERS: LabAnswers = { server1: "binary", server2: "text" };

/** Whether a lab asks for the assignment's own answers. */
export function isDefault({ server1, server2 }: LabAnswers): boolean {
  return server1 === DEFAULT_ANSWERS.server1 && server2 === DEFAULT_ANSWERS.server2;
}

/** An answer's name and shift; undefined if there is no such answer. */
export function parseAnswer(spec: AnswerSpec): { name: AnswerName; shift: number } | undefined {
  if (typeof spec !== "string") return { name: "command", shift: 0 };
  const caesar = spec.match(/^caesar (-?\d{1,3})$/);
  if (caesar) return { name: "caesar", shift: Number(caesar[1]) };
  if (spec === "caesar" || spec === "command" || !Object.hasOwn(ANSWER_TABLE, spec)) {
    return undefined;
  }
  return { name: spec as AnswerName, shift: 0 };
}

/** The answers that a lab file can name, for error messages. */
export const ANSWER_NAMES: readonly string[] = [
  ...Object.keys(ANSWER_TABLE).filter((name) => name !== "caesar" && name !== "command"),
  "caesar N",
  '{"command": "…"}',
];

/**
 * The texts about an answer: the end of a sentence that begins with the server's name; how the
 * conversion works, and its usual faults; and the student's next step.
 */
export function answerText(spec: AnswerSpec): Record<"does" | "why" | "todo", string> {
  const { name, shift } = parseAnswer(spec) ?? { name: "command", shift: 0 };
  const { does, why, todo } = ANSWER_TABLE[name];
  const fill = (text: string) => text.replaceAll("{shift}", String(shift));
  return { does: fill(does), why: fill(why), todo: fill(todo) };
}
