/** Settings that settle looks: grouped by cause, and kept in one file beside the class. */
import { fileURLToPath } from "node:url";
import { unescape } from "@std/html";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type ParsedOptions, parseOptions } from "../../../lib/cli/options.ts";
import { commandFor, labOf, rubricOf } from "../../../lib/grade/order.ts";
import { COMMAND_LINE } from "../../../lib/grade/main.ts";
import { DEFAULT_ANSWERS } from "../../../lib/grade/results/answer_texts.ts";
import { commonLooks, labFileFor, settingFor } from "../../../lib/grade/class/graded/statistics.ts";
import { classPage } from "../../../lib/grade/class/page/page.ts";
import { readLab } from "../../../lib/grade/find/lab_file.ts";
import { gradeClass } from "../../../lib/grade/class/grade_class.ts";
import type { GradeSubmission, NamedSettings } from "../../../lib/grade/class/grade_task.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { BlockingOutput } from "../../../lib/terminal/blocking_output.ts";
import { LIMIT_MS, text } from "../../harness.ts";
import { needing } from "../../needs.ts";
import { Folder, submission } from "./folders.ts";
import { result } from "./made_up.ts";

const NUMPY = "server1 cannot be run here: the Python module numpy is not installed here.";
const look = (why: string) => ({ verdict: "look" as const, why });
const noNumpy = () => ({
  ...look(NUMPY),
  look: { cause: "needs the Python module numpy", install: "pip install numpy" },
});
const CLASS = [
  result("Ann Ang", { "1a": noNumpy(), "1b": noNumpy() }, { state: "look", why: NUMPY }),
  result("bob", { "1a": noNumpy() }, { state: "look", why: NUMPY }),
  result("cy", {
    "2a": {
      ...look("There is no server2, but these files may be it: x.lua; lab.json can say"),
      look: {
        cause: "server2 is not found",
        lab: '{"server2": {"run": "lua x.lua {port}"}}',
      },
    },
  }, { state: "look" }),
  result("dee", { "1a": look("It shows an answer that cannot be read.") }, { state: "look" }),
];
const LABELS = CLASS.map(({ name }) => name);

Deno.test("one installation is offered for all who need it, and one setting with their names", () => {
  const settings = commonLooks(CLASS).map((one) => settingFor(one, CLASS, LABELS));
  assertEquals(settings[0], { install: "pip install numpy", fresh: "'Ann Ang' bob" });
  assertEquals(settings[1], { programs: { cy: { server2: { run: "lua x.lua {port}" } } } });
  assertEquals(settings[2], {});
  const types = { programs: { cy: { client1: { type: ["{text}"] } }, eve: { server1: {} } } };
  assertEquals(JSON.parse(labFileFor([...settings, types])!), {
    submissions: {
      cy: { server2: { run: "lua x.lua {port}" }, client1: { type: ["{text}"] } },
      eve: { server1: {} },
    },
  });
});

