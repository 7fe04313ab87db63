/**
 * The texts of feedback: heading and first sentence, and the teaching text of each question, with the
 * usual cause and what to check.
 *
 * @module
 */
import { isFault } from "../graded/statistics.ts";
import { type GradedSubmission, waitsForMarks } from "../graded/graded_submission.ts";
import { type ProgramName, showMarks } from "../../results/results.ts";
import { DEFAULT_ANSWERS, type LabAnswers } from "../../results/answer_texts.ts";
import { type Question, questionText, withoutNumbers } from "../../results/questions.ts";

/** From this share of the marks on, most of a submission works. */
const MOST = 0.75;
/** From this share on, nearly all of it does. */
const NEARLY_ALL = 0.95;

/** The result in a few words. */
export function heading(result: GradedSubmission): string {
  const { state, programs, questions, decidedTotal, remarks } = result;
  const answers = Object.values(questions);
  if (decidedTotal) return "Marked by a person";
  if (answers.every(({ verdict }) => verdict === "absent")) return "No program was found";
  if (state === "look" && answers.every(({ verdict }) => verdict === "look")) {
    return "Not decided yet";
  }
  const allRight = answers.every(({ verdict }) => verdict === "right");
  if (allRight && !remarks.some(({ costs }) => costs)) return "Everything works";
  if (answers.some(({ verdict }) => verdict === "right" || verdict === "part")) {
    if (state !== "graded" || share(result) < MOST) return "Some of it works";
    return share(result) < NEARLY_ALL ? "Most of it works" : "Nearly all works";
  }
  return Object.keys(programs).length === 0 ? "No program was found" : "Nothing works yet";
}

/** The marks so far, and whether a person still has to look. */
export function soFar(result: GradedSubmission): string {
  const { questions, marks } = result;
  if (Object.values(questions).every(({ verdict }) => verdict === "look")) {
    return "No marks yet: a person still has to look at this.";
  }
  const rest = waitsForMarks(result) ? "." : "; a person still has to look at this.";
  return `${showMarks(marks)} marks so far${rest}`;
}

/** The first sentence after the marks. @param faults How many different faults there are. */
export function opening(result: GradedSubmission, faults: number): string {
  const { marks, max, questions, decidedTotal } = result;
  if (decidedTotal) return "";
  if (Object.values(questions).every(({ verdict }) => verdict === "absent")) {
    return "None of the lab's programs was found in what you handed in. If you have them, ask your teacher whether you may hand them in.";
  }
  const faulty = Object.values(questions).filter(isFault);
  if (faulty.length > 0 && faulty.every(({ verdict }) => verdict === "absent")) {
    return "What you handed in works. What is missing is listed below.";
  }
  if (marks === max) return "Everything that was asked for works. Well done!";
  if (faults === 0) return "What costs marks is listed here.";
  return share(result) >= 0.25
    ? "What does not work yet is explained below, with what was seen."
    : "That is often one mistake at the beginning: start with the first point below.";
}

/** The share of the questions' marks, without penalties and parts that a person marks. */
function share({ questions }: GradedSubmission): number {
  const sum = (key: "points" | "max") =>
    Object.values(questions).reduce((all, answer) => all + answer[key], 0);
  return sum("points") / Math.max(1, sum("max"));
}

/** The teaching texts for a question. */
export interface Teaching {
  /** How it works, and its usual faults; empty if neither fits what happened. */
  why: string;
  /** The student's next step. */
  todo: string;
  /** The programs that the question is about. */
  programs: readonly [server: ProgramName, client: ProgramName];
}

