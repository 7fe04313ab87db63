/** The clients at a terminal: what they draw and send, and that they restore the terminal. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { digits, startServer } from "../harness.ts";
import { needing } from "../needs.ts";
import { atKeyboard, clientLine, ctrl, KEYS, Terminal } from "./terminal.ts";

/** A shell command that prints the terminal's state before another command and after it. */
const withStates = (line: string) =>
  `echo "before $(stty -g)"; ${line}; echo "code $?"; echo "after $(stty -g)"`;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["script"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

/** Waits for the end of {@linkcode withStates}, and checks that the terminal was restored. */
async function assertLeft(terminal: Terminal, code: number): Promise<string[]> {
  await terminal.shows(/\nafter .*\n$/);
  const { rows } = terminal;
  const before = rows.find((row) => row.startsWith("before "))!;
  assertEquals(rows.slice(-3), [`code ${code}`, before.replace("before", "after"), ""]);
  return rows.slice(0, -3);
}

test("the hint and the prompt go to stderr, and stdout gets the transcript alone", async () => {
  await using server = await startServer("server1");
  const file = await Deno.makeTempFile();
  try {
    const toFile = (line: string) => `${line} > ${file}`;
    await using terminal = new Terminal(toFile(clientLine("client1", server)));
    await terminal.shows(/^client1: Type a text .*Ctrl\+D ends the client\n> $/);
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
    ["Alt+D", `one${KEYS.home}x\x1bd${KEYS.left}${KEYS.delete}abc`, "abc"],
    ["Ctrl+Y after Ctrl+W", `a bc${ctrl("W")}${ctrl("Y")}${ctrl("Y")}`, "a bcbc"],
    ["Ctrl+Y after Ctrl+W twice", `a b c${ctrl("W")}${ctrl("W")}${ctrl("Y")}`, "a b c"],
    ["Ctrl+Y after Ctrl+K", `abc${KEYS.home}${ctrl("K")}x${ctrl("Y")}`, "xabc"],
    ["Ctrl+_ after Ctrl+U", `abc${ctrl("U")}\x1f`, "abc"],
    ["Ctrl+_ after two Backspaces", `abc${KEYS.backspace}${KEYS.backspace}\x1f`, "abc"],
    ["F5, which has no meaning,", "ab\x1b[15~c", "abc"],
    ["F1 of the Linux console, which has no meaning,", "ab\x1b[[Ac", "abc"],
    ["Shift+Home of rxvt, which has no meaning,", "ab\x1b[7$c", "abc"],
    ["Alt+Z, which has no meaning,", "ab\x1bzc", "abc"],
    ["Ctrl+T, which has no meaning,", `ab${ctrl("T")}c`, "abc"],
  ]
) {
  test(`${what} edits the line`, async () => {
    await using server = await startServer("server1");
    await using client = await atKeyboard("client1", server);
    await client.write(keys + KEYS.enter);
    await client.shows(new RegExp(`\\nSent: ${line}\\nReceived: ${digits(line)}\\n> $`));
  });
}

test("the arrow keys recall earlier lines and the line that was begun", async () => {
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

test("Ctrl+R finds the newest earlier line, again the one before, and Enter sends it", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("first one\rsecond one\rthird\rbegun");
  await client.shows(/\nSent: third\nReceived: .*\n> begun$/);
  await client.write(ctrl("R") + "one");
  await client.shows(/\n\(reverse-i-search\)`one': second one$/);
  await client.write(ctrl("R"));
  await client.shows(/\n\(reverse-i-search\)`one': first one$/);
  await client.write(ctrl("G"));
  await client.shows(/\n> begun$/);
  await client.write(`${ctrl("R")}fir\r`);
  await client.shows(/\n> first one\nSent: first one\nReceived: .*\n> $/);
});

test("a line longer than the row wraps, and the rows below it are erased with it", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("a".repeat(78)); // a full row
  await client.shows(/\n> a{78}\n$/);
  await client.write("a".repeat(122));
  await client.shows(/\n> a{200}$/);
  await client.write(KEYS.home + "b");
  await client.shows(/the client\n> ba{200}$/);
  await client.write(ctrl("K"));
  await client.shows(/the client\n> b$/);
  await client.write(ctrl("Y") + "\r");
  await client.shows(/the client\n> ba{200}\nSent: ba{200}\nReceived: .*\n> $/);
});

test("of a line longer than the screen the part around the cursor is shown", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write("a".repeat(5_000));
  await client.shows(/the client\n> …a{800,1900}$/);
  await client.write(KEYS.home);
  await client.shows(/the client\n> a{800,1900}…$/);
});

test("a line that is not UTF-8 is refused, and the session continues", async () => {
  await using server = await startServer("server1");
  await using client = await atKeyboard("client1", server);
  await client.write(Uint8Array.of(0x61, 0xff, 0x0d));
  await client.shows(/\nError: Cannot send the text: it must be UTF-8; convert it first\n> $/);
  await client.write("\ufffd\r");
  await client.shows(/\nSent: \ufffd\nReceived: .*\n> $/);
});

test("Ctrl+D on an empty line ends with exit code 0 and a restored terminal", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("comm\r");
  await terminal.shows(/\nReceived: .*\n> $/);
  await terminal.write(ctrl("D"));
  const rows = await assertLeft(terminal, 0);
  assertEquals(rows.slice(-2), ["Sent: comm", `Received: ${digits("comm")}`]);
});

test("Ctrl+C ends with exit code 130 and a restored terminal", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("half a line");
  await terminal.shows(/\n> half a line$/);
  await terminal.write(ctrl("C"));
  await assertLeft(terminal, 130);
});

