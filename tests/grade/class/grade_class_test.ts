/**
 * A class in one command, with a grader that returns made-up results.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/cli/failure.ts";
import { type ClassOptions, gradeClass } from "../../../lib/grade/class/grade_class.ts";
import type { GradeSubmission } from "../../../lib/grade/class/grade_task.ts";
import type { GradedSubmission } from "../../../lib/grade/class/graded/graded_submission.ts";
import type { SubmissionResult } from "../../../lib/grade/results/results.ts";
import { DEFAULT_ANSWERS } from "../../../lib/grade/results/answer_texts.ts";
import type { GradingRecord } from "../../../lib/grade/results/result_files.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import { BlockingOutput } from "../../../lib/terminal/blocking_output.ts";
import { timed } from "../../faults.ts";
import { LIMIT_MS, text } from "../../harness.ts";
import { Folder, PROGRAMS, submission } from "./folders.ts";
import { LOOPBACK_ONLY, NO_ZEROS, result } from "./made_up.ts";
import { tarGz, zip } from "./make_archives.ts";

/** An output that keeps its text. */
function kept(terminal = false): { output: BlockingOutput; all: () => string } {
  let said = "";
  const writeSync = (bytes: Uint8Array) => {
    said += text(bytes);
    return bytes.length;
  };
  const write = (bytes: Uint8Array) => Promise.resolve(writeSync(bytes));
  const output = new BlockingOutput({ write, writeSync, isTerminal: () => terminal });
  return { output, all: () => said };
}

/** Grades a class, and returns what was written. */
async function run(
  folder: Folder,
  out: Folder,
  grade: GradeSubmission,
  options: Partial<ClassOptions> = {},
) {
  const [stdout, stderr] = [kept(), kept(true)];
  const whole = await gradeClass(
    {
      folder: folder.path,
      out: out.path,
      rubric: DEFAULT_RUBRIC,
      asked: "",
      jobs: 4,
      limitMs: LIMIT_MS,
      terminal: false,
      signal: new AbortController().signal,
      ...options,
    },
    grade,
    { out: stdout.output, log: stderr.output },
  );
  stdout.output.flush();
  const submissions: GradedSubmission[] = JSON.parse(out.text("results.json")).submissions;
  return { whole, said: stdout.all(), status: stderr.all(), submissions };
}

/** A grader with these answers, and the names of the folders that it graded. */
function grader(answers: Parameters<typeof result>[1] = {}) {
  const graded: string[] = [];
  const grade = (folder: string): Promise<SubmissionResult> => {
    graded.push(folder.slice(folder.lastIndexOf("/") + 1));
    const { source: _, ...one } = result("somebody", answers);
    return Promise.resolve(one);
  };
  return { grade, graded };
}

