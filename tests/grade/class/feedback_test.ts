/**
 * Feedback: what is right first, each fault once, nothing of the machine or of others.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { feedback } from "../../../lib/grade/class/exports/feedback.ts";
import { teachingOn } from "../../../lib/grade/class/exports/feedback_texts.ts";
import { LOOPBACK_ONLY, NO_SERVER2, NO_ZEROS, PIECES, result } from "./made_up.ts";

Deno.test("feedback says what is right first, then what happened, why, and what to look at", () => {
  const text = feedback(result("Ann Lee", { "1a": NO_ZEROS }, { remarks: [PIECES] }), []);
  const order = [
    "# Networks lab: feedback for Ann Lee",
    "70 of 100 marks",
    "## What is right",
    "## What to work on",
    "**What happened:** server1 drops the leading zeros",
    "**Why this happens:**",
    "**What to look at:**",
    "shown        Binary: 1101000 1101001 100000",
    "expected     01101000 01101001 00100000",
    "To see it again: start `python3 server1.py`, then `python3 client1.py`",
    "## Worth knowing",
    "**A request in pieces:**",
  ].map((part) => text.indexOf(part));
  assert(!order.includes(-1), text);
  assertEquals(order, order.toSorted((a, b) => a - b));
});

Deno.test("a fault that three questions have in common is reported once", () => {
  const text = feedback(
    result("Ann", { "2a": NO_SERVER2, "2b": NO_SERVER2, "3-client2": NO_SERVER2 }),
    [],
  );
  assertEquals(text.match(/There is no server2/g)?.length, 1);
  assertMatch(text, /### 2a, 2b, 3-client2: not handed in, 45 marks/);
});

Deno.test("the same fault in both pairs of programs is reported once, for both programs", () => {
  const fault = (program: string) => ({
    ...NO_ZEROS,
    why: `${program} answers only the first message of a connection.`,
  });
  const text = feedback(result("Ann", { "1a": fault("server1"), "2a": fault("server2") }), []);
  assertEquals(text.match(/What to look at/g)?.length, 1);
  assertMatch(text, /server1 answers only .* server2 answers only/);
});

Deno.test("feedback explains what happened, not what usually happens", () => {
  const silent = { ...NO_ZEROS, why: "server1 answers nothing that it is sent." };
  const text = feedback(result("Ann", { "1a": silent }), []);
  assertMatch(text, /has to go back on the connection/);
  assert(!text.includes("leading zeros"), text);
  const crash = {
    ...NO_ZEROS,
    why: "client2 ends in a stack trace: TypeError: a bytes-like object",
  };
  const other = feedback(result("Ann", { "3-client2": crash }), []);
  assert(!other.includes("Why this happens"), other);
});

Deno.test("feedback says what was typed before the text", () => {
  const programs = {
    server1: { files: ["s.py"], run: "python3 s.py" },
    client1: { files: ["c.py"], run: "python3 c.py", type: ["127.0.0.1", "convert {text}"] },
  };
  const typed = { ...NO_ZEROS, evidence: [{ typed: "abc" }] };
  const text = feedback(result("Ann", { "1a": typed }, { programs }), []);
  assertMatch(text, /another terminal, and type `127\.0\.0\.1`, then type `convert abc`\./);
  const long = { ...NO_ZEROS, evidence: [{ typed: "abc".repeat(30) }] };
  const other = feedback(result("Ann", { "1a": long }, { programs }), []);
  assertMatch(other, /then type `convert …` with what is typed above\./);
  const ctrlD = { ...NO_ZEROS, why: "it hangs", evidence: [{ typed: "Ctrl+D" }] };
  const abort = feedback(result("Ann", { "3a": ctrlD }, { programs }), []);
  assertMatch(abort, /another terminal, and type `127\.0\.0\.1`, then press Ctrl\+D\./);
});

Deno.test("feedback does not change the name of a file at the beginning of a sentence", () => {
  const look = { verdict: "look" as const, why: "server.py may be both servers." };
  assertMatch(feedback(result("Ann", { "1a": look }), []), /: server\.py may be both/);
});

Deno.test("feedback has no line for a lab file: the instructor writes lab files", () => {
  const why = 's.py ends with 3; lab.json can say how it is started: {"server1":{"run":"s"}}';
  const text = feedback(
    result("Ann", { "1a": { verdict: "look", why } }, { state: "look", why }),
    [],
  );
  assertEquals(text.match(/s\.py ends with 3\./g)?.length, 2);
  assertNotMatch(text, /lab\.json|run/);
});

Deno.test("feedback names no path of the instructor's machine", () => {
  const folder = "/srv/prof/classes/lab_1/ann";
  const text = feedback(
    result("Ann", {
      "1a": {
        ...NO_ZEROS,
        why: `${folder}/server1.py fails in ${folder}`,
        evidence: [{ shown: `File "${folder}/server1.py", line 3`, typed: "x" }],
        again: `deno task grade ${folder}`,
      },
      "2b": LOOPBACK_ONLY,
    }),
    [folder, "/srv/prof", "/srv/prof/classes/lab_1"],
  );
  assertNotMatch(text, /prof|lab.1|home/);
  assertMatch(text, /File "server1.py", line 3/);
});

Deno.test("nothing that a program shows can end its block or become markup", () => {
  const text = feedback(
    result("<b>*Ann*</b>\n# 100 of 100", {
      "1a": { ...NO_ZEROS, evidence: [{ shown: "```\n# forged\n<script>" }] },
    }),
    [],
  );
  assertMatch(text, /^# Networks lab: feedback for \\<b\\>\\\*Ann\\\*\\<\/b\\> \\# 100 of 100$/m);
  assertMatch(text, /^````text\nshown {8}```\n {13}# forged\n {13}<script>\n````$/m);
});

Deno.test("a look is named in the feedback and has no marks yet", () => {
  const text = feedback(result("Ann", {}, { state: "look", why: "It is empty" }), []);
  assertMatch(text, /a person still has to look at this\.\*\* It is empty\./);
});

Deno.test("feedback on a submission without faults has no part about what to work on", () => {
  const text = feedback(result("Ann"), []);
  assertMatch(text, /\*\*100 of 100 marks\.\*\* Everything that was asked for works\./);
  assertNotMatch(text, /What to work on|Worth knowing|not decided/);
});

Deno.test("a very long answer is cut, and its length said", () => {
  const text = feedback(
    result("Ann", { "1a": { ...NO_ZEROS, evidence: [{ shown: "1".repeat(10_000) }] } }),
    [],
  );
  assertMatch(text, /1{600}… \(10000 characters in all\)/);
});

for (
  const [happened, word] of [
    ["server1's answer is wrong: leading zeros are dropped.", "zfill|padStart|08b"],
    ["In server1's answer the bits are right, but not in groups of eight with one", "join"],
    ["server1's answer is wrong: the bits of each byte are reversed.", "highest bit"],
    ["server1's answer is wrong: a byte is missing.", "index"],
    [
      "server1's answer is right for short texts only: here it ends after 22 of 40 bytes.",
      "buffer",
    ],
    ["In server1's answer the line's end is converted too.", "rstrip"],
  ]
) {
  Deno.test(`a student learns the cause: ${happened}`, () => {
    const { why, todo } = teachingOn("1a", happened);
    assertMatch(why + todo, new RegExp(word));
  });
}

Deno.test("the teaching texts of another lab speak of no binary digits, and of its programs", () => {
  const specs = ["upper", "lower", "reverse", "rot13", "caesar 3", "length", "vowels", "hex"];
  const faults = [
    "server1's answer is wrong: it is not the expected text.",
    "server1's answer is wrong: a letter is missing.",
    "server1's answer is wrong: the first byte is missing.",
    "In server1's answer the numbers are right, but not with one space between them.",
    "In server1's answer the line's end is converted too.",
    "server1's answer is right for short texts only: here it ends after 20 of 39 letters.",
  ];
  for (const server1 of [...specs, "decimal", "echo", { command: "python3 a.py" }]) {
    for (const answers of [{ server1 }, { server1, server2: server1 }]) {
      for (const why of [...faults, "There is no server1."]) {
        const verdict = why.startsWith("There") ? "absent" as const : "wrong" as const;
        const text = feedback({ ...result("Ann", { "1a": { verdict, why } }), answers }, []);
        assertNotMatch(text, /binary|\bbits?\b|[01]{7}|eight/);
        if (!answers.server2) {
          assertNotMatch(text.replaceAll(why, ""), /(server|client)[12]\./);
        }
      }
    }
  }
});
