/** The grader's command: its options, its files, its exit codes, and its end. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gradeSubmission } from "../../lib/grade/grade_submission.ts";
import { DEFAULT_RUBRIC } from "../../lib/grade/results/rubric.ts";
import { family } from "../../lib/grade/sandbox/proc.ts";
import { whyNoSandbox } from "../../lib/grade/sandbox/sandbox.ts";
import { until } from "../../lib/grade/sandbox/waiting.ts";
import { LIMIT_MS } from "../harness.ts";
import { needing } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url);
const SUBMISSION = fileURLToPath(new URL("submissions/raw_many", import.meta.url));
const noBoxes = await whyNoSandbox();
/** The grader has more processes than this once a submission's programs run in their sandboxes. */
const PROCESSES = 40;

function grade(args: string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "lib/grade/main.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await grade(args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

for (
  const [args, part] of [
    [["--only", "9z"], 'the question "9z"'],
    [["/no/such/folder"], "there is no such folder"],
    [["one", "two"], "one folder is graded at a time"],
    [["--server1", "'x"], "the quote ' is not closed"],
    [["--json", "/no/such/folder/x.json"], "Cannot write /no/such/folder/x.json"],
    [["--lab", "/no/such/lab.json"], "Cannot read /no/such/lab.json"],
    [["--rubric", "/no/such/rubric.json"], "Cannot read /no/such/rubric.json"],
    [["--seed", "x"], "a whole number"],
  ] as [string[], string][]
) {
  Deno.test(`grade ${args.join(" ")} is a usage error in one sentence`, async () => {
    const { code, stdout, stderr } = await run(args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, part);
    assertEquals(stderr.trim().split("\n").length, 2);
  });
}

Deno.test("grade without a folder grades our own four programs: all right, no remark", async () => {
  const json = Deno.makeTempFileSync({ suffix: ".json" });
  try {
    const { code, stdout } = await run(["--json", json]);
    const { version, submissions: [one] } = JSON.parse(Deno.readTextFileSync(json));
    assertEquals([version, one.remarks], [2, []], stdout);
    assertEquals(code, 0, stdout);
    assert(stdout.split("\n").every((line) => [...line].length <= 80), stdout);
    assertStringIncludes(stdout, noBoxes ? "not run" : "100 of 100 marks");
  } finally {
    Deno.removeSync(json);
  }
});

Deno.test(needing(["sandboxes", "python3"], {
  name: "a submission's results are written in three shapes, and the screen keeps to 80 columns",
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const files = ["json", "check50", "gradescope"].flatMap((name) => [
        `--${name}`,
        `${folder}/${name}`,
      ]);
      const { code, stdout } = await run([SUBMISSION, ...files, "--only", "1a,1b,3c", "--verbose"]);
      assertEquals(code, 0, stdout);
      assert(stdout.split("\n").every((line) => [...line].length <= 80), stdout);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "check50",
        "gradescope",
        "json",
      ]);
      const read = (name: string) => JSON.parse(Deno.readTextFileSync(`${folder}/${name}`));
      assertEquals(Object.keys(read("json").submissions[0].questions), ["1a", "1b", "3c"]);
      assertEquals(read("check50").results[0].passed, true);
      assertEquals(read("gradescope").score, 38);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
}));

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  Deno.test(needing(["sandboxes", "python3"], {
    name: `nothing is left of a grader that is ended by ${signal}`,
    sanitizeResources: false, // family() keeps files of /proc open
    fn: async () => {
      const folder = await Deno.makeTempDir(); // a killed grader cannot remove its files
      await using _ = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
      const child = grade([SUBMISSION], { TMPDIR: folder });
      const started = () => family(child.pid).length > PROCESSES || undefined;
      assert(await until(started, LIMIT_MS), "it has not started the submission's programs");
      const before = family(child.pid).map((pid) => [pid, startOf(pid)] as const);
      child.kill(signal);
      const { code } = await child.output();
      assert(code !== 0);
      const gone = () => before.every(([pid, start]) => startOf(pid) !== start || start === "");
      await until(() => gone() || undefined, LIMIT_MS);
      const left = before.filter(([pid, start]) => startOf(pid) === start && start !== "");
      assertEquals(left.map(([pid]) => nameOf(pid)), []);
    },
  }));
}

