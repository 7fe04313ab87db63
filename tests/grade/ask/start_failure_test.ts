/** A program that does not start is wrong only with an error of the student's own code. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { blameForStart } from "../../../lib/grade/ask/start_failure.ts";

const LAB = '{"client2":{"run":"python3 c.py {port}"}}';

const cases: [screen: string, verdict: "wrong" | "look"][] = [
  ["", "look"],
  ["usage: server.py [-h] --mode {encode,decode}\nserver.py: error: --mode is required\n", "look"],
  ["Usage of ./server:\n  -role string\n", "look"],
  [
    'Traceback (most recent call last):\n  File "s.py", line 1\nNameError: name is wrong\n',
    "wrong",
  ],
  [
    'Traceback (most recent call last):\n  File "s.py", line 1\nImportError: attempted relative import\n',
    "look",
  ],
  ['  File "s.py", line 3\n    def\nSyntaxError: invalid syntax\n', "wrong"],
  ['syntax error at s.pl line 1, near "= ;"\nExecution of s.pl aborted\n', "wrong"],
  ['couldn\'t open socket: connection refused\n    while executing\n"socket a 1"\n', "look"],
  ['Exception in thread "main" java.net.BindException: Address already in use\n', "look"],
  ["thread 'main' panicked at src/bin/c.rs:3:38:\nset PORT: NotPresent\n", "look"],
  ['Exception in thread "main" java.lang.UnsupportedClassVersionError: Main\n', "look"],
];

for (const [screen, verdict] of cases) {
  Deno.test(`blameForStart() says ${verdict} of ${JSON.stringify(screen.slice(0, 60))}`, () => {
    assertEquals(blameForStart("it ends before it listens", screen, LAB).verdict, verdict);
  });
}

Deno.test("blameForStart() names the option that is wanted, and the signal that ended a program", () => {
  for (
    const screen of [
      "usage: server.py [-h] [--port PORT] --mode {encode,decode}\nserver.py: error: bad command line\n",
      "Usage of ./server:\n  -mode string\n    \tthe conversion\n  -port int\n    \tport (default 7000)\n",
      "server: missing required argument --mode\n",
    ]
  ) {
    const { why } = blameForStart("it ends", screen, LAB);
    assertMatch(why, /^it wants an option: `--?mode`; lab\.json can say/);
  }
  const { why } = blameForStart("it ends before it listens", "", LAB, 139);
  assertEquals(why, "it ends before it listens (it was ended by SIGSEGV)");
});

Deno.test("blameForStart() names the line of lab.json that settles a look", () => {
  const { why, look } = blameForStart("it ends at once", "", LAB);
  assertStringIncludes(why, LAB);
  assertEquals(look, { cause: "the launch command is not known", lab: LAB });
});