/** Waits until the signal, or for ever. */
function hang(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

Deno.test("each student has a result; if nothing can be graded, it is a look with the reason", async () => {
  await using folder = new Folder({
    ...submission("ann"),
    "empty/": "",
    "pdf/report.pdf": "%PDF",
    "zipped.zip": await zip([{ name: "lab/server1.py", content: "1" }]),
    "tarred.tar.gz": await tarGz([{ name: "server1.py", content: "1" }]),
    "within/lab.zip": await zip([{ name: "server1.py", content: "1" }, {
      name: "../x",
      content: "1",
    }]),
    "nested.zip": await zip([{ name: "inner.zip", content: "PK" }]),
    "damaged.zip": "PK\x03\x04 and no more",
    "large.zip": await zip([{ name: "zeros", content: "0", claimed: 2 ** 31 }]),
  });
  Deno.symlinkSync("/etc", `${folder.path}/link`);
  await using out = new Folder();
  const { grade, graded } = grader();
  const { whole, submissions, said } = await run(folder, out, grade);
  assert(whole);
  const why = Object.fromEntries(submissions.map(({ name, state, why }) => [name, why || state]));
  assertEquals(Object.keys(why).length, 10);
  assertEquals([why.ann, why.zipped, why.tarred], Array(3).fill("graded"));
  assertEquals(
    why.within,
    'Its archive holds "../x", which was left out: its name leaves the folder',
  );
  assertEquals(graded.length, 4);
  assertEquals(why.empty, "It is empty");
  assertEquals(why.pdf, "Nothing was handed in that can be run: only report.pdf");
  assertMatch(why.nested, /^Cannot unpack inner.zip: it is damaged/);
  assertMatch(why.damaged, /^Cannot unpack damaged.zip: it is damaged/);
  assertMatch(why.large, /^Cannot unpack large.zip: it is larger than 200 MB unpacked/);
  assertEquals(why.link, "It is a link or a device, and is not followed");
  assertMatch(said, /^10 of 10 submissions in \d+ s: 3 graded, 7 want a look\.$/m);
  // Not read: a link and three archives.
  const sentence = "Files: 12 handed in, 7 graded, 1 for you to read, 4 not read.";
  assert(said.includes(`\n${sentence}\nFor you to read: pdf/report.pdf\n`), said);
  assert(out.text("index.html").includes(sentence));
  assertMatch(out.text("index.html"), /<li>pdf\/report\.pdf<\/li>/);
  const { files } = JSON.parse(out.text("results.json"));
  assertEquals(files.handedIn, files.graded + files.toRead.length + files.notRead.length);
  assertEquals(files.leftOut, [
    { file: "within/lab.zip: ../x", why: "its name leaves the folder" },
  ]);
  assertEquals(out.names(), [
    "feedback",
    "grades.csv",
    "index.html",
    "junit.xml",
    "results.json",
    "submissions",
  ]);
  assertEquals(out.names("feedback").length, 10);
});

Deno.test("a message and documents of a student are not graded: the page shows them", async () => {
  const ann = "Ann Lee_7_assignsubmission_";
  await using folder = new Folder({
    [`${ann}file_/server1.py`]: "",
    [`${ann}file_/docs/a report.pdf`]: "%PDF",
    [`${ann}file_/requirements.txt`]: "",
    [`${ann}onlinetext_/onlinetext.html`]: "<p>Dear &lt;Prof&gt;,<br>I was <b>ill</b>.</p>",
    "Bob_8_assignsubmission_onlinetext_/onlinetext.html": "<p> </p>",
    "Cy_9_assignsubmission_file_/lab.zip": await zip([
      { name: "server1.py", content: "1" },
      { name: "doc/cy.pdf", content: "%PDF cy" },
    ]),
  });
  await using out = new Folder();
  const { said, submissions } = await run(folder, out, grader().grade);
  assertMatch(said, /^Files: 6 handed in, 3 graded, 3 for you to read, 0 not read\.$/m);
  assertMatch(said, /^Wrote a message, which the page shows: Ann Lee$/m);
  assertMatch(said, /^The feedback of 1 student is not finished/m);
  assertEquals(submissions.map(({ state }) => state), ["graded", "look", "graded"]);
  const page = out.text("index.html");
  assert(page.includes("The student's message: Dear &lt;Prof&gt;,\nI was ill.</p>"));
  for (const [name, content] of [["docs/a report.pdf", "%PDF"], ["doc/cy.pdf", "%PDF cy"]]) {
    const [, link] = page.split(`">${name}</a>`)[0].match(/.*href="([^]*)$/s)!;
    assertEquals(Deno.readTextFileSync(`${out.path}/${decodeURIComponent(link)}`), content);
  }
});

Deno.test("Canvas: a text or an address in place of files is a student's submission", async () => {
  await using folder = new Folder({
    "leeann_LATE_7_text.html": "<html><head><title>Lab</title></head><p>See my mail</p></html>",
    "roebob_8_link.html": '<a href="https://x.example/a?b&amp;c">Go</a>',
    "doejane_9_34_server1.py": "",
  });
  await using out = new Folder();
  const { submissions, said } = await run(folder, out, grader().grade);
  assertEquals(submissions.map(({ source, why }) => [source, why]), [
    ["doejane_9", ""],
    ["leeann_7", "Nothing was handed in that can be run: only text.html"],
    ["roebob_8", "Nothing was handed in that can be run: only link.html"],
  ]);
  assertMatch(said, /^Wrote a message, which the page shows: leeann, roebob$/m);
  assertMatch(
    out.text("index.html"),
    /message: See my mail<[^]*message: https:\/\/x\.example\/a\?b&amp;c Go</,
  );
});

Deno.test("Canvas: the files of one student are graded as one folder, with their own names", async () => {
  await using folder = new Folder({ "doejane_1_2_server1.py": "", "doejane_1_3_client1-1.py": "" });
  await using out = new Folder();
  const { grade } = grader();
  await run(folder, out, grade);
  assertEquals(out.names("submissions/doejane"), ["client1.py", "server1.py"]);
});

Deno.test("results are kept; changed and new submissions are graded", async () => {
  const students = ["ann", "bob", "cy"].map((name) => submission(name));
  await using folder = new Folder(Object.assign({}, ...students));
  await using out = new Folder();
  const first = grader({ "2b": LOOPBACK_ONLY });
  await run(folder, out, first.grade);
  // The loopback verdict costs marks: after all first tries each is tried again.
  assertEquals(first.graded.slice(0, 3).sort(), ["ann", "bob", "cy"]);
  assertEquals(first.graded.slice(3), ["ann", "bob", "cy"]);
  folder.put("bob/server1.py", "changed");
  folder.put("dee/server1.py", "new");
  const second = grader();
  const { submissions, said } = await run(folder, out, second.grade);
  assertEquals(second.graded.sort(), ["bob", "dee"]);
  assertEquals(submissions.map(({ name, marks }) => `${name} ${marks}`), [
    "ann 95",
    "bob 100",
    "cy 95",
    "dee 100",
  ]);
  assertMatch(said, /^\[2\/4\] graded in an earlier run; their results are kept$/m);
  const third = grader();
  const questions = { ...DEFAULT_RUBRIC.questions, "1a": 40 };
  await run(folder, out, third.grade, { rubric: { ...DEFAULT_RUBRIC, total: 110, questions } });
  assertEquals(third.graded.length, 0, "another rubric weighs the stored verdicts");
  const fourth = grader();
  await run(folder, out, fourth.grade, { fresh: true });
  assertEquals(fourth.graded.length, 4, "fresh");
  const named = grader();
  await run(folder, out, named.grade, { fresh: ["Bob"] });
  assertEquals(named.graded, ["bob"], "fresh, one student alone");
  const fifth = grader();
  await run(folder, out, fifth.grade, { asked: "another lab file" });
  assertEquals(fifth.graded.length, 4, "another lab file");
});

Deno.test("the command that asks again names the rubric of the last run", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder();
  const wrong = { ...LOOPBACK_ONLY, again: "deno task grade 'a b' --verbose --seed 1 --only 2b" };
  const commandWith = async (file?: string) => {
    const record: GradingRecord = {
      ...{ grader: "1", deno: "2", tools: {}, seed: 1, lab: { answers: DEFAULT_ANSWERS } },
      rubric: { ...file !== undefined && { file }, content: DEFAULT_RUBRIC },
    };
    const { grade } = grader({ "2b": wrong });
    const options = { record: () => Promise.resolve(record) };
    return (await run(folder, out, grade, options)).submissions[0].questions["2b"].again;
  };
  assertEquals(await commandWith(), wrong.again);
  const named = "deno task grade 'a b' --rubric '/c d.json' --verbose --seed 1 --only 2b";
  assertEquals(await commandWith("/c d.json"), named);
  assertEquals(await commandWith("/e.json"), named.replace("'/c d.json'", "/e.json"));
  assertEquals(await commandWith(), wrong.again);
});

Deno.test("a stopped class ends within 3 s and keeps its results; the next run continues", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  await using folder = new Folder(Object.assign({}, ...names.map((name) => submission(name))));
  await using out = new Folder();
  const stop = new AbortController();
  const { grade, graded } = grader();
  const ended = Promise.withResolvers<void>();
  let stopping: ReturnType<typeof timed> | undefined;
  const deaf = async (path: string) => {
    if (graded.length < 3) return await grade(path);
    setTimeout(() => {
      stopping ??= timed(Deno.pid, () => ended.promise);
      stop.abort();
    }, 50);
    return await hang(); // a grader that ignores the signal
  };
  const rows = names.map((name, i) => `${name},${i + 1},${name},s,\r\n`).join("");
  await using books = new Folder({
    "canvas.csv": `Student,ID,SIS Login ID,Section,Lab (5)\r\n Points,,,,100\r\n${rows}`,
  });
  const { whole, submissions, said } = await run(folder, out, deaf, {
    ...{ signal: stop.signal, jobs: 2, gradebook: `${books.path}/canvas.csv` },
    gradebookOptions: { zeroMissing: true },
  });
  ended.resolve();
  const { fair } = await stopping!;
  assert(fair < 3_000, `${fair} ms`);
  assert(!whole);
  assertEquals(submissions.length, 3);
  assertMatch(said, /3 are not graded yet/);
  assertMatch(said, /^Files: 24 handed in, 12 graded, 0 not read, 12 not graded yet\.$/m);
  assertMatch(out.text("index.html"), /Stopped after 3 of 6 submissions/);
  const marks = out.text("gradebook.csv").match(/[^,]*(?=\r\n)/g)?.filter((mark) => mark !== "");
  assertNotMatch(said, /without a submission/);
  assertEquals(marks, ["Lab (5)", "100", "100", "100", "100"], "no 0 for who is not graded yet");
  const rest = grader();
  assert((await run(folder, out, rest.grade)).whole);
  assertEquals([...graded, ...rest.graded].sort(), names);
});

