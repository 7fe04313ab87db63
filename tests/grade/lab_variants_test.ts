/** Other labs than the assignment's: what the lab file says the servers answer is what is judged. */
import { assert, assertEquals } from "@std/assert";
import type { LabAnswers } from "../../lib/grade/results/answer_texts.ts";
import { defaultRubric } from "../../lib/grade/results/rubric.ts";
import { gradeConfirmed } from "../../lib/grade/confirm.ts";
import { gradeSubmission } from "../../lib/grade/grade_submission.ts";
import type { Question, SubmissionResult, Verdict } from "../../lib/grade/results/results.ts";
import { type Need, needing } from "../needs.ts";

const NEEDS: Need[] = ["sandboxes", "python3"];
const CAESAR_3 =
  '"".join(chr((ord(c) - b + 3) % 26 + b) if c.isalpha() else c for c in text for b in [97 if c.islower() else 65])';
const VOWELS = 'str(sum(c in "aeiouAEIOU" for c in text))';

/** A server in Python. @param answer An expression of `text`. */
function server(address: string, port: number, answer: string): string {
  return `import socket
import threading

def serve(conn):
    while data := conn.recv(65536):
        text = data.decode()
        conn.sendall((${answer}).encode())

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("${address}", ${port}))
listener.listen()
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=(conn,), daemon=True).start()
`;
}

/** Its client. @param sent What it sends for `text`. @param shown What it shows of `reply`. */
function client(address: string, port: number, sent = "text", shown = "reply"): string {
  return `import socket
import sys

sock = socket.socket()
try:
    sock.connect(("${address}", ${port}))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        text = input("Text: ")
        sock.sendall((${sent}).encode())
        reply = sock.recv(65536).decode()
        print("Answer:", ${shown})
except EOFError:
    print("bye")
`;
}

/** The four programs of a submission, by their files' names. */
function programs(first: string, second: string, names = ["server1", "server2"]) {
  const [one, two] = names;
  return {
    [`${one}.py`]: server("127.0.0.1", 9999, first),
    [`${one.replace("server", "client")}.py`]: client("127.0.0.1", 9999),
    [`${two}.py`]: server("0.0.0.0", 9998, second),
    [`${two.replace("server", "client")}.py`]: client("10.0.0.1", 9998),
  };
}

/** A submission to another lab, and which questions are asked of it: all if none are named. */
interface Variant {
  files: Record<string, string>;
  answers: LabAnswers;
  /** Files in the lab file's folder. */
  labFiles?: Record<string, string>;
  only?: Question[];
}

async function graded({ files, answers, labFiles = {}, only }: Variant): Promise<SubmissionResult> {
  const folder = await Deno.makeTempDir({ prefix: "variant-" });
  const lab = await Deno.makeTempDir({ prefix: "variant-lab-" });
  try {
    await Deno.chmod(folder, 0o755);
    for (const [at, all] of [[folder, files], [lab, labFiles]] as const) {
      for (const [name, text] of Object.entries(all)) {
        await Deno.writeTextFile(`${at}/${name}`, text);
      }
    }
    const options = {
      ...{ rubric: defaultRubric(answers), answers, labPath: `${lab}/lab.json` },
      ...{ seed: 5, command: "deno task grade", ...only && { only } },
    };
    return await gradeConfirmed(options, (options) => gradeSubmission(folder, options));
  } finally {
    for (const one of [folder, lab]) await Deno.remove(one, { recursive: true });
  }
}

function verdicts({ questions }: SubmissionResult, ...of: Question[]): Verdict[] {
  return of.map((question) => questions[question]?.verdict);
}

function allRight(result: SubmissionResult): void {
  const all = Object.entries(result.questions);
  const others = all.filter(([, { verdict }]) => verdict !== "right");
  assertEquals(others.map(([question, { why }]) => `${question}: ${why}`), []);
  assertEquals(result.marks, result.max);
}

const started: (() => void)[] = [];

/** Tests a variant. All are graded at the same time, since a submission mostly waits. */
function test(name: string, variant: Variant, check: (result: SubmissionResult) => void): void {
  const { promise, resolve, reject } = Promise.withResolvers<SubmissionResult>();
  promise.catch(() => {}); // its test reports it
  started.push(() => graded(variant).then(resolve, reject));
  const fn = async () => {
    for (const start of started.splice(0)) start();
    check(await promise);
  };
  Deno.test(needing(NEEDS, { name, fn, sanitizeOps: false, sanitizeResources: false }));
}

