/**
 * Decisions of an instructor: kept beside the class, applied to every output.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { Failure } from "../../../lib/cli/failure.ts";
import { applyToClass, completed } from "../../../lib/grade/class/decisions/apply_decisions.ts";
import {
  addDecision,
  type Decision,
  decisionsPath,
  mergeDecisions,
  readDecisions,
} from "../../../lib/grade/class/decisions/decisions_file.ts";
import { outcomeOf } from "../../../lib/grade/class/decisions/decision_sentences.ts";
import { commonFaults, commonLooks } from "../../../lib/grade/class/graded/statistics.ts";
import { isAbout } from "../../../lib/grade/class/intake/class_folder.ts";
import { classPage } from "../../../lib/grade/class/page/page.ts";
import { feedback } from "../../../lib/grade/class/exports/feedback.ts";
import { gradesCsv } from "../../../lib/grade/class/exports/marks_files.ts";
import { applyRubric, DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import {
  type GradedSubmission,
  lookReason,
  seenOf,
  waitsForMarks,
} from "../../../lib/grade/class/graded/graded_submission.ts";
import { Folder } from "./folders.ts";
import { NO_ZEROS, PIECES, result } from "./made_up.ts";

const WITH_REPORT = { ...DEFAULT_RUBRIC, total: 110, manual: { report: 10 } };
const LOOK = { verdict: "look", why: "server1 needs the module numpy" } as const;

function graded(one: GradedSubmission) {
  const { name } = one;
  const students = [{ name, number: "7" }];
  const submission = {
    name,
    label: name,
    fileName: name,
    source: name,
    students,
    parts: [],
    notRead: [],
    doubt: "",
  };
  return { submission, result: one };
}

function decision(question: string, points: string, more: Partial<Decision> = {}): Decision {
  return {
    student: "Ann Müller",
    submission: "",
    question,
    points,
    sentence: "",
    seen: "",
    ...more,
  };
}

const ann = () => graded(result("Ann Müller", { "1a": LOOK }, { state: "look", why: LOOK.why }));

Deno.test("a decided look has marks, and the submission is graded", () => {
  const decisions = [decision("1a", "27.5", { student: "ann muller", sentence: "I ran it." })];
  const { results: [one], notes } = applyToClass([ann()], decisions, DEFAULT_RUBRIC);
  assertEquals([one.state, one.marks, notes.length], ["graded", 97.5, 0]);
  assertEquals(one.questions["1a"].decidedByHand?.verdict, "look");
  assertMatch(feedback(one, []), /1a, .*: 27\.5 of 30, decided by hand\. I ran it\./);
  assertMatch(gradesCsv([one], [[{ name: "Ann" }]]), /,1a\r?\n$/);
});

Deno.test("applyRubric() removes decisions from stored results, so that another rubric can be applied", () => {
  const before = ann();
  const { results: [one] } = applyToClass([before], [decision("1a", "right")], DEFAULT_RUBRIC);
  assertEquals(one.marks, 100);
  const again = applyRubric(JSON.parse(JSON.stringify(one)) as GradedSubmission, DEFAULT_RUBRIC);
  assertEquals([again.state, again.marks, again.why], ["look", 70, LOOK.why]);
  assertEquals(again, before.result);
});

Deno.test("a decision on a verdict or reason that has changed is reported in words", () => {
  const [seen, now] = [
    ann(),
    graded(result("Ann Müller", { "1a": NO_ZEROS }, { key: "c2861efe" })),
  ];
  const made = completed(decision("1a", "right"), [seen]);
  assertEquals(made.seen, "look: server1 needs the module numpy");
  const notesOn = (seen: string) =>
    applyToClass([now], [{ ...made, seen }], DEFAULT_RUBRIC).notes.join();
  assertEquals(
    notesOn(made.seen),
    'Ann Müller, 1a: decided on "look: server1 needs the module numpy", and the grader now says ' +
      '"wrong: server1 drops the leading zeros of each byte of "hi there"". ' +
      "The decision stays; decide again to confirm it",
  );
  for (
    const same of [
      "",
      'wrong: server1 drops the leading zeros of each byte of "other text"',
      "wrong c2861efe", // of an older version of the grader
      "wrong 12345678",
    ]
  ) assertEquals(notesOn(same), "", same);
  assertMatch(notesOn("look c2861efe"), /decided on "look", and/);
  const hostile = result("Eve", { "1a": { ...NO_ZEROS, why: "it prints ; =HYPERLINK(1),-2, a" } });
  assertEquals(seenOf(hostile, "1a"), "wrong: it prints ;' =HYPERLINK(1),'-2, a");
  const whole = completed(decision("all", "50"), [now]);
  assertEquals(applyToClass([now], [whole], DEFAULT_RUBRIC).notes, []);
  const changed = { ...now, result: { ...now.result, key: "cda81dd6" } };
  assertMatch(
    applyToClass([changed], [whole], DEFAULT_RUBRIC).notes[0],
    /^Ann Müller, all: the files or settings have changed since the decision\./,
  );
});

Deno.test("a new decision is confirmed in one sentence", () => {
  const rubric = { ...WITH_REPORT, late: { perDay: 5, cap: 20 } };
  const whole = graded(applyRubric(ann().result, rubric));
  const said = (one: Decision, by = rubric) =>
    outcomeOf(one, applyToClass([whole], [one], by).results[0], by);
  assertEquals(said(decision("1a", "part")), "Ann Müller, 1a: part, 15 of 30");
  assertEquals(said(decision("report", "8")), "Ann Müller, report: 8 of 10");
  assertEquals(said(decision("all", "60")), "Ann Müller, all: 60 of 110");
  assertEquals(said(decision("late", "2")), "Ann Müller, late: 2 days, 10 marks less");
  assertEquals(said(decision("late", "0")), "Ann Müller, late: not late");
  assertEquals(
    said(decision("late", "2"), { ...rubric, late: DEFAULT_RUBRIC.late }),
    'Ann Müller, late: 2 days, 0 marks less, since "perDay" of the rubric\'s "late" is 0',
  );
  const [open] = applyToClass([whole], [], rubric).results;
  const taken = (question: string, result = open) =>
    outcomeOf(decision(question, "none"), result, rubric);
  assertEquals(taken("1a"), "Ann Müller, 1a: taken back; now look, – of 30");
  assertEquals(taken("report"), "Ann Müller, report: taken back; now – of 10");
  const [fixed] = applyToClass([whole], [decision("all", "60")], rubric).results;
  assertMatch(
    outcomeOf(decision("1b", "part"), fixed, rubric),
    /; the decision on all questions still gives 60$/,
  );
});

Deno.test("a misspelt student, or a first name alone, gets a suggestion", () => {
  const class_ = [
    ann(),
    graded(result("Dana Kim")),
    graded(result("Hana Ek")),
    graded(result("Zoë O'Brien")),
  ];
  for (
    const [typed, near] of [
      ["dana", '(did you mean "Dana Kim"?)'],
      ["Dana Kin", '(did you mean "Dana Kim"?)'],
      ["obrien", '(did you mean "Zoë O\'Brien"?)'],
      ["Bob", "no such student; write"],
    ]
  ) {
    assertThrows(() => completed(decision("1a", "1", { student: typed }), class_), Failure, near);
  }
  const { notes } = applyToClass(
    class_,
    [decision("1a", "1", { student: "dana" })],
    DEFAULT_RUBRIC,
  );
  assertMatch(notes[0], /no student of this class \(did you mean "Dana Kim"\?\); it is not used/);
});

Deno.test("a word where only a number has a meaning is not used", () => {
  const rows = [decision("late", "right"), decision("all", "part")];
  const { results, notes } = applyToClass([ann()], rows, DEFAULT_RUBRIC);
  assertEquals([results[0].marks, results[0].late, notes.length], [70, undefined, 2]);
});

Deno.test("no decision gives more than the rubric", () => {
  const one = ann();
  assertThrows(() => completed(decision("1a", "300"), [one]), Failure, "gives at most 30");
  const { results, notes } = applyToClass([one], [decision("1a", "300")], DEFAULT_RUBRIC);
  assertEquals(results[0].questions["1a"].points, 30);
  assertMatch(notes[0], /the decision of 300 counts as 30/);
});

Deno.test("a person marks the report, and delay costs marks up to the cap", () => {
  const rubric = {
    ...DEFAULT_RUBRIC,
    total: 110,
    manual: { report: 10 },
    late: { perDay: 5, cap: 12 },
  };
  const bob = graded(applyRubric(result("Bob"), rubric));
  const open = applyToClass([bob], [], rubric).results[0];
  assertEquals([open.state, open.why], ["look", "A person still has to mark: report."]);
  const rows = [
    decision("report", "8", { student: "Bob" }),
    decision("late", "3", { student: "Bob" }),
  ];
  const { results: [one] } = applyToClass([bob], rows, rubric);
  assertEquals([one.state, one.marks, one.max, one.late?.penalty], ["graded", 96, 110, 12]);
  const said = feedback(one, [], undefined, 100);
  assertMatch(said, /Handed in 3 days late: 12 marks less/);
  assertMatch(
    said,
    /## Everything works\n\n\*\*96 of 110 marks \(87\.27 of 100\)\./,
  );
  assertMatch(
    feedback(open, []),
    /\*\*100 marks so far\.\*\* A person still has to mark: report\./,
  );
});

Deno.test("after all looks are decided, only the marks of a person are missing", () => {
  const whole = graded(applyRubric(ann().result, WITH_REPORT));
  const { results: [open] } = applyToClass([whole], [], WITH_REPORT);
  assertEquals([waitsForMarks(open), lookReason(open)], [false, LOOK.why]);
  const { results: [one] } = applyToClass([whole], [decision("1a", "right")], WITH_REPORT);
  assertEquals([one.state, waitsForMarks(one)], ["look", true]);
  assertEquals(lookReason(one), "A person still has to mark: report.");
  assertEquals([commonLooks([open]).length, commonLooks([one]).length], [1, 0]);
});

Deno.test("a decision on all questions leaves no open look and no part to mark", async () => {
  const whole = graded(applyRubric(ann().result, WITH_REPORT));
  const { results } = applyToClass([whole], [decision("all", "60")], WITH_REPORT);
  assertEquals([results[0].state, results[0].why, results[0].marks], ["graded", "", 60]);
  const page = await classPage({
    ...{ title: "lab", results, labels: ["Ann"], links: [{ feedback: "x" }] },
    ...{ handedIn: 1, date: new Date() },
  });
  const row = page.match(/<tr data-id="s1"[^]*?<\/tr>/)?.[0] ?? "";
  assertMatch(row, /decided with all/);
  assert(!row.includes("chip look"), row);
  assert(!page.includes("not marked yet"), "the report is decided with all");
});

Deno.test("feedback says once that a decision without a sentence was made by hand", () => {
  for (const question of ["1a", "report", "all"]) {
    const whole = graded(applyRubric(ann().result, WITH_REPORT));
    const { results: [one] } = applyToClass([whole], [decision(question, "5")], WITH_REPORT);
    assertMatch(feedback(one, []), /, decided by hand\.$/m);
  }
});

Deno.test("remarks cost nothing in a rubric with a part that a person marks", () => {
  const remarked = result("Ann", {}, { remarks: [PIECES] });
  assertMatch(feedback(applyRubric(remarked, WITH_REPORT), []), /No marks depend on these\./);
  const costly = { ...WITH_REPORT, total: 112, remarks: { "one-byte-pieces": 2 } };
  assert(!feedback(applyRubric(remarked, costly), []).includes("No marks depend on these."));
});

Deno.test("a student is found by a name without accents and special letters", () => {
  for (
    const [name, typed] of [
      ["Łukasz Żak", "lukasz zak"],
      ["Øystein Đurić", "oystein duric"],
      ["Weiß Æsop", "weiss AESOP"],
      ["Işıl İnce", "isil ince"],
    ]
  ) {
    const { submission } = graded(result(name));
    assert(isAbout({ student: typed, submission: "" }, submission), name);
  }
});

Deno.test("feedback on a decided question has the person's sentence only", () => {
  const wrong = decision("1a", "wrong", { sentence: "There is no server to try." });
  const said = feedback(applyToClass([ann()], [wrong], DEFAULT_RUBRIC).results[0], []);
  assertMatch(said, /1a, .*: 0 of 30, decided by hand\. There is no server to try\./);
  assert(!said.includes("What happened"), said);
  const whole = decision("all", "0", { sentence: "Only a text was handed in." });
  const none = feedback(applyToClass([ann()], [whole], DEFAULT_RUBRIC).results[0], []);
  assertMatch(none, /## Marked by a person\n\n\*\*0 of 100 marks\.\*\*\n/);
  const late = decision("late", "0", { sentence: "You were ill." });
  const forgiven = feedback(applyToClass([ann()], [late], DEFAULT_RUBRIC).results[0], []);
  assertMatch(forgiven, /Handing in late costs no marks\. You were ill\./);
});

Deno.test("a remark with marks that could not be tested waits for a person", () => {
  const rubric = { ...DEFAULT_RUBRIC, total: 104, remarks: { "late-reply": 3, "spaces": 1 } };
  const one = graded(
    applyRubric(result("Ann", {}, { untested: ["late-reply", "rubbish"] }), rubric),
  );
  assertEquals([one.result.marks, one.result.max], [101, 104]);
  const { results: [open] } = applyToClass([one], [], rubric);
  assertEquals([open.state, open.why], [
    "look",
    "A person still has to mark: late-reply (not tested).",
  ]);
  assert(waitsForMarks(open));
  const given = decision("late-reply", "right", { student: "Ann" });
  const { results: [done] } = applyToClass([one], [given], rubric);
  assertEquals([done.state, done.marks, done.max], ["graded", 104, 104]);
  // If neither pair answers, there is nothing to mark. After a decision that one does, there is.
  const silent = { "1a": NO_ZEROS, "2a": NO_ZEROS };
  const none = graded(applyRubric(result("Ann", silent, { untested: ["late-reply"] }), rubric));
  assertEquals([none.result.manual, none.result.marks], [undefined, 40]);
  const right = decision("1a", "right", { student: "Ann" });
  const { results: [now] } = applyToClass([none], [right], rubric);
  assertEquals([now.marks, now.manual], [71, { "late-reply": { max: 3, why: "" } }]);
});

Deno.test("a remark that costs marks is named, and the feedback does not say that everything works", () => {
  const questions = { ...DEFAULT_RUBRIC.questions, "1a": 28 };
  const rubric = { ...DEFAULT_RUBRIC, questions, remarks: { "one-byte-pieces": 2 } };
  const text = feedback(applyRubric(result("Ann", {}, { remarks: [PIECES] }), rubric), []);
  assertMatch(text, /98 of 100 marks/);
  assertMatch(text, /A request in pieces costs 2 marks/);
  assert(!text.includes("Well done"));
});

Deno.test("a decision that fits no student, or two students, is reported and not used", () => {
  const { notes } = applyToClass(
    [ann()],
    [decision("1a", "1", { student: "Zoe" })],
    DEFAULT_RUBRIC,
  );
  assertMatch(notes[0], /names no student of this class/);
  const two = [ann(), graded({ ...ann().result, source: "other" })];
  assertMatch(
    applyToClass(two, [decision("1a", "1")], DEFAULT_RUBRIC).notes[0],
    /several students/,
  );
});

Deno.test("the file is CSV beside the class; a later decision replaces an earlier one", async () => {
  await using folder = new Folder();
  const path = decisionsPath(`${folder.path}/lab1.zip`);
  assertEquals(path, `${folder.path}/lab1.decisions.csv`);
  const made = completed(decision("1a", "20", { sentence: 'a "b", c' }), [ann()]);
  await addDecision(path, made);
  await addDecision(path, { ...made, points: "25" });
  assertEquals(await readDecisions(path), [{ ...made, points: "25" }]);
  assertEquals(await addDecision(path, { ...made, points: "none" }), true);
  assertEquals(await readDecisions(path), []);
  assertEquals(await addDecision(path, { ...made, points: "none" }), false);
  folder.put("lab1.decisions.csv", "student,question,points\nAnn,1a,none\n");
  assertEquals(await readDecisions(path), [], "a row that was taken back by hand");
  folder.put("lab1.decisions.csv", "student,question,points\nAnn,1a,many\n");
  await assertRejects(() => readDecisions(path), Failure, 'row 2: "many" is neither marks');
});

Deno.test("the file is read as a spreadsheet of any country saves it", async () => {
  await using folder = new Folder();
  const path = decisionsPath(`${folder.path}/lab`);
  const rows = [
    ["student", "submission", "question", "points", "sentence", "seen"],
    ["Zoë", "", "1a", "27,5", '"a; ""b"""', ""],
  ];
  const want = [decision("1a", "27,5", { student: "Zoë", sentence: 'a; "b"' })];
  for (const [separator, mark] of [[";", "\ufeff"], [";", ""], ["\t", "\ufeff"]]) {
    const text = mark + rows.map((row) => row.join(separator)).join("\r\n");
    folder.put("lab.decisions.csv", text);
    assertEquals(await readDecisions(path), want, JSON.stringify(separator + mark));
  }
  await Deno.writeFile(
    path,
    Buffer.from("\ufeff" + rows.map((row) => row.join("\t")).join("\n"), "utf16le"),
  );
  assertEquals(await readDecisions(path), want, "as Excel saves Unicode text");
});

Deno.test("--merge adds a colleague's decisions; of two different ones ours stays, and this is reported", async () => {
  await using folder = new Folder();
  const [ours, theirs] = ["lab.decisions.csv", "eve.csv"].map((name) => `${folder.path}/${name}`);
  await addDecision(ours, decision("1a", "20"));
  await addDecision(ours, decision("1b", "5"));
  await addDecision(theirs, decision("1a", "25"));
  await addDecision(theirs, decision("1b", "5"));
  await addDecision(theirs, decision("2a", "part"));
  const notes = await mergeDecisions(ours, theirs);
  assertMatch(notes[0], /^Added 1 decision of .*eve\.csv to /);
  assertMatch(notes[1], /Ann Müller, 1a: 20 stays, .*eve\.csv says 25/);
  assertEquals((await readDecisions(ours)).map(({ points }) => points), ["20", "5", "part"]);
  await assertRejects(() => mergeDecisions(ours, `${ours}x`), Failure, "there is no such file");
});

Deno.test("--merge takes no decision on all questions where ours decides one, nor the reverse", async () => {
  await using folder = new Folder();
  const [ours, theirs] = ["lab.decisions.csv", "eve.csv"].map((name) => `${folder.path}/${name}`);
  const bob = { student: "Bob" };
  await addDecision(ours, decision("1a", "20"));
  await addDecision(ours, decision("1b", "5"));
  await addDecision(ours, decision("all", "70", bob));
  await addDecision(theirs, decision("all", "95"));
  await addDecision(theirs, decision("late", "2"));
  await addDecision(theirs, decision("1a", "30", bob));
  const [added, ...notes] = await mergeDecisions(ours, theirs);
  assertMatch(added, /^Added 1 decision of /);
  assertMatch(notes[0], /Ann Müller, all: 1a 20, 1b 5 stay, .*eve\.csv says 95/);
  assertMatch(notes[1], /Bob, 1a: all 70 stays, .*eve\.csv says 30/);
  assertEquals((await readDecisions(ours)).map(({ points }) => points), ["20", "5", "70", "2"]);
});

Deno.test("a decided question is no common fault and no open look", async () => {
  const rows = [decision("1a", "part", { sentence: "Nearly." }), decision("all", "60")];
  const { results } = applyToClass([ann()], rows, DEFAULT_RUBRIC);
  assertEquals(commonFaults(results), []);
  const open = applyToClass([ann()], [decision("all", "60")], DEFAULT_RUBRIC).results;
  const page = await classPage({
    ...{ title: "lab", results: open, labels: ["Ann"], links: [{ feedback: "x" }] },
    ...{ handedIn: 1, date: new Date() },
  });
  assert(!page.includes(" data-look-question>"), "decided as a whole");
});