Deno.test("a submission that hangs reaches its own limit, and the next run tries it again", async () => {
  const names = ["ann", "hangs", "bob"];
  await using folder = new Folder(Object.assign({}, ...names.map((name) => submission(name))));
  await using out = new Folder();
  const { grade } = grader();
  const hangs = (path: string, signal: AbortSignal) =>
    path.endsWith("hangs") ? hang(signal) : grade(path);
  const { submissions } = await run(folder, out, hangs, { limitMs: 3_000, jobs: 1 });
  assertEquals(submissions.map(({ name, state }) => [name, state]), [
    ["ann", "graded"],
    ["bob", "graded"],
    ["hangs", "look"],
  ]);
  const again = grader();
  await run(folder, out, again.grade);
  assertEquals(again.graded, ["hangs"]);
});

Deno.test("the tries of a submission share its limit: a first verdict counts if no time is left", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder();
  const { grade, graded } = grader({ "1a": NO_ZEROS });
  const once: GradeSubmission = (path, signal) => graded.length > 0 ? hang(signal) : grade(path);
  let submissions: GradedSubmission[] = [];
  const { fair } = await timed(Deno.pid, async () => {
    ({ submissions } = await run(folder, out, once, { limitMs: 3_500 }));
  });
  assertEquals(submissions.map(({ questions }) => questions["1a"].verdict), [NO_ZEROS.verdict]);
  assert(fair < 3_500, `${fair} ms`);
});

