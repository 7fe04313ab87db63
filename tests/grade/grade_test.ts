/**
 * The grader itself: right programs pass, wrong ones fail with the true reason,
 * and whatever they do, it is over in time and nothing is left running.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CHECKS, selectChecks } from "../../lib/grade/all_checks.ts";
import { type Check, Failed, type Result } from "../../lib/grade/check.ts";
import { frame, lengthBytes, readLength } from "../../lib/grade/frames.ts";
import type { Check50, Gradescope } from "../../lib/grade/result_files.ts";
import { runChecks } from "../../lib/grade/run_checks.ts";
import { pointsOf, verdictOn } from "../../lib/grade/scores.ts";
import { Program } from "../../lib/grade/program.ts";
import { joinWords, splitWords } from "../../lib/grade/shell_words.ts";
import { until } from "../../lib/grade/waiting.ts";
import { withoutAccidents } from "../../lib/report/main.ts";

const HERE = new URL("./", import.meta.url);
const LIMIT_MS = 60_000;
const GONE_LIMIT_MS = 5_000;

const decoder = new TextDecoder();

/** A run of the grader, as its user finds it. */
interface Graded {
  code: number;
  screen: string;
  errors: string;
  seconds: number;
  check50: Check50;
  gradescope: Gradescope;
}

function grader(args: string[], cwd: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL("../../lib/grade/main.ts", HERE).href, ...args],
    cwd,
    env: { INIT_CWD: cwd },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function grade(args: string[], cwd = Deno.makeTempDirSync()): Promise<Graded> {
  const since = performance.now();
  const files = ["--json", "check50.json", "--gradescope", "results.json"];
  const { code, stdout, stderr } = await grader([...args, ...files], cwd).output();
  const seconds = (performance.now() - since) / 1000;
  const read = (name: string) => JSON.parse(Deno.readTextFileSync(`${cwd}/${name}`));
  const graded = {
    code,
    screen: decoder.decode(stdout),
    errors: decoder.decode(stderr),
    seconds,
    check50: read("check50.json"),
    gradescope: read("results.json"),
  };
  assertAgrees(graded);
  assert(seconds < LIMIT_MS / 1000, `over within a minute, took ${seconds} s`);
  return graded;
}

/** The three ways to tell the results must tell the same. */
function assertAgrees({ code, screen, check50, gradescope }: Graded): void {
  const words = new Map([[true, "PASS"], [false, "FAIL"], [null, "SKIP"]]);
  const onScreen = screen.split("\n")
    .flatMap((line) => [...line.matchAll(/^ {2}(PASS|FAIL|SKIP) {2}(\S+)/g)])
    .map(([, word, id]) => `${id} ${word}`);
  assertEquals(
    check50.results.map(({ name, passed }) => `${name} ${words.get(passed)}`),
    onScreen,
  );
  for (const [i, result] of check50.results.entries()) {
    const test = gradescope.tests[i];
    assertEquals(test.name, `${result.name}: ${result.description}`);
    assertEquals(result.cause === null, result.passed === true);
    const lost = result.passed === false || result.data.status === "blocked";
    assertEquals(test.status, lost ? "failed" : "passed");
    assertEquals(test.score, lost ? 0 : test.max_score);
    const needed = check50.results.find(({ name }) => name === result.dependency);
    assert(result.dependency === null || needed, `${result.name} needs a check that is there`);
  }
  const score = gradescope.tests.reduce((sum, test) => sum + test.score, 0);
  assertEquals(gradescope.score, Number(score.toFixed(2)));
  const failed = gradescope.tests.some(({ status }) => status === "failed");
  assertEquals(code, failed ? 1 : 0);
}

/** The causes of the checks that failed, by name. */
function failures({ check50 }: Graded): Map<string, string> {
  return new Map(
    check50.results.filter(({ passed }) => passed === false)
      .map(({ name, cause }) => [
        name,
        [cause!.rationale, cause!.expected, cause!.actual, cause!.help].join(" | "),
      ]),
  );
}

function statusOf({ check50 }: Graded, part: string): unknown[] {
  return check50.results.filter(({ data }) => data.part === part).map(({ passed }) => passed);
}

/** The processes whose command names this. */
function running(word: string): string[] {
  const found = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      if (words.some((one) => one.includes(word))) found.push(words.join(" "));
    } catch {
      // It has ended.
    }
  }
  return found;
}

async function assertNothingRuns(word: string): Promise<void> {
  await until(() => running(word).length === 0 || undefined, GONE_LIMIT_MS);
  assertEquals(running(word), []);
}