Deno.test("the page offers each setting once, to be copied", async () => {
  const page = await classPage({
    ...{ title: "lab1", results: CLASS, labels: LABELS, handedIn: 4, date: new Date() },
    links: CLASS.map(() => ({ feedback: "x.md" })),
  });
  const section = page.slice(page.indexOf('id="settings"'), page.indexOf('id="students"'));
  assertEquals(section.split("pip install numpy").length, 2);
  assertMatch(section, /--fresh &#39;Ann Ang&#39; bob|--fresh 'Ann Ang' bob/);
  assertMatch(section, /lab1\.lab\.json<\/code> beside the class/);
  assert(!section.includes("cannot be read"));
});

/** Grades a class with settings of single submissions, and returns what each was graded with. */
async function run(folder: Folder, out: Folder, ownSettings = {}) {
  const graded = new Map<string, NamedSettings | undefined>();
  const grade: GradeSubmission = (at, _, __, own) => {
    graded.set(at.slice(at.lastIndexOf("/") + 1), own);
    return Promise.resolve(result("x"));
  };
  const nowhere = new BlockingOutput({
    write: (bytes: Uint8Array) => Promise.resolve(text(bytes).length),
    writeSync: (bytes: Uint8Array) => bytes.length,
    isTerminal: () => false,
  });
  await gradeClass(
    {
      ...{ folder: folder.path, out: out.path, rubric: DEFAULT_RUBRIC, asked: "", jobs: 2 },
      ...{ limitMs: LIMIT_MS, terminal: false, signal: new AbortController().signal, ownSettings },
    },
    grade,
    { out: nowhere, log: nowhere },
  );
  return graded;
}

Deno.test("a setting for one student is used for this student only, and only this student is graded again", async () => {
  await using folder = new Folder({ ...submission("ann"), ...submission("bob") });
  await using out = new Folder();
  assertEquals([...(await run(folder, out)).keys()].sort(), ["ann", "bob"]);
  const own = { server1: { run: "lua s.lua {port}" } };
  assertEquals([...await run(folder, out, { BOB: own })], [["bob", ["BOB", own]]]);
  assertEquals((await run(folder, out, { BOB: own })).size, 0);
  await assertRejects(() => run(folder, out, { zoe: own }), Error, 'settings for "zoe"');
});

Deno.test("a lab file with settings for an unknown student is refused, with the name", async () => {
  await using folder = new Folder({
    "lab.json": '{"client1": {"run": "c"}, "submissions": {"ada": {"server1": {"run": "s"}}}}',
    "bad.json": '{"submissions": {"ada": {"server9": {"run": "s"}}}}',
  });
  const lab = await readLab(`${folder.path}/lab.json`);
  assertEquals(lab.programs, { client1: { run: "c" } });
  assertEquals(lab.submissions, { ada: { server1: { run: "s" } } });
  await assertRejects(() => readLab(`${folder.path}/bad.json`), Error, '"ada": "server9" is none');
});

Deno.test("the rubric and the lab file beside a class or its zip are used without an option", async () => {
  await using folder = new Folder({
    "a b.rubric.json": JSON.stringify({ ...DEFAULT_RUBRIC, total: 110, manual: { report: 10 } }),
    "a b.lab.json": '{"answers": {"server1": "upper", "server2": "reverse"}}',
  });
  const of = (...args: string[]) => parseOptions(COMMAND_LINE, args) as ParsedOptions;
  for (const name of ["a b", "a b.zip", "a b/"]) {
    const given = of("--class", `${folder.path}/${name}`);
    const { answers } = await labOf(given);
    assertEquals(answers, { server1: "upper", server2: "reverse" });
    assertEquals((await rubricOf(given, answers)).manual, { report: 10 });
    const again = commandFor(given, "/c/ann", 1, undefined);
    assertMatch(again, /--rubric '[^']*a b\.rubric\.json'/);
  }
  const alone = of(`${folder.path}/a b`);
  assertEquals(await rubricOf(alone, DEFAULT_ANSWERS), DEFAULT_RUBRIC);
});

/** A server that wants a word which the grader cannot guess, and its client. */
const SERVER = `import socket, sys, threading

if "--mode=binary" not in sys.argv:
    sys.exit("usage: server.py --mode=MODE")

def serve(conn):
    while data := conn.recv(65536):
        conn.sendall(" ".join(format(b, "08b") for b in data).encode())

listener = socket.create_server(("127.0.0.1", 9999))
while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
`;
const CLIENT = `import socket, sys

try:
    sock = socket.create_connection(("127.0.0.1", 9999))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
try:
    while True:
        sock.sendall(input("Text: ").encode())
        print("Answer:", sock.recv(65536).decode())
except EOFError:
    pass
`;

Deno.test(needing(["sandboxes", "python3"], {
  name: "the lines that the page offers settle the looks of two students, pasted and completed",
  fn: async () => {
    const programs = { "server.py": SERVER, "client.py": CLIENT };
    await using at = new Folder({
      ...submission("class/Zoë #1", programs),
      ...submission("class/bob", programs),
      "one pair.json": '{"answers": {"server": "binary"}}',
    });
    const grade = async (lab: string) => {
      const args = ["--class", `${at.path}/class`, "--out", `${at.path}/out`, "--lab", lab];
      const argv = [
        "run",
        "-A",
        fileURLToPath(new URL("../../../lib/grade/main.ts", import.meta.url)),
        ...args,
      ];
      const { code, stdout } = await new Deno.Command(Deno.execPath(), { args: argv }).output();
      assertEquals(code, 0);
      return text(stdout);
    };
    const before = await grade(`${at.path}/one pair.json`);
    assertMatch(before, /2 want a look/);
    assertMatch(
      before,
      /Settles the looks of 2 students \(bob, Zoë #1\): the page has lines for\s+class/,
    );
    const [, block] = at.text("out/index.html").match(
      /id="lab-file".*?<code[^>]*>(.*?)<\/code>.*?<code[^>]*>(.*?)<\/code>/s,
    )!.slice(1);
    const pasted = JSON.parse(unescape(block));
    for (const name of ["Zoë #1", "bob"]) {
      assertMatch(pasted.submissions[name].server1.run, /^python3 server\.py/);
      pasted.submissions[name].server1.run = "python3 server.py --mode=binary";
    }
    at.put("class.lab.json", JSON.stringify({ ...pasted, answers: { server: "binary" } }));
    const after = await grade(`${at.path}/class.lab.json`);
    assertMatch(after, /2 graded, 0 want a look/);
    assertMatch(after, /bob: 55 of 55/);
    assertMatch(after, /Zoë #1: 55 of 55/);
  },
}));