Deno.test("a submission on which the grader fails is a look", async () => {
  await using folder = new Folder({ ...submission("ann"), ...submission("bad") });
  await using out = new Folder();
  const { grade } = grader();
  const { submissions } = await run(
    folder,
    out,
    (path) => path.endsWith("bad") ? Promise.reject(new Error("oops\n at x")) : grade(path),
  );
  assertEquals(submissions.map(({ why }) => why), ["", "The grader fails on it: oops"]);
});

Deno.test("a failed sandbox is tried again once; then the submission is a look", async () => {
  await using folder = new Folder({ ...submission("ann"), ...submission("bob") });
  await using out = new Folder();
  const { grade } = grader();
  const failures = { ann: 1, bob: 2 };
  const { submissions } = await run(folder, out, (path) => {
    const name = path.endsWith("ann") ? "ann" : "bob";
    return failures[name]-- > 0
      ? Promise.reject(new Failure("Cannot make a sandbox"))
      : grade(path);
  });
  assertEquals(submissions.map(({ why }) => why), [
    "",
    "The grader fails on it: Cannot make a sandbox",
  ]);
});

Deno.test("a class ends at once, with the reason, on a machine that allows no sandboxes", async () => {
  await using folder = new Folder({ ...submission("ann"), ...submission("bob") });
  await using out = new Folder();
  const refuse = () => Promise.reject(new Failure("Cannot make sandboxes here", 2));
  await assertRejects(() => run(folder, out, refuse), Failure, "Cannot make sandboxes here");
});

Deno.test("two students with one name have a feedback file each", async () => {
  await using folder = new Folder({
    ...submission("Ann Lee_7_assignsubmission_file_"),
    ...submission("Ann Lee_8_assignsubmission_file_", { ...PROGRAMS, "server1.py": "other" }),
  });
  await using out = new Folder();
  const { grade } = grader({ "1a": NO_ZEROS });
  const { submissions } = await run(folder, out, grade);
  assertEquals(submissions.map(({ name }) => name), ["Ann Lee", "Ann Lee"]);
  assertEquals(out.names("feedback"), ["Ann Lee (7).md", "Ann Lee (8).md"]);
});

Deno.test("--out inside the class is refused", async () => {
  await using folder = new Folder(submission("ann"));
  const out = { path: `${folder.path}/out` };
  await assertRejects(
    () => run(folder, out as Folder, grader().grade),
    Failure,
    "would be graded as a submission",
  );
  assertEquals(folder.names(), ["ann"]);
});