async function finds(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args }).output()).success;
  } catch {
    return false;
  }
}

const isLinux = Deno.build.os === "linux";
const hasPython = isLinux && await finds("python3", "-c", "import fcntl");
const network = isLinux && await finds("unshare", "-Urn", "ip", "link");
if (!hasPython) console.log("Ignored: the report's programs, because there is no python3");
if (!network) {
  console.log("Ignored: what needs an eth1, because `unshare -Urn` and `ip` cannot make one");
}

function test(name: string, fn: () => void | Promise<void>, ignore = false): void {
  Deno.test({ name, ignore, sanitizeOps: true, sanitizeResources: true, fn });
}

test("splitWords() splits as a shell does", () => {
  for (
    const [command, words] of [
      ["python3 server1.py", ["python3", "server1.py"]],
      ["  a\t'b c'  \"d e\"\n", ["a", "b c", "d e"]],
      [`a'b'"c"\\ d`, ["abc d"]],
      [`'' ""`, ["", ""]],
      [`"a\\"b\\\\c\\d" 'e\\f' \\'`, ['a"b\\c\\d', "e\\f", "'"]],
      ["$HOME; * `x` # no", ["$HOME;", "*", "`x`", "#", "no"]],
      ["", []],
    ] as const
  ) assertEquals(splitWords(command), [...words]);
  for (const command of ["'a", 'a"', "a\\"]) {
    assertThrows(() => splitWords(command), SyntaxError);
  }
  const awkward = ["a b", "", "it's", '"', "\\", "$x", "plain"];
  assertEquals(splitWords(joinWords(awkward)), awkward);
});

test("readLength() tells right lengths from the usual wrong ones", () => {
  const read = (header: number[], wanted: number) => {
    const { length, form } = readLength(Uint8Array.from(header), wanted);
    return `${form} ${length}`;
  };
  assertEquals(read([0, 0, 0, 0x51], 80), "big-endian 81");
  assertEquals(read([1, 0, 0, 30], 0), "big-endian 30");
  assertEquals(read([0, 0x51, 0, 0], 80), "byte-swapped 81");
  assertEquals(read([3, 0x83, 0, 0], 899), "byte-swapped 899");
  assertEquals(read([0x51, 0, 0, 0], 80), "little-endian 81");
  assertEquals(read([0x9f, 0xbb, 0x0d, 0], 899_999), "little-endian 899999");
  for (const header of ["0110", "\xff\xff\xff\xff"]) {
    assertThrows(
      () => readLength(Uint8Array.from(header, (char) => char.charCodeAt(0)), 80),
      Failed,
    );
  }
  assertEquals(frame("hi"), Uint8Array.of(0, 0, 0, 2, 0x68, 0x69));
  assertEquals(lengthBytes(899_999), Uint8Array.of(0, 0x0d, 0xbb, 0x9f));
});

test("a choice of checks brings along what they need", () => {
  const ids = (wanted: string[]) => selectChecks(wanted).map(({ id }) => id);
  assertEquals(ids(["1b"]), ["1a-starts", "1a-replies", "1b-localhost-only"]);
  assertEquals(ids([]).length, CHECKS.length);
  assertEquals(new Set(ids([])).size, CHECKS.length);
  for (const { id, needs } of CHECKS) {
    assert(needs === undefined || ids([]).includes(needs), `${id} needs ${needs}`);
  }
});

function result(id: string, status: Result["status"]): Result {
  const check: Check = {
    id,
    program: "server1",
    description: "",
    hint: "",
    run: () => Promise.resolve(""),
  };
  return { check, status, seen: "", facts: {}, log: [], milliseconds: 0 };
}

test("points add up, and what was skipped is worth nothing", () => {
  const results = ["pass", "fail", "blocked", "skip"] as const;
  const all = results.map((status) => result(`1a-${status}`, status));
  const points = all.map(({ check }) => pointsOf(check, all));
  assertEquals(points, [3.33, 3.34, 3.33, 0]);
  assertEquals(verdictOn(all), "FAIL");
  assertEquals(verdictOn([all[0], all[3]]), "PASS");
  assertEquals(verdictOn([all[3]]), "SKIP");
  assertEquals(verdictOn([all[0], all[2]]), "FAIL");
});

test("when the time is out, what is left is not run", async () => {
  const stuck: Check = {
    ...result("1a-stuck", "pass").check,
    run: () => new Promise<string>(() => {}),
  };
  const later: Check = { ...stuck, id: "1a-later" };
  const setup = { given: {}, cwd: ".", takesOptions: true, eth1: undefined };
  const progress = { started: () => {}, finished: () => {} };
  const results = await runChecks([stuck, later], setup, progress, 50);
  assertEquals(results.map(({ status }) => status), ["blocked", "blocked"]);
  assertMatch(results[1].seen, /time .* was out/);
});

