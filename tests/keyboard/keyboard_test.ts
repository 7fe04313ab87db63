/** A client at a keyboard: what is drawn, typed, sent and left behind, on a real terminal. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { digits, startServer } from "../harness.ts";
import { needing } from "../needs.ts";
import { atKeyboard, clientLine, ctrl, fits, KEYS, Terminal } from "./terminal.ts";

/** A shell's line that tells the terminal's state before a command and after it. */
const withStates = (line: string) =>
  `echo "before $(stty -g)"; ${line}; echo "code $?"; echo "after $(stty -g)"`;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["script"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

/** Waits for the end of {@linkcode withStates}, and checks that the terminal is as it was. */
async function assertLeft(terminal: Terminal, code: number): Promise<string[]> {
  await terminal.shows(/\nafter .*\n$/);
  const { rows } = terminal;
  const before = rows.find((row) => row.startsWith("before "))!;
  assertEquals(rows.slice(-3), [`code ${code}`, before.replace("before", "after"), ""]);
  return rows.slice(0, -3);
}

test("a hint and a prompt on stderr leave the transcript on stdout as it is", async () => {
  await using server = await startServer("server1");
  const file = await Deno.makeTempFile();
  try {
    const toFile = (line: string) => `${line} > ${file}`;
    await using terminal = new Terminal(toFile(clientLine("client1", server)));
    await terminal.shows(/^client1: Type a text .*Ctrl\+D ends\n> $/);
    await terminal.write("comm" + KEYS.enter + ctrl("D"));
    assertEquals(await terminal.exit(), 0);
    assertEquals(
      await Deno.readTextFile(file),
      `Interface: lo, Port: ${server.port}\n('127.0.0.1', ${server.port})\n` +
        `Sent: comm\nReceived: ${digits("comm")}\n`,
    );
  } finally {
    await Deno.remove(file);
  }
});

for (
  const [what, keys, line] of [
    ["the left arrow", `ac${KEYS.left}b`, "abc"],
    ["the right arrow", `ac${KEYS.left}${KEYS.left}${KEYS.right}b`, "abc"],
    ["Home", `bc${KEYS.home}a`, "abc"],
    ["End", `ab${KEYS.home}${KEYS.end}c`, "abc"],
    ["Delete", `abxc${KEYS.left}${KEYS.left}${KEYS.delete}`, "abc"],
    ["Ctrl+A", `bc${ctrl("A")}a`, "abc"],
    ["Ctrl+E", `ab${KEYS.home}${ctrl("E")}c`, "abc"],
    ["Ctrl+U", `xyz${ctrl("U")}abc`, "abc"],
    ["Ctrl+K", `abcxyz${KEYS.left}${KEYS.left}${KEYS.left}${ctrl("K")}`, "abc"],
    ["Ctrl+W", `abc xyz${ctrl("W")}${KEYS.backspace}`, "abc"],
    ["Ctrl+D within a line", `abcx${KEYS.left}${ctrl("D")}`, "abc"],
    ["backspace after ä", `abcä${KEYS.backspace}`, "abc"],
    ["backspace after e and an accent", `abce\u0301${KEYS.backspace}`, "abc"],
    ["backspace after a wide character", `abc日${KEYS.backspace}`, "abc"],
    ["backspace after a family", `abc👩‍👩‍👧‍👦${KEYS.backspace}`, "abc"],
    ["a key that means nothing", "ab\x1b[15~c", "abc"],
  ]
) {
  test(`${what} edits the line`, async () => {
    await using server = await startServer("server1");
    await using client = await atKeyboard("client1", server);
    await client.write(keys + KEYS.enter);
    await client.shows(new RegExp(`\\nSent: ${line}\\nReceived: ${digits(line)}\\n> $`));
  });
}

test("the arrow keys bring back the lines of the session, and the one begun", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("first\rsecond\rbegun");
  await client.shows(/\n> begun$/);
  await client.write(KEYS.up + KEYS.up);
  await client.shows(/\n> first$/);
  await client.write(KEYS.down);
  await client.shows(/\n> second$/);
  await client.write(KEYS.down);
  await client.shows(/\n> begun$/);
});

test("of a line longer than the row the part around the cursor is shown", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("a".repeat(200));
  await client.shows(/\n> …a+$/);
  assert(fits(client.rows.at(-1)!), client.rows.at(-1));
  await client.write(KEYS.home);
  await client.shows(/\n> a+…$/);
  assert(fits(client.rows.at(-1)!), client.rows.at(-1));
});

test("Ctrl+D on an empty line ends with 0, and the terminal is as it was", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("comm\r");
  await terminal.shows(/\nReceived: .*\n> $/);
  await terminal.write(ctrl("D"));
  const rows = await assertLeft(terminal, 0);
  assertEquals(rows.slice(-2), ["Sent: comm", `Received: ${digits("comm")}`]);
});

test("Ctrl+C ends as the signal does, and the terminal is as it was", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("half a line");
  await terminal.shows(/\n> half a line$/);
  await terminal.write(ctrl("C"));
  await assertLeft(terminal, 130);
});

test("a server that goes ends the client at once, and the terminal is as it was", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("half a line");
  await terminal.shows(/\n> half a line$/);
  server.child.kill("SIGKILL");
  const rows = await assertLeft(terminal, 1);
  assertEquals(rows.at(-2), "> half a line");
  assertMatch(rows.at(-1)!, /^client1: Cannot go on: the server .*; start it again if it is gone/);
});

