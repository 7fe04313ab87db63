/**
 * The grader on small submissions, each with the verdicts that a fair teacher
 * would give (`fair.json`), in sandboxes.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_RUBRIC } from "../../lib/grade/results/rubric.ts";
import { confirm } from "../../lib/grade/confirm.ts";
import {
  type GradeOptions,
  gradeOurOwn,
  gradeSubmission,
} from "../../lib/grade/grade_submission.ts";
import type { ProgramSettings } from "../../lib/grade/find/lab_file.ts";
import {
  type Question,
  QUESTIONS,
  REMARK_IDS,
  type SubmissionResult,
} from "../../lib/grade/results/results.ts";
import { until } from "../../lib/grade/sandbox/waiting.ts";
import { LIMIT_MS } from "../harness.ts";
import { met, type Need, needing } from "../needs.ts";

const FOLDER = new URL("submissions/", import.meta.url);
const ORIGINAL = fileURLToPath(new URL("original", import.meta.url));
/** A submission mostly waits. */
const AT_ONCE = 10;
/** No process of ours may be mistaken for one of the hostile submission's. */
const MARK = `${crypto.getRandomValues(new Uint32Array(1))[0]}`;

const NEEDS: Need[] = ["sandboxes", "python3"];
const canGrade = met(...NEEDS);

/** What a `fair.json` says: the habit, a fair teacher's verdicts, and what the test needs. */
interface Fair {
  why: string;
  fair: Record<Question, string | string[]>;
  /** A part of the reason for a verdict. */
  says?: Partial<Record<Question, string>>;
  /** Remarks that would be untrue. */
  never?: string[];
  needs?: Need[];
}

/** A submission, and the settings that it is graded with. */
interface Fixture {
  name: string;
  folder: string;
  lab: ProgramSettings;
}

const victim = canGrade ? Deno.makeTempDirSync({ prefix: "victim" }) : "";
const hostile = canGrade ? Deno.makeTempDirSync({ prefix: "hostile" }) : "";
if (canGrade) {
  // A copy, because a link to something secret belongs to it.
  const from = new URL("hostile/", FOLDER);
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(new URL(name, from), `${hostile}/${name}`);
  }
  Deno.writeTextFileSync(`${victim}/secret`, "the victim's secret");
  Deno.symlinkSync(`${victim}/secret`, `${hostile}/link`);
  globalThis.addEventListener("unload", () => {
    for (const folder of [victim, hostile]) Deno.removeSync(folder, { recursive: true });
  });
}
const fixtures: Fixture[] = [
  ...[...Deno.readDirSync(FOLDER)].filter(({ isDirectory }) => isDirectory).map(({ name }) => ({
    name,
    folder: name === "hostile" && canGrade ? hostile : fileURLToPath(new URL(name, FOLDER)),
    lab: name === "hostile"
      ? { server1: { run: `LABMODE=1 python3 server1.py ${victim} ${MARK}` } } // variables come first
      : {} as ProgramSettings,
  })).sort((a, b) => a.name < b.name ? -1 : 1),
  { name: "original", folder: ORIGINAL, lab: {} },
];

/** All of them are graded from the start, a few at once; a test waits for its own. */
const graded = new Map(
  fixtures.map(({ name }) => [name, Promise.withResolvers<SubmissionResult>()]),
);
const waiting = [...fixtures];
let started = false;

function start(): void {
  if (started) return;
  started = true;
  for (let i = 0; i < AT_ONCE; i++) work();
}

async function work(): Promise<void> {
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const { promise, resolve, reject } = graded.get(one.name)!;
    promise.catch(() => {});
    await gradeSubmission(one.folder, { ...OPTIONS, lab: one.lab }).then(resolve, reject);
  }
}

async function resultOf(name: string): Promise<SubmissionResult> {
  start();
  return await graded.get(name)!.promise;
}

const OPTIONS: GradeOptions = { rubric: DEFAULT_RUBRIC, seed: 5, command: "deno task grade" };

/**
 * A result in which unfair verdicts are tried again, as the grader does before a verdict counts: on a
 * machine that grades ten submissions at once a program may be late. Nothing else is graded then.
 */
async function confirmed(
  first: SubmissionResult,
  isFair: (result: SubmissionResult) => boolean,
  grade: (options: GradeOptions) => Promise<SubmissionResult>,
): Promise<SubmissionResult> {
  if (isFair(first)) return first;
  if (started) await Promise.allSettled([...graded.values()].map(({ promise }) => promise));
  return await confirm(first, (only) => grade({ ...OPTIONS, only }), DEFAULT_RUBRIC);
}