test("a wrong command line is refused with a sentence", async () => {
  for (
    const [args, sentence] of [
      [["--server3", "x"], /^grade: Cannot read "--server3": there is no such option\n/],
      [["server1.py"], /^grade: Cannot read "server1.py"/],
      [["--server1", "'x"], /^grade: Cannot read --server1: .* the quote ' is not closed\n/],
      [["--server1="], /^grade: Cannot read --server1: it needs one value\n/],
      [["--only", "9z"], /^grade: Cannot find a check for --only 9z/],
    ] as const
  ) {
    const { code, stdout, stderr } = await grader([...args], "/").output();
    assertEquals([code, decoder.decode(stdout)], [2, ""]);
    assertMatch(decoder.decode(stderr), sentence);
  }
});

test("a file that cannot be written is noticed before anything is graded", async () => {
  for (const option of ["--json", "--gradescope"]) {
    const { code, stdout, stderr } = await grader([option, "/nonexistent/x"], "/").output();
    assertEquals([code, decoder.decode(stdout)], [2, ""]);
    assertMatch(decoder.decode(stderr), /^grade: Cannot write --\w+ \/nonexistent\/x: .+\n$/);
  }
});

test("our four programs pass", async () => {
  const graded = await grade([]);
  assertEquals([...failures(graded)], []);
  assertEquals(graded.code, 0, graded.screen);
  assertEquals(graded.errors, "", "no progress where there is no terminal");
  assert(!graded.screen.includes("\x1b"), "no colour where there is no terminal");
  const points = graded.gradescope.tests.map(({ max_score }) => max_score);
  assertEquals(Math.round(points.reduce((a, b) => a + b)), 100);
  assertEquals(graded.gradescope.score, 100);
  if (network) assert(graded.check50.results.every(({ passed }) => passed));
  assert(graded.seconds < 20, `took ${graded.seconds} s`);
});

const SERVER = new URL("original/server.py", HERE).pathname;
const CLIENT = new URL("original/client.py", HERE).pathname;

test("the report's programs fail for their faults, and for nothing else", async () => {
  const graded = await grade([
    "--server1",
    `python3 ${SERVER} 1`,
    "--server2",
    `python3 ${SERVER} 2`,
    "--client1",
    `python3 ${CLIENT} 1`,
    "--client2",
    `python3 ${CLIENT} 2`,
  ]);
  for (const part of ["1a", "1b", "1c", "2a", "2b", "3", "3b"]) {
    assert(statusOf(graded, part).every((passed) => passed), `${part}: ${graded.screen}`);
  }
  const failed = failures(graded);
  const reasons: [name: string, reason: RegExp][] = [
    ["3a-client1-end-of-input", /stack trace.*EOFError/],
    ["3a-client1-ctrl-d", /stack trace.*EOFError/],
    ["3a-client2-end-of-input", /stack trace.*EOFError/],
    ["3a-client2-ctrl-d", /stack trace.*EOFError/],
    ["3c-client1-refused", /stack trace.*ConnectionRefusedError/],
    ["3c-client2-refused", /stack trace.*ConnectionRefusedError/],
    ["3c-server2-survives-letters", /ended with exit code 1: ValueError: invalid literal/],
    ["craft-server1-header", /byte-swapped.*00 00 00 51.*00 51 00 00.*hi lo 00 00/],
    ["craft-server2-header", /byte-swapped.*00 00 00 09.*00 09 00 00.*hi lo 00 00/],
    ["craft-server1-latency", /delayed acknowledgement.* 4\d\.\d ms.*Nagle/],
    ["craft-server2-latency", /delayed acknowledgement.* 4\d\.\d ms.*Nagle/],
    ["craft-client1-latency", /delayed acknowledgement.* 4\d\.\d ms.*Nagle/],
    ["craft-client2-latency", /delayed acknowledgement.* 4\d\.\d ms.*Nagle/],
    ["craft-server1-beyond-ascii", /bytes, not characters/],
    ["craft-server2-beyond-ascii", /bytes, not characters/],
    ["craft-client1-beyond-ascii", /00 00 00 08.*bytes, not characters/],
    ["craft-server1-bad-input", /UnicodeDecodeError/],
    ["craft-server2-bad-input", /ValueError/],
    [
      "craft-server1-one-frame-in-pieces",
      /(closed|reset) the connection.*One read may bring any part/,
    ],
    [
      "craft-server2-one-frame-in-pieces",
      /(closed|reset) the connection.*One read may bring any part/,
    ],
    ["craft-client1-reply-in-pieces", /does not show the reply.*One read may bring any part/],
    ["craft-client2-reply-in-pieces", /does not show the reply.*One read may bring any part/],
    ["craft-server1-100000-letters", /OverflowError/],
    ["craft-server2-100000-letters", /loop over recv/],
    ["craft-client1-100000-letters", /struct\.error/],
    ["craft-client2-100000-letters", /struct\.error/],
    ["craft-client1-server-goes", /still runs/],
    ["craft-client2-server-goes", /still runs/],
  ];
  assertEquals([...failed.keys()].sort(), reasons.map(([name]) => name).sort());
  for (const [name, reason] of reasons) assertMatch(failed.get(name)!, reason);
  await assertNothingRuns(SERVER);
  await assertNothingRuns(CLIENT);
}, !hasPython || !network);

/** Right but for its answers, which `answer(message)` gives. */
const threadedServer = (answer: string) => `
import argparse, socket, struct, threading
parser = argparse.ArgumentParser()
parser.add_argument("-p", type=int)
parser.add_argument("-I")
parser.add_argument("-M", action="store_true")
options = parser.parse_args()

def answer(message):
    ${answer}

def serve(conn):
    stream = conn.makefile("rb")
    while True:
        header = stream.read(4)
        if len(header) < 4:
            break
        message = stream.read(struct.unpack("!I", header)[0])
        try:
            message.decode()
            reply = answer(message)
        except ValueError as error:
            reply = str(error)
        print("Received:", message.decode(errors="replace"))
        print("Sent:", reply)
        conn.sendall(struct.pack("!I", len(reply)) + reply.encode())
    conn.close()

with socket.create_server(("127.0.0.1", options.p)) as listener:
    while options.M:
        threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
    serve(listener.accept()[0])
`;

test("wrong answers fail the checks on answers alone", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "wrong-answers-" });
  const gradeAnswer = (name: string, answer: string) => {
    Deno.writeTextFileSync(`${dir}/${name}.py`, threadedServer(answer));
    return grade(["--server1", `python3 ${dir}/${name}.py`, "--only", "server1"]);
  };
  const [unpadded, empty] = await Promise.all([
    gradeAnswer("unpadded", `return " ".join(format(byte, "b") for byte in message)`),
    gradeAnswer("empty", `return ""`),
  ]);
  const see = /wrong reply.* \| .*content is wrong: see 1a-answers-the-example/;
  const reasons: [name: string, reason: RegExp][] = [
    ["1a-answers-the-example", /1100011 1101111 .*leading zeros included/],
    ["1a-answers-words", see],
    ["1a-answers-random-text", see],
    ["craft-server1-beyond-ascii", see],
  ];
  const failed = failures(unpadded);
  assertEquals([...failed.keys()], reasons.map(([name]) => name), unpadded.screen);
  for (const [name, reason] of reasons) assertMatch(failed.get(name)!, reason);
  const example = failures(empty).get("1a-answers-the-example")!;
  assertMatch(example, /\| an empty reply: 00 00 00 00, and no text \|/);
  await assertNothingRuns(dir);
}, !hasPython);