test("Ctrl+Z gives the terminal back, and fg goes on with the line that was begun", async () => {
  await using server = await startServer("server1");
  await using shell = new Terminal("bash --norc -i");
  await shell.shows(/[$#] $/);
  await shell.write(`echo "before $(stty -g)"; ${clientLine("client1", server)}\r`);
  await shell.shows(/\n> $/);
  await shell.write("half");
  await shell.shows(/\n> half$/);
  await shell.write(ctrl("Z"));
  await shell.shows(/Stopped[^]*[$#] $/);
  await shell.write('echo "stopped $(stty -g)"\r');
  const [, stopped] = await shell.shows(/\nstopped (\S+)\n/);
  const [, before] = await shell.shows(/\nbefore (\S+)\n/);
  assertEquals(stopped, before);
  await shell.write("fg\r");
  await shell.shows(/\n> half$/);
  await shell.write(" a line\r");
  await shell.shows(/\nSent: half a line\nReceived: .*\n> $/);
});

test("a line that comes late does not tear the one that is being typed", async () => {
  await using server = await startServer("server1");
  using _first = await server.connect(); // which the server serves, and no other
  await using client = await atKeyboard("client1", server);
  await client.write("comm\rhalf a li");
  await client.shows(/\n> half a li$/);
  await client.shows(/\nSent: comm\nclient1: No reply yet: .*\n> half a li$/);
  await client.write("ne");
  await client.shows(/\n> half a line$/);
});

for (
  const [what, size, limitMs] of [
    ["20,000 letters", 20_000, 3_000],
    ["1 MiB", 1_048_576, 20_000],
  ] as const
) {
  test(`a pasted line of ${what} is sent whole in time`, async () => {
    await using server = await startServer("server1", ["-q"]);
    await using client = await atKeyboard("client1", server);
    const text = "0123456789abcdef".repeat(size / 16);
    const pasting = client.write(text + KEYS.enter);
    await client.stdout.match(/Received: [01 ]+\r\n/, limitMs);
    await pasting;
    const sent = client.stdout.text.match(/Sent: (\S+)\r\n/)![1];
    assertEquals(sent.length, size);
    assert(sent === text);
  });
}

test("several pasted lines are all sent, in their order", async () => {
  await using server = await startServer("server1", ["-q"]);
  await using client = await atKeyboard("client1", server);
  const texts = Array.from({ length: 500 }, (_, i) => `line ${i}`);
  await client.write(texts.join("\r") + "\r" + ctrl("D"));
  assertEquals(await client.exit(), 0);
  assertEquals(
    client.rows.filter((row) => row.startsWith("Sent: ")),
    texts.map((t) => `Sent: ${t}`),
  );
});

test("a line over 1 MiB is refused, and the session goes on", async () => {
  await using server = await startServer("server1", ["-q"]);
  await using client = await atKeyboard("client1", server);
  await client.write("x".repeat(1_048_577) + KEYS.enter);
  await client.shows(/\nError: Cannot send the text: .*1048576 bytes; split it\n> $/);
  await client.write("comm\r");
  await client.shows(/\nSent: comm\nReceived: .*\n> $/);
});

for (const [where, term] of [["at a prompt", "xterm"], ["on a dumb terminal", "dumb"]]) {
  test(`an empty line ${where} ends it, says so, and leaves nothing to the shell`, async () => {
    await using server = await startServer("server1");
    const line = `${clientLine("client1", server)}; echo "code $?"; read -t 0.5 -N 1 left; ` +
      `echo "left=$left."`;
    await using terminal = new Terminal(line, term);
    await terminal.shows(term === "dumb" ? /\('127.0.0.1', \d+\)\n$/ : /\n> $/);
    await terminal.write("one\n\necho two\necho three\n");
    await terminal.shows(/\nleft=.*\n$/);
    const { rows } = terminal;
    assert(rows.includes("Sent: one"));
    assert(rows.includes(`Received: ${digits("one")}`));
    assertEquals(rows.filter((row) => row.includes("ended")), [
      "client1: ended by an empty line; the 2 lines after it were not sent",
    ]);
    assertEquals(rows.slice(-3), ["code 0", "left=.", ""]);
  });
}

test("an empty line with nothing after it says just that it ended the session", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("\r");
  assertEquals(await client.exit(), 0);
  assertEquals(client.rows.at(-2), "client1: ended by an empty line");
});

const PLAIN = [["TERM=dumb", "dumb", []], ["-q", "xterm", ["-q"]]] as const;

for (const [what, term, args] of PLAIN) {
  test(`with ${what} nothing is drawn`, async () => {
    await using server = await startServer("server1");
    await using client = new Terminal(clientLine("client1", server, ...args), term);
    await client.write("\n");
    await client.shows(/\nclient1: ended by an empty line\n$/);
    assert(!client.stdout.text.includes("> "), client.stdout.text);
    assert(!client.stdout.text.includes("\x1b"), client.stdout.text);
  });

  test(`with ${what} a line that the terminal has cut is told of`, async () => {
    await using server = await startServer("server1");
    await using client = new Terminal(clientLine("client1", server, ...args), term);
    await client.write("x".repeat(5_000) + "\n");
    await client.shows(/\nclient1: This line may have been cut: .* 4095 bytes;/);
  });
}