/** Teaching texts for single faults. They replace the question's own texts. */
const SPECIAL: readonly [happened: RegExp, help: Omit<Teaching, "programs">][] = [
  [/conversion (itself|of its own)/, {
    why:
      "The lab asks the server to convert: the client sends what is typed, and shows the reply. A client that converts by itself would not need a server.",
    todo: "Send what was typed as it is, and print what the server replies.",
  }],
  [/only the first message|texts unanswered/, {
    why:
      "The server reads from a connection, replies, and reads no more, while the client still has something to say.",
    todo:
      "Put receiving and replying into a loop that ends when `recv` brings nothing: that is the client's end.",
  }],
  [/answers nothing|gets no answer/, {
    why:
      "The reply has to go back on the connection from which the request came. A server that only prints what it has received sends nothing, and its client waits.",
    todo:
      "Send the answer with the same socket. If the server does that, see whether it still waits for more of the request, such as a line's end.",
  }],
  [/once a second client has connected/, {
    why:
      "Each `accept` waits for the next client. A server that accepts twice before it answers waits for a second client.",
    todo: "Accept one client, answer it, and accept the next one after that, or in another thread.",
  }],
  [/cuts off what is typed/, {
    why:
      "A buffer of fixed size for the input, or for the message, holds only the beginning of a long text.",
    todo: "Read and send all of the text: its length decides the size of the message.",
  }],
  [/does not (listen|connect)|does not reach|cannot be asked/, {
    why:
      "A program that ends at its start, or waits for something before it opens its socket, is not there for its partner.",
    todo:
      "Start it in an empty folder with the command that you hand in, and read the first lines that it prints.",
  }],
  [/leading zeros|seven digits/, {
    why:
      "A byte has eight bits, but `bin(x)` and `toString(2)` write no zeros at the left: `a` becomes 1100001.",
    todo: "Pad each byte to eight digits: `format(b, '08b')`, `padStart(8, '0')`.",
  }],
  [/groups of eight/, {
    why: "Without a separator, a reader cannot see where a byte ends and the next one begins.",
    todo: "Join the groups of eight digits with one space: `' '.join(groups)`.",
  }],
  [/one space between them/, {
    why: "Without a separator, a reader cannot see where a number ends and the next one begins.",
    todo: "Join the numbers with one space: `' '.join(numbers)`.",
  }],
  [/bits of each byte are reversed|each bit is the opposite/, {
    why: "The first digit of a byte is its highest bit, 128; the last one is the lowest bit, 1.",
    todo: "Begin with the highest bit: `(b >> 7) & 1`, then 6, and so on down to 0.",
  }],
  [/(?:byte|letter) is missing/, {
    why:
      "A loop that begins at 1, or ends before the last index, leaves out a byte or a letter. So does a length that counts wrongly.",
    todo: "Compare the answer to a short text, such as `hi`, with the right one, part by part.",
  }],
  [/ends after \d+ of|short texts only/, {
    why:
      "TCP carries a stream of bytes, and one `recv` returns what has arrived, up to the size of its buffer. A buffer of fixed size cuts a longer text off.",
    todo: "Receive in a loop until the message is whole: to its line end, or to its length.",
  }],
  [/one turn late/, {
    why: "The client prints before it has received, or takes a greeting for the first answer.",
    todo:
      "Read a greeting once, before the first prompt. Then send, receive and print in this order.",
  }],
  [/single words only/, {
    why:
      '`scanf("%s")`, `cin >>` and `Scanner.next()` read one word, and leave the rest of the line for the next read.',
    todo: "Read whole lines: `fgets`, `getline`, `nextLine()`.",
  }],
  [/line's end is converted/, {
    why:
      "`readline`, `fgets` and a server that reads whole lines keep the line's end: `\\n` is one byte more.",
    todo: "Take the line's end off (`rstrip('\\n')`, `trim`) before anything is converted.",
  }],
];

/** The teaching texts for a question and the fault that was found. */
export function teachingOn(question: Question, happened: string, answers?: LabAnswers): Teaching {
  const special = SPECIAL.find(([pattern]) => pattern.test(happened))?.[1];
  const { pair, ...usual } = questionText(question, answers);
  const help = special ?? (isUsual(question, happened) ? usual : OTHER_FAULT);
  return { why: help.why, todo: help.todo, programs: [`server${pair}`, `client${pair}`] };
}

/** What to do about a program that is not there. */
export function handIn(answers: LabAnswers = DEFAULT_ANSWERS): string {
  const text =
    "Hand in a program whose name says what it is, as `server1.py` or `client1.c`, and try its start command in an empty folder.";
  return answers.server2 === undefined ? withoutNumbers(text) : text;
}

/** What to do about a fault that the question's usual texts do not explain. */
const OTHER_FAULT = {
  why: "",
  todo:
    "Repeat it with the lines below. If a program prints an error, its last line names the cause and the place.",
};

/** Whether a question's own texts explain what happened: those of 1a and 2a are about the digits. */
function isUsual(question: Question, happened: string): boolean {
  if (/^[12]a$/.test(question)) return /answer is wrong|'s answer /.test(happened);
  return !/^3-c/.test(question) || !/stack trace|\w(?:Error|Exception)\b/.test(happened);
}