/** What a bad program is, and how it must fail. */
interface Bad {
  /** The source, which finds its port in `port`. */
  source?: string;
  /** A command instead. */
  command?: string;
  program?: "server1" | "client1";
  fails: [name: string, reason: RegExp][];
  passes?: string[];
}

const LISTEN = "const listener = Deno.listen({ hostname: '127.0.0.1', port });";
const ENDLESS = "new Uint8Array(65536).fill(120)";

const BAD: Record<string, Bad> = {
  "answers with a constant, on every address": {
    source: `
      const reply = new TextEncoder().encode("\\0\\0\\0\\x50" +
        "01100011 01101111 01101101 01101110 01100101 01110100 01110011 01101001 01101001");
      for await (const conn of Deno.listen({ hostname: "0.0.0.0", port })) {
        (async () => {
          while (await conn.read(new Uint8Array(1024))) await conn.write(reply);
          conn.close();
          if (!Deno.args.includes("-M")) Deno.exit();
        })().catch(() => {});
      }`,
    passes: ["1a-answers-the-example"],
    fails: [
      ["1a-answers-words", /wrong reply to "comm"/],
      ["1a-answers-random-text", /wrong reply/],
      ["1b-localhost-only", /0\.0\.0\.0, which is every address.*127\.0\.0\.1/],
    ],
  },
  "never answers": {
    source: `${LISTEN} const all = []; for await (const conn of listener) all.push(conn);`,
    passes: ["1a-starts"],
    fails: [["1a-replies", /nothing, and no more for 3 s/]],
  },
  "floods its output": {
    source: `${LISTEN} for (;;) Deno.stdout.writeSync(${ENDLESS});`,
    fails: [["1a-replies", /printed without end and was killed/]],
  },
  "floods its clients": {
    source: `${LISTEN} for await (const conn of listener)
      (async () => { for (;;) await conn.write(${ENDLESS}); })();`,
    fails: [["1a-replies", /no length in front.*78 78 78 78/]],
  },
  "exits at once": {
    source: "console.error('no such luck'); Deno.exit(3);",
    fails: [["1a-starts", /does not listen; server1 ended with exit code 3: no such luck/]],
  },
  "does not exist": {
    command: "./no-such-server --really",
    fails: [["1a-starts", /server1 cannot be started.*no-such-server/]],
  },
  "never starts, ignores signals and leaves children behind": {
    source: `
      Deno.addSignalListener("SIGTERM", () => {});
      Deno.addSignalListener("SIGINT", () => {});
      new Deno.Command("setsid", {
        args: ["-f", "sh", "-c", 'sleep 600; : "$0"', Deno.mainModule],
      }).spawn();
      setInterval(() => {}, 1000);`,
    fails: [["1a-starts", /nothing listens on that port after 8 s/]],
  },
  "does nothing but print line after line": {
    program: "client1",
    source: "for (let i = 0;; i++) console.log(i);",
    fails: [["3-client1-connects", /does not send "comnetsii"/]],
  },
};