Deno.test("the zip of a class gives the same results as its folder, and continues after a stop", async () => {
  const files = { "server1.py": "1", "client1.py": "1" };
  const entries = ["Ann Lee_7_assignsubmission_file_", "Bob_8_assignsubmission_file_"]
    .flatMap((student) =>
      Object.entries(files).map(([name, content]) => ({ name: `${student}/${name}`, content }))
    );
  await using folder = new Folder({ "submissions.zip": await zip(entries) });
  await using out = new Folder();
  const zipped = { path: `${folder.path}/submissions.zip` } as Folder;
  const first = grader();
  const { said } = await run(zipped, out, first.grade);
  assertEquals(first.graded.length, 2);
  assertMatch(said, /^Files: 4 handed in, 4 graded, 0 not read\.$/m);
  const second = grader();
  await run(zipped, out, second.grade);
  assertEquals(second.graded, []);
});

Deno.test("the newer of two archives in a folder is graded, and the other one is reported", async () => {
  await using folder = new Folder({
    "ann/lab.zip": await zip([{ name: "server1.py", content: "old" }]),
    "ann/lab-2.zip": await zip([{ name: "client1.py", content: "new" }]),
  });
  await using out = new Folder();
  const absent = { verdict: "absent", why: "There is no server1" } as const;
  const { submissions } = await run(folder, out, grader({ "1a": absent }).grade);
  assertEquals(out.names("submissions/ann"), ["client1.py"]);
  const why = "ann/lab-2.zip is newer";
  assertEquals(submissions[0].files?.notRead, [{ file: "ann/lab.zip", why }]);
  assertEquals(submissions[0].state, "look", "the absent program may be in the other archive");
});

Deno.test("a results.json of another program is not overwritten", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder({ "results.json": "precious" });
  await assertRejects(() => run(folder, out, grader().grade), Failure, "Cannot go on from");
  assertEquals(out.text("results.json"), "precious");
  await assertRejects(() => run(folder, folder, grader().grade), Failure, "the class is in it");
});

Deno.test("progress: a line for each submission in a pipe, a status line of 80 columns on a terminal", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `${"A very long name indeed ".repeat(4)}${i}`);
  await using folder = new Folder(Object.assign({}, ...names.map((name) => submission(name))));
  await using out = new Folder();
  const { grade } = grader();
  const { said, status } = await run(folder, out, grade, { terminal: true });
  const lines = said.split("\n");
  assertEquals(lines.filter((line) => /^\[ ?\d+\/12\] A very long name/.test(line)).length, 12);
  const drawn = status.split("\r\x1b[K");
  assertMatch(status, /\d of 12 done, about \d+ s left; grading A very long n…, A very/);
  for (const line of [...lines.slice(0, 12), ...drawn]) assert(line.length <= 80, line);
});

Deno.test("decisions for a zipped class are read from the file beside the zip", async () => {
  await using folder = new Folder({
    "lab.zip": await zip([{ name: "ann/server1.py", content: "1" }]),
  });
  await using out = new Folder();
  const { grade } = grader({ "1a": { verdict: "look", why: "x" } });
  const decide = { student: "ann", question: "1a", points: "28", sentence: "Seen." };
  const options = { folder: `${folder.path}/lab.zip` };
  const { said } = await run(folder, out, grade, { ...options, decide });
  assertMatch(said, /^ann, 1a: part, 28 of 30$/m);
  assertMatch(folder.text("lab.decisions.csv"), /^\ufeff?student,.*\r\n?ann,ann,1a,28,Seen\./);
  const { submissions: [one] } = await run(folder, out, grade, options);
  assertEquals([one.questions["1a"].points, one.state], [28, "graded"]);
  const fresh = await run(folder, out, grade, { ...options, fresh: true });
  assertMatch(fresh.said, /^\[1\/1\] ann: 98 of 100$/m, "the line of a run has the decision");
  const compared = await run(folder, out, grader({ "1a": NO_ZEROS }).grade, {
    ...options,
    compare: true,
  });
  assertMatch(compared.said, /^\[1\/1\] ann: 98 of 100$/m);
  assertMatch(compared.said, /ann, 1a: wants a look -> wrong \(decided by hand, which stays\)/);
  const none = { ...decide, points: "none" };
  assertMatch(
    (await run(folder, out, grade, { ...options, decide: none })).said,
    /^ann, 1a: taken back; now look, – of 30$/m,
  );
  assertMatch(
    (await run(folder, out, grade, { ...options, decide: none })).said,
    /^ann, 1a: there was no decision to take back$/m,
  );
});