for (const { name, folder, lab } of fixtures.filter(({ name }) => name !== "original")) {
  const { why: habit, fair, says = {}, never = [], needs = [] }: Fair = JSON.parse(
    Deno.readTextFileSync(`${folder}/fair.json`),
  );
  Deno.test(needing([...NEEDS, ...needs], {
    name: `${name}: ${habit}`,
    sanitizeOps: false, // the others are graded at the same time
    sanitizeResources: false,
    fn: async () => {
      const isFair = ({ questions }: SubmissionResult) =>
        QUESTIONS.every((question) =>
          [fair[question]].flat().includes(questions[question].verdict)
        );
      const { questions, marks, max, programs, remarks } = await confirmed(
        await resultOf(name),
        isFair,
        (options) => gradeSubmission(folder, { ...options, lab }),
      );
      for (const { id, text } of remarks) {
        assert(REMARK_IDS.includes(id) && !never.includes(id), text);
      }
      const said = (question: Question) => questions[question].verdict;
      for (const question of QUESTIONS) {
        const answer = questions[question];
        const wanted = [fair[question]].flat();
        assert(
          wanted.includes(answer.verdict),
          `${question}: ${answer.verdict}, fair is ${wanted}: ${JSON.stringify(answer)}`,
        );
        assert(answer.why.includes(says[question] ?? ""), `${question}: ${answer.why}`);
        if (said(question) === "wrong") assert(answer.evidence.length > 0, question);
        if (!["right", "absent"].includes(said(question))) assert(answer.why && answer.again);
      }
      assertEquals(max, 100);
      const sum = QUESTIONS.reduce((all, question) => all + questions[question].points, 0);
      assertEquals(marks, sum);
      assert(Object.keys(programs).length > 0);
    },
  }));
}

const delaysIn = ({ remarks }: SubmissionResult) =>
  remarks.filter(({ id }) => id === "delayed-writes");

/** A result with delays. A busy machine may hide them, but invents none: it is graded again, alone. */
async function withDelays(name: string): Promise<SubmissionResult> {
  const { folder } = fixtures.find((one) => one.name === name)!;
  let result = await resultOf(name);
  await Promise.allSettled([...graded.values()].map(({ promise }) => promise));
  for (let again = 0; again < 2 && delaysIn(result).length === 0; again++) {
    result = await gradeSubmission(folder, OPTIONS);
  }
  return result;
}

Deno.test(needing(NEEDS, {
  name: "the report's original programs: conversions right, stack traces and delays found",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { questions, remarks } = await withDelays("original");
    assertEquals(questions["1a"].verdict, "right");
    assertEquals(questions["2a"].verdict, "right");
    assertEquals(questions["3a"].verdict, "part");
    const ids = remarks.map(({ id }) => id);
    assert(ids.includes("one-byte-pieces"), ids.join());
    assert(ids.includes("delayed-writes"), ids.join());
  },
}));

Deno.test(needing(NEEDS, {
  name: "own_cipher: no request can be repeated, so that remarks on the server are not tested",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { untested = [], remarks } = await resultOf("own_cipher");
    for (const id of ["one-byte-pieces", "rubbish"] as const) assert(untested.includes(id), id);
    for (const id of ["cut-reply", "late-reply", "silent-client"] as const) {
      assert(!untested.includes(id), id);
    }
    assert(remarks.every(({ id }) => !untested.includes(id)));
    assertEquals((await resultOf("one_process")).untested, []);
  },
}));

Deno.test(needing(NEEDS, {
  name: "two_pieces: only the client without TCP_NODELAY loses 40 ms, on a busy machine too",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const [one, ...others] = delaysIn(await withDelays("two_pieces"));
    assert(one?.text.startsWith("client2 loses 40 ms"), one?.text);
    assertEquals(others, []);
  },
}));

Deno.test({
  name: "our own four without sandboxes: all right, except that eth1 is not run",
  sanitizeOps: false, // the others are graded at the same time
  sanitizeResources: false,
  fn: async () => {
    const { questions, remarks, marks, max } = await confirmed(
      await gradeOurOwn(OPTIONS, false),
      ({ marks }) => marks === 90,
      (options) => gradeOurOwn(options, false),
    );
    assertEquals(questions["2b"].verdict, "not run");
    assertEquals([marks, max, remarks], [90, 90, []], JSON.stringify(questions));
  },
});

Deno.test(needing(NEEDS, {
  name: "hostile: each attempt is refused and listed, and no process or file is left",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { attempts } = await resultOf("hostile");
    const all = attempts.join("\n");
    for (const part of ["link is a link", "reads", "writes", "writes up", "writes /usr", "fills"]) {
      assert(all.includes(part), `${part} is not among the attempts:\n${all}`);
    }
    assert(!all.includes("the victim's secret"));
    assertEquals([...Deno.readDirSync(victim)].map(({ name }) => name), ["secret"]);
    const left = () => processesWith(`100.${MARK}`);
    await until(() => left().length === 0 || undefined, LIMIT_MS); // the kernel ends them a moment later
    assertEquals(left(), []);
  },
}));

Deno.test(needing(NEEDS, {
  name: "hostile: no variable of the grader is seen from inside",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    Deno.env.set("LAB_TEST_SECRET", MARK);
    const result = await resultOf("hostile");
    assert(!JSON.stringify(result).includes("LAB_TEST_SECRET"));
  },
}));

function processesWith(word: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      return line.includes(word) && !line.includes("bwrap") ? [line] : [];
    } catch {
      return []; // it has ended
    }
  });
}