test("a server that ends ends the client at once, with a restored terminal", async () => {
  await using server = await startServer("server1");
  await using terminal = await atKeyboard("client1", server, withStates);
  await terminal.write("half a line");
  await terminal.shows(/\n> half a line$/);
  server.child.kill("SIGKILL");
  const rows = await assertLeft(terminal, 1);
  assertEquals(rows.at(-2), "> half a line");
  assertMatch(
    rows.at(-1)!,
    /^client1: Cannot go on: the server .*; if the server has ended, start it again/,
  );
});

test("Ctrl+Z restores the terminal, and fg continues the line that was begun", async () => {
  await using server = await startServer("server1");
  await using shell = new Terminal("bash --norc -i");
  await shell.shows(/[$#] $/);
  await shell.write(`echo "before $(stty -g)"; ${clientLine("client1", server)}\r`);
  await shell.shows(/\n> $/);
  const half = "half ".repeat(20).trimEnd(); // two rows
  await shell.write(half);
  await shell.shows(new RegExp(`\\n> ${half}$`));
  await shell.write(ctrl("Z"));
  await shell.shows(/Stopped[^]*[$#] $/);
  await shell.write('echo "stopped $(stty -g)"\r');
  const [, stopped] = await shell.shows(/\nstopped (\S+)\n/);
  const [, before] = await shell.shows(/\nbefore (\S+)\n/);
  assertEquals(stopped, before);
  await shell.write("fg\r");
  await shell.shows(new RegExp(`fg\\n.*127.0.0.1.?\\n> ${half}$`));
  await shell.write(" a line\r");
  await shell.shows(new RegExp(`\\nSent: ${half} a line\\nReceived: .*\\n> $`));
});

test("keys that arrive together with Ctrl+Z are kept where the terminal keeps them", async () => {
  await using server = await startServer("server1");
  await using shell = new Terminal("bash --norc -i");
  await shell.shows(/[$#] $/);
  // Without noflsh the kernel discards the keys that no program has read when Ctrl+Z arrives.
  await shell.write(`stty noflsh; ${clientLine("client1", server)}\r`);
  await shell.shows(/\n> $/);
  await shell.write("half" + ctrl("Z"));
  await shell.shows(/Stopped[^]*[$#] $/);
  await shell.write("fg\r");
  await shell.shows(/fg\n.*127.0.0.1.?\n> half$/);
  await shell.write(" a line\r");
  await shell.shows(/\nSent: half a line\nReceived: .*\n> $/);
});

test("a late message does not break the line that is being typed", async () => {
  await using server = await startServer("server1");
  using _first = await server.connect(); // which the server serves, and no other
  await using client = await atKeyboard("client1", server);
  await client.write("comm\rhalf a li");
  await client.shows(/\n> half a li$/);
  await client.shows(/\nSent: comm\nclient1: No reply yet: .*\n> half a li$/);
  await client.write("ne");
  await client.shows(/\n> half a line$/);
});

test("a pasted line is sent whole, in a time that grows with its length only", async () => {
  const paste = async (size: number) => {
    await using server = await startServer("server1", ["-q"]);
    await using client = await atKeyboard("client1", server);
    const text = "0123456789abcdef".repeat(size / 16);
    const from = performance.now();
    const pasting = client.write(text + KEYS.enter + ctrl("D"));
    assertEquals(await client.exit(120_000), 0);
    const took = performance.now() - from;
    await pasting;
    const sent = client.stdout.text.match(/Sent: (\S+)\r\nReceived: [01 ]+\r\n/)![1];
    assertEquals(sent.length, size);
    assert(sent === text);
    return took;
  };
  for (let attempt = 1;; attempt++) { // other processes may have slowed the long one more
    const [before, long, after] = [
      await paste(65_536),
      await paste(1_048_576),
      await paste(65_536),
    ];
    const short = Math.max(before, after);
    if (long < 3 * 16 * short) break;
    assert(attempt < 5, `64 KiB take ${short} ms, 1 MiB takes ${long} ms`);
  }
});

test("several pasted lines are all sent, in order", async () => {
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

test("a line over 1 MiB is refused, and the session continues", async () => {
  await using server = await startServer("server1", ["-q"]);
  await using client = await atKeyboard("client1", server);
  await client.write("x".repeat(1_048_577) + KEYS.enter);
  await client.shows(/\nError: Cannot send the text: .*1048576 bytes; split it\n> $/);
  await client.write("comm\r");
  await client.shows(/\nSent: comm\nReceived: .*\n> $/);
});

for (const [where, term] of [["at a prompt", "xterm"], ["on a dumb terminal", "dumb"]]) {
  test(`an empty line ${where} ends the session, and the shell gets nothing of what follows`, async () => {
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

test("an empty line without a line after it ends the session without a count", async () => {
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

  test(`with ${what} a line that the terminal has cut causes a warning`, async () => {
    await using server = await startServer("server1");
    await using client = new Terminal(clientLine("client1", server, ...args), term);
    await client.write("x".repeat(5_000) + "\n");
    await client.shows(/\nclient1: This line may have been cut: .* 4095 bytes;/);
  });
}