for (const after of ["3-client1", "3-client2"]) {
  Deno.test(needing(["sandboxes", "python3"], {
    name:
      `a stop after the answer to ${after}, while remarks are made, leaves no error and no cgroup`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const stop = new AbortController();
      const unhandled: unknown[] = [];
      const onUnhandled = (event: PromiseRejectionEvent) => {
        event.preventDefault();
        unhandled.push(event.reason);
      };
      addEventListener("unhandledrejection", onUnhandled);
      const grading = gradeSubmission(SUBMISSION, {
        ...{ rubric: DEFAULT_RUBRIC, seed: 1, command: "", signal: stop.signal },
        onAnswer: (question) => question === after && stop.abort(new Error("stopped")),
      });
      await assertRejects(() => grading, Error, "stopped");
      const groups = () => cgroupsOf(Deno.pid);
      await until(() => groups() === "" || undefined, LIMIT_MS);
      assertEquals([groups(), unhandled], ["", []]);
      removeEventListener("unhandledrejection", onUnhandled);
    },
  }));
}

/** The folders of the cgroups that a grader has made. */
function cgroupsOf(pid: number): string {
  const args = ["/sys/fs/cgroup", "-type", "d", "-name", `lab-${pid}-*`];
  const { stdout } = new Deno.Command("find", { args, stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout);
}

/**
 * A shell script for a PID namespace of its own: it counts namespaces of each kind, mounts and
 * processes before a command, while it runs and after a signal has ended it.
 */
const COUNTING = `
count() {
  for kind in cgroup ipc mnt net pid user uts; do
    readlink /proc/[0-9]*/ns/$kind | sort -u | wc -l
  done
  wc -l < /proc/self/mountinfo
  grep -c tmpfs /proc/self/mountinfo
  cat /proc/[0-9]*/comm | grep -cvE '^(bash|cat|grep)$'
}
signal=$1; shift
before=$(count 2>&-)
"$@" > /dev/null 2>&1 & pid=$!
# One count is looked at and printed: the sandboxes of a moment earlier may have ended.
until during=$(count 2>&-); [ $(sed -n 4p <<< "$during") -gt 2 ] || ! kill -0 $pid; do
  sleep 0.1
done
kill -$signal $pid; wait $pid; code=$?
for try in $(seq 60); do
  after=$(count 2>&-)
  [ "$after" = "$before" ] && break
  sleep 1
done
echo $code; echo $before; echo $during; echo $after
`;

Deno.test(needing(["sandboxes", "python3", "bash", "root", "unshare", "mount"], {
  name: "no namespace, mount, tmpfs or process is left of a grader that a signal ends",
  sanitizeOps: false, // what watches the sandboxes of the test before may look once more
  sanitizeResources: false,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    await using _ = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
    const deno = [Deno.execPath(), "run", "--allow-all", "lib/grade/main.ts", SUBMISSION];
    await Promise.all(["INT", "TERM", "KILL"].map(async (signal) => {
      const { stdout } = await new Deno.Command("unshare", {
        args: [
          "-mpf",
          "--mount-proc",
          "--kill-child",
          "bash",
          "-c",
          COUNTING,
          "-",
          signal,
          ...deno,
        ],
        cwd: ROOT,
        env: { TMPDIR: folder },
      }).output();
      const [code, before, during, after] = new TextDecoder().decode(stdout).split("\n");
      assertEquals(code, signal === "KILL" ? "137" : "130");
      assertEquals(after, before, `after ${signal}`);
      const [, , , networks] = during.split(" ");
      assert(Number(networks) > 2, `it has not started anything yet: ${during}`);
    }));
  },
}));

/** When a process started, so that a number that is used again is not mistaken. */
function startOf(pid: number): string {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : fields[19];
  } catch {
    return "";
  }
}

function nameOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