const UPPER_REVERSE = { server1: "upper", server2: "reverse" };
const CONVERSIONS: Question[] = ["1a", "2a", "3-client1", "3-client2"];

test(
  "upper and reverse: right programs have all marks",
  { files: programs("text.upper()", "text[::-1]"), answers: UPPER_REVERSE },
  (result) => {
    allRight(result);
    assertEquals(result.answers, UPPER_REVERSE);
  },
);

test("a lab of upper and reverse: a client that converts is found", {
  files: {
    ...programs("text", "text"),
    "client1.py": client("127.0.0.1", 9999, "text", "reply.upper()"),
    "client2.py": client("10.0.0.1", 9998, "text[::-1]"),
  },
  answers: UPPER_REVERSE,
  only: CONVERSIONS,
}, (result) => {
  assertEquals(verdicts(result, ...CONVERSIONS), ["wrong", "wrong", "wrong", "wrong"]);
  for (const question of ["1a", "2a"] as const) {
    assert(result.questions[question].why.includes("makes the conversion itself"));
  }
});

test(
  "a lab of caesar 3 and vowels: programs are found by the names of the answers, and one is off by one",
  {
    files: programs(CAESAR_3.replace("+ 3", "+ 4"), VOWELS, ["caesar_server", "vowel_server"]),
    answers: { server1: "caesar 3", server2: "vowels" },
    only: CONVERSIONS,
  },
  (result) => {
    assertEquals(verdicts(result, ...CONVERSIONS), ["wrong", "right", "right", "right"]);
  },
);

const TITLE = programs("text.title()", "");
const TITLE_ANSWER = "import sys\nfor line in sys.stdin:\n    print(line.rstrip('\\n').title())\n";

test("a lab of one pair whose answers come from the lab's own program", {
  files: { "server.py": TITLE["server1.py"], "client.py": TITLE["client1.py"] },
  answers: { server1: { command: "python3 answer.py" } },
  labFiles: { "answer.py": TITLE_ANSWER },
}, (result) => {
  allRight(result);
  assertEquals(Object.keys(result.questions), ["1a", "1b", "1c", "3-client1", "3a", "3b", "3c"]);
  assertEquals(result.max, 55);
  assert(!JSON.stringify([result.questions, result.remarks]).includes("server1"));
});

test("a lab with its own program beside another answer: wrong answers of both are judged", {
  files: programs("text", "text[::-1]"),
  answers: { server1: "upper", server2: { command: "python3 answer.py" } },
  labFiles: { "answer.py": TITLE_ANSWER },
  only: CONVERSIONS,
}, (result) => {
  assertEquals(verdicts(result, ...CONVERSIONS), ["wrong", "wrong", "right", "right"]);
});

test("a lab of echo is a look: no experiment shows which program answers", {
  files: programs("text", VOWELS),
  answers: { server1: "echo", server2: "vowels" },
  only: CONVERSIONS,
}, (result) => {
  assertEquals(verdicts(result, ...CONVERSIONS), ["look", "right", "right", "right"]);
});

Deno.test(needing(NEEDS, {
  name: "a lab's program that fails stops the grading with its own message",
  sanitizeOps: false, // the others may still be graded
  sanitizeResources: false,
  fn: async () => {
    const failures = [
      ["raise SystemExit('no table')", "it ends with exit code 1 (no table)"],
      ["print(1)", "it wrote 1 lines for"],
      ["import sys\nfor line in sys.stdin: print()", "is empty"],
      ["open('/lab/new', 'w')", "Read-only"],
      ["import socket\nsocket.create_connection(('10.0.0.1', 80))", "unreachable"],
    ];
    await Promise.all(failures.map(async ([answer, why]) => {
      const message = await graded({
        files: programs("text", "text"),
        answers: { server1: { command: "python3 answer.py" } },
        labFiles: { "answer.py": answer },
      }).then(() => "", (error) => error.message);
      assert(message.includes(why), `${answer}: ${message}`);
    }));
  },
}));