Deno.test("--compare says which verdicts another grader gives, and changes nothing", async () => {
  await using folder = new Folder({ ...submission("ann"), ...submission("bob") });
  await using out = new Folder();
  const answered = (answers: Parameters<typeof result>[1], version: string) => () =>
    Promise.resolve({ ...result("x", answers), grader: version });
  await run(folder, out, answered({}, "0.9.0"));
  const before = out.text("results.json");
  const stricter = answered({ "1a": NO_ZEROS }, "1.0.0");
  const { said } = await run(folder, out, stricter, { compare: true });
  assertMatch(said, /Would change: ann, 1a: right -> wrong \(-30 marks\): server1 drops/);
  assertMatch(said, /2 submissions, graded by 0\.9\.0, .*: 2 verdicts of 2 students would change/s);
  assertEquals(out.text("results.json"), before);
  const { said: later, submissions } = await run(folder, out, stricter);
  assertMatch(later.replace(/\s+/g, " "), /2 submissions were graded by grader 0\.9\.0/);
  assertEquals(submissions.map(({ marks }) => marks), [100, 100]);
  const { submissions: fresh } = await run(folder, out, stricter, { fresh: true });
  assertEquals(fresh.map(({ marks }) => marks), [70, 70]);
});

Deno.test("a run without --gradebook removes the gradebook of an earlier run", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder({ "gradebook.csv": "of an earlier run" });
  const { said } = await run(folder, out, grader().grade);
  assertMatch(said, /^Removed gradebook\.csv of an earlier run/m);
  assert(!out.names().includes("gradebook.csv"));
  assertNotMatch((await run(folder, out, grader().grade)).said, /gradebook/);
});

Deno.test("--compare without results is refused", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder();
  const { grade } = grader();
  await assertRejects(() => run(folder, out, grade, { compare: true }), Failure, "Cannot compare");
});

Deno.test("the page shows a student's name as in the gradebook, and finds the student by it", async () => {
  await using folder = new Folder({ "doejane_1_2_server1.py": "" });
  await using out = new Folder();
  await using books = new Folder({
    "canvas.csv": "Student,ID,SIS Login ID,Section,Lab (5)\r\n" +
      '    Points Possible,,,,100\r\n"Doe, Jane",1,jd,s,\r\n',
  });
  const { grade } = grader({ "1a": { verdict: "look", why: "x" } });
  const options = {
    gradebook: `${books.path}/canvas.csv`,
    decide: { student: "doe, jane", question: "1a", points: "30", sentence: "" },
  };
  const { said, submissions: [one] } = await run(folder, out, grade, options);
  assertEquals([one.name, one.marks], ["Doe, Jane", 100]);
  assertMatch(said, /^1 decision by hand, from/m);
  assertMatch(said, /^Filled in gradebook\.csv: 1 mark$/m);
  assertMatch(out.text("index.html"), /<h3[^>]*>Doe, Jane<\/h3>/);
});

Deno.test("a submission that waits for marks by hand is not counted as a look", async () => {
  await using folder = new Folder(submission("ann"));
  await using out = new Folder();
  const rubric = { ...DEFAULT_RUBRIC, total: 110, manual: { report: 10 } };
  const decide = { student: "ann", question: "1a", points: "30", sentence: "" };
  const { grade } = grader({ "1a": { verdict: "look", why: "x" } });
  const { said } = await run(folder, out, grade, { rubric, decide });
  assertMatch(said, /0 want a look, 1 waits for marks by\s+hand\./);
  assertMatch(said, /^Waits for marks by hand: ann: A person still has to mark: report\./m);
  assertNotMatch(said, /Wants a look/);
  assertMatch(said, /^The feedback of 1 student is not finished/m);
});

Deno.test("--unpacked writes one folder for each student, from folders, files and archives", async () => {
  await using folder = new Folder({
    ...submission("ann"),
    "bob.zip": await zip([{ name: "lab/server1.py", content: "1" }]),
    "empty/": "",
  });
  await using out = new Folder();
  await using to = new Folder();
  const { grade } = grader();
  const { said } = await run(folder, out, grade, { unpacked: `${to.path}/all` });
  assertEquals(to.names("all"), ["ann", "bob", "empty"]);
  assertEquals(to.names("all/ann").sort(), folder.names("ann").sort());
  assertMatch(said, /3 submissions are in/);
  const again = run(folder, out, grade, { unpacked: `${to.path}/all` });
  await assertRejects(() => again, Failure, "it is not empty");
});
