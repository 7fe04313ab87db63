/** What each answer of a lab file is, how it is judged, and which texts are drawn for it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/cli/failure.ts";
import { alteredAnswer, alteredPartOf } from "../../../lib/grade/read/alteration.ts";
import { holds, judgeBytes, shownPart } from "../../../lib/grade/read/answers.ts";
import { changeLast, conversionOf, questionsFor } from "../../../lib/grade/read/conversions.ts";
import { Texts } from "../../../lib/grade/read/texts.ts";
import { DEFAULT_ANSWERS } from "../../../lib/grade/results/answer_texts.ts";
import { parseLabFile, readLab } from "../../../lib/grade/find/lab_file.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const SPECS = [
  ...["binary", "text", "upper", "lower", "reverse", "rot13", "caesar 3", "length", "vowels"],
  ...["hex", "decimal", "echo"],
];

for (
  const [spec, text, answer] of [
    ["binary", "hi", "01101000 01101001"],
    ["text", "hi", "hi"],
    ["upper", "Hello 7é", "HELLO 7É"],
    ["lower", "HeLLo", "hello"],
    ["reverse", "abc d", "d cba"],
    ["rot13", "Hello", "Uryyb"],
    ["caesar 3", "xyz Ab", "abc De"],
    ["caesar -3", "abc", "xyz"],
    ["length", "héllo 🙂", "7"],
    ["vowels", "Anna is here", "5"],
    ["hex", "hi\n", "68 69 0a"],
    ["decimal", "hé", "104 195 169"],
    ["echo", "as it is", "as it is"],
  ]
) {
  Deno.test(`${spec} of ${JSON.stringify(text)} is ${answer}`, () => {
    assertEquals(conversionOf(spec).answer(text), answer);
  });
}

for (
  const [spec, text, shown, verdict] of [
    ["upper", "hello", "Answer: HELLO\n> ", "right"],
    ["upper", "hello", "hello", "wrong"],
    ["upper", "hello", "Hello", "wrong"],
    ["reverse", "hello", "o-l-l-e-h", "part"],
    ["caesar 3", "hello", "khoor", "right"],
    ["length", "hello", "5 characters", "right"],
    ["length", "hello", "1:5,", "right"],
    ["length", "abcdefghijkl", "2:12,", "right"],
    ["length", "abcdefghijkl", "00000212", "right"],
    ["length", "hello", "12:05:33 connected", "wrong"],
    ["length", "hello", "6", "wrong"],
    ["vowels", "hello", "", "none"],
    ["hex", "hi", "0x68 0x69", "part"],
    ["hex", "hi", "Hex: 68 69", "right"],
    ["hex", "hi", "68 69 0a", "part"],
    ["hex", "hi", "69 68", "wrong"],
    ["hex", "hi", "104 105", "wrong"],
    ["hex", "hi", "6869", "part"],
    ["decimal", "hi", "[104, 105]", "part"],
    ["decimal", "hi", "104 105", "right"],
    ["decimal", "hi", "68 69", "wrong"],
    ["decimal", "hi", "Enter text:", "none"],
  ]
) {
  Deno.test(`${spec} of ${text}: ${JSON.stringify(shown)} is ${verdict}`, () => {
    assertEquals(conversionOf(spec).judge(text, shown).verdict, verdict);
  });
}

Deno.test("a reply in small letters is no masked reply in capital letters", () => {
  const upper = conversionOf("upper");
  assertEquals(judgeBytes(upper, "bvdesnard", bytes("bvdesnard")).verdict, "wrong");
  assertEquals(holds(bytes("bvdesnard"), "BVDESNARD", "bvdesnard"), false);
});

Deno.test("shownPart() finds a number only as a whole, not within a port number", () => {
  const length = conversionOf("length");
  const text = "abcdefghijkl";
  assertEquals(shownPart(length, text, bytes("12"), "12 characters"), "all");
  assertEquals(shownPart(length, text, bytes("12"), "connected to port 41200"), "none");
});

for (const spec of SPECS) {
  Deno.test(`${spec}: a changed answer is another answer, and a changed text has one`, () => {
    const conversion = conversionOf(spec);
    const texts = conversion.texts(7);
    for (let i = 0; i < 5; i++) {
      const text = texts.word(8);
      const answer = conversion.answer(text);
      assert(alteredAnswer(conversion, text) !== answer);
      assertEquals(alteredAnswer(conversion, text).length, answer.length);
      assert(answer.startsWith(alteredPartOf(conversion, text)));
      const typed = conversion.typed(text);
      assertEquals(conversion.textOf(typed), text);
      const became = conversion.textOf(conversion.alterTyped(typed));
      assert(became !== text);
      // No change of a letter changes how many there are.
      if (spec !== "length") assert(conversion.answer(became) !== answer);
    }
  });

  Deno.test(`${spec}: the texts of a conversation have different answers`, () => {
    const conversion = conversionOf(spec);
    const texts = conversion.texts(3);
    const drawn = [texts.word(9), texts.words(), texts.sentence(), texts.word(7)];
    const answers = new Set(drawn.map((text) => conversion.answer(text)));
    assert(answers.size >= 3, [...answers].join());
    if (conversion.differsFromText && conversion.name !== "text") {
      for (const text of drawn) assert(conversion.answer(text) !== text);
    }
  });
}

Deno.test("Texts: the same seed gives the same texts, in any order of the lengths", () => {
  const [one, other] = [new Texts(5), new Texts(5)];
  const first = [one.word(9), one.word(4), one.word(9)];
  const [second, ...nine] = [other.word(4), other.word(9), other.word(9)];
  assertEquals(first, [nine[0], second, nine[1]]);
  assert(new Texts(6).word(9) !== first[0]);
});

Deno.test("questionsFor() has every text that a seed can give, and each changed text", () => {
  const questions = new Set(questionsFor(11));
  const texts = conversionOf("upper").texts(11);
  const longLength = conversionOf({ command: "x" }).longLength;
  for (let i = 0; i < 50; i++) {
    for (
      const text of [texts.word(2), texts.word(8), texts.words(), texts.sentence(), texts.spaced()]
    ) {
      assert(questions.has(text), text);
      assert(questions.has(changeLast(text)), text);
    }
    assert(questions.has(texts.word(longLength)));
  }
  assert(![...questions].some((question) => question.includes("\n")));
});

Deno.test("a lab's own program gives the right answers; a text without an answer is an error", () => {
  const double = conversionOf({ command: "x" }, new Map([["abc", "6"], ["abcd", "8"]]));
  assertEquals([double.form, double.judge("abc", "Answer: 6").verdict], ["number", "right"]);
  assertThrows(() => double.answer("other"), Error, "was not asked");
});

async function lab(content: unknown) {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify(content));
    return await readLab(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a lab file sets the answers of the servers; the assignment's own are the default", async () => {
  assertEquals((await lab({})).answers, DEFAULT_ANSWERS);
  assertEquals((await lab({ answers: { server: "upper" } })).answers, { server1: "upper" });
  const both = { server1: { command: "python3 a.py" }, server2: "caesar 3" };
  assertEquals((await lab({ answers: both, client1: { run: "x" } })).answers, both as never);
});

for (
  const answers of [
    {},
    { server1: "morse" },
    { server1: "caesar" },
    { server2: "upper" },
    { server1: "upper", server3: "upper" },
    { server1: { command: "" } },
    { server1: { command: "x", shell: "y" } },
    ["upper"],
  ]
) {
  Deno.test(`a lab file with the answers ${JSON.stringify(answers)} is refused`, async () => {
    let message = "";
    await lab({ answers }).catch((error) => message = error.message);
    assert(message.startsWith("Cannot read"), message);
  });
}

Deno.test("a submission's own lab.json cannot set the answers", () => {
  const content = bytes('{"answers": {"server1": "echo"}, "server1": {"run": "./s"}}');
  assertEquals(parseLabFile(content, "lab.json"), { server1: { run: "./s" } });
});

Deno.test("a lab of one pair has a server and a client; a lab of two has not", async () => {
  const server = { run: "./s" };
  const one = await lab({
    answers: { server: "upper" },
    server,
    submissions: { ada: { client: server } },
  });
  assertEquals([one.programs, one.submissions], [{ server1: server }, {
    ada: { client1: server },
  }]);
  const content = bytes('{"server": {"run": "./s"}}');
  assertEquals(parseLabFile(content, "lab.json", { server1: "upper" }), { server1: server });
  assertThrows(() => parseLabFile(content, "lab.json"), UsageError, '"server" is none of server1');
  const typing = () => parseLabFile(bytes('{"answer": {}}'), "lab.json");
  assertThrows(
    typing,
    UsageError,
    '"answer" is none of server1, server2, client1, client2, answers',
  );
});

for (const name of ["binary", "text", "hex", "decimal"] as const) {
  Deno.test(`${name}: a long answer is judged whole`, () => {
    const conversion = conversionOf(name);
    const text = "comnetsii ".repeat(1_000) + "xyz";
    const answer = conversion.answer(text);
    assertEquals(conversion.judge(text, `Received: ${answer}\r\n`).verdict, "right");
    assertEquals(conversion.judge(text, answer.slice(0, -3)).verdict, "wrong");
  });
}