test("bad programs fail with the true reason, and nothing is left of them", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "bad-programs-" });
  const runs = Object.entries(BAD).map(async ([name, bad], i) => {
    const file = `${dir}/${i}.ts`;
    const port = "const port = Number(Deno.args[Deno.args.indexOf('-p') + 1]);";
    Deno.writeTextFileSync(file, `${port}\n${bad.source ?? ""}`);
    const program = bad.program ?? "server1";
    const command = bad.command ?? joinWords([Deno.execPath(), "run", "-A", "--no-check", file]);
    const graded = await grade([`--${program}`, command, "--only", program]);
    return { name, bad, graded };
  });
  for (const { name, bad, graded } of await Promise.all(runs)) {
    const failed = failures(graded);
    for (const [check, reason] of bad.fails) {
      assertMatch(failed.get(check) ?? `${name} does not fail: ${graded.screen}`, reason, name);
    }
    for (const check of bad.passes ?? []) {
      const { passed } = graded.check50.results.find((result) => result.name === check)!;
      assertEquals(passed, true, `${name}: ${check}`);
    }
  }
  if (isLinux) await assertNothingRuns(dir);
});

test("a program is killed with all that it started, in whatever session", async () => {
  const mark = `left-behind-${crypto.randomUUID()}`;
  const daemon = `setsid -f sh -c 'sleep 600; : ${mark}'; sleep 600 & sleep 600; : ${mark}`;
  const program = new Program("forker", ["sh", "-c", daemon], "/");
  const seen = await until(() => running(mark).length >= 2 || undefined, GONE_LIMIT_MS);
  await program.stop();
  assert(seen, "both ran");
  assertEquals(running(mark), []);
  await Promise.all([program.stdout.done, program.stderr.done]);
}, !isLinux);

test("Ctrl+C and SIGTERM stop the grader and all that it started", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "stopped-grader-" });
  const file = `${dir}/never.ts`;
  Deno.writeTextFileSync(file, "setInterval(() => {}, 1000);");
  const command = joinWords([Deno.execPath(), "run", file]);
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const child = grader(["--server1", command, "--only", "server1"], dir).spawn();
    // The grader's own command names the file as well: one process more is the program.
    const own = () => running(file).filter((words) => words.includes("grade.ts")).length;
    await until(() => own() > 0 && running(file).length > own() || undefined, LIMIT_MS);
    child.kill(signal);
    assertEquals((await child.output()).code, code);
    await assertNothingRuns(file);
  }
}, !isLinux);

test("REPORT.md is what the programs say today", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL("../../lib/report/main.ts", HERE).href, "--print"],
  }).output();
  assertEquals(code, 0, decoder.decode(stderr));
  const committed = Deno.readTextFileSync(new URL("../../REPORT.md", HERE));
  assertEquals(
    withoutAccidents(decoder.decode(stdout)),
    withoutAccidents(committed),
    "write it again with `deno task report`",
  );
}, !network || !await finds("script", "--version"));
