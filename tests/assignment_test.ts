/**
 * The assignment's questions: the real programs and their whole transcripts, on free ports of the
 * loopback interface or on an `eth1` in a private network.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { concat } from "@std/bytes";
import {
  bytes,
  command,
  digits,
  message,
  type Outcome,
  Peer,
  type Printed,
  Program,
  run,
  RunningServer,
  type StartOptions,
  startServer,
  text,
} from "./harness.ts";
import { type Need, needing } from "./needs.ts";
import { inNetwork, inNetworkOf } from "./network.ts";

function test(name: string, fn: () => Promise<void>, needs: Need[] = []): void {
  Deno.test(needing(needs, { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

const testOnEth1: typeof test = (name, fn) => test(name, fn, ["eth1"]);
const testOnTerminal: typeof test = (name, fn) => test(name, fn, ["script"]);

// The texts of the original report with their binary values, not computed.
const BINARY: Record<string, string> = {
  ab: "01100001 01100010",
  abcd: "01100001 01100010 01100011 01100100",
  abcdef: "01100001 01100010 01100011 01100100 01100101 01100110",
  co: "01100011 01101111",
  com: "01100011 01101111 01101101",
  come: "01100011 01101111 01101101 01100101",
  comm: "01100011 01101111 01101101 01101101",
  comn: "01100011 01101111 01101101 01101110",
  comne: "01100011 01101111 01101101 01101110 01100101",
  comnet: "01100011 01101111 01101101 01101110 01100101 01110100",
  comnetsii: "01100011 01101111 01101101 01101110 01100101 01110100 01110011 01101001 01101001",
};

type Exchange = [request: string, reply: string];

const toBinary = (...texts: string[]): Exchange[] => texts.map((text) => [text, BINARY[text]]);
const toText = (...texts: string[]): Exchange[] => texts.map((text) => [BINARY[text], text]);

const asServer = (exchanges: Exchange[]) =>
  exchanges.flatMap(([request, reply]) => [`Received: ${request}`, `Sent: ${reply}`]);
const asClient = (exchanges: Exchange[]) =>
  exchanges.flatMap(([request, reply]) => [`Sent: ${request}`, `Received: ${reply}`]);

/** Lines as a program prints them. */
function lines(...all: string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

/** Waits for `count` lines. A terminal's lines end with \r\n, and `.` does not match \r. */
async function linesCome(printed: Printed, count: number): Promise<void> {
  await printed.match(new RegExp(`^([^\n]*\n){${count}}`));
}

/** Waits until a program has printed `count` lines; kills it if it does not. */
async function ready<P extends Program>(program: P, count: number): Promise<P> {
  try {
    await linesCome(program.stdout, count);
    return program;
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw new Error(`It did not start: ${program.stderr.text}`, { cause: error });
  }
}

/** Waits until a program has ended. In its stdout, PORT replaces the ports of its clients. */
async function ended(program: Program): Promise<Outcome> {
  const code = await program.exit();
  const stdout = program.stdout.text.replace(/^(Connected to \('[^']+', )\d+/gm, "$1PORT");
  return { code, stdout, stderr: program.stderr.text };
}

/** Stops a server that would go on. */
async function stopped(server: RunningServer): Promise<Outcome> {
  server.child.kill("SIGTERM");
  return await ended(server);
}

/** Fails unless the exit code is 0, stdout has these lines, and stderr is empty. */
function assertDone(outcome: Outcome, ...all: string[]): void {
  assertEquals(outcome, { code: 0, stdout: lines(...all), stderr: "" });
}

/** Fails unless stderr is one line that matches, and exit code and stdout are as given. */
function assertFailed(outcome: Outcome, code: number, line: RegExp, ...all: string[]): void {
  assertEquals(outcome.stdout, lines(...all));
  assertMatch(outcome.stderr, /^.+\n$/);
  assertMatch(outcome.stderr.trimEnd(), line);
  assertEquals(outcome.code, code);
}

/** Where a server listens, as the transcripts show it, and how to start a client for it. */
interface ServerPlace {
  interface: string;
  hostname: string;
  port: number;
  args: string[];
  options: StartOptions;
}

function loopback(server: RunningServer): ServerPlace {
  const args = ["-p", `${server.port}`, "-I", "lo"];
  return { interface: "lo", hostname: "127.0.0.1", port: server.port, args, options: {} };
}

/** Starts server2 with its defaults, in a private network. */
async function startOnEth1(...args: string[]): Promise<RunningServer> {
  const wrapper = inNetwork("exec");
  return await ready(new RunningServer(command("server2", args, { wrapper })), 1);
}

/** The place of a server from {@linkcode startOnEth1}: clients run in the same network. */
function eth1(server: RunningServer): ServerPlace {
  const wrapper = inNetworkOf(server.pid);
  return { interface: "eth1", hostname: "10.0.0.1", port: 3000, args: [], options: { wrapper } };
}

function serverHead(at: ServerPlace, multiThreaded: "True" | "False", clients: number): string[] {
  return [
    `Interface: ${at.interface}, Port: ${at.port}, Multi-threaded?: ${multiThreaded}`,
    ...Array(clients).fill(`Connected to ('${at.hostname}', PORT)`),
  ];
}

function clientHead(at: ServerPlace): string[] {
  return [`Interface: ${at.interface}, Port: ${at.port}`, `('${at.hostname}', ${at.port})`];
}

/** Starts a client whose stdin the test writes, and waits until it is connected. */
async function startClient(name: string, at: ServerPlace, ...args: string[]): Promise<Program> {
  const options = { ...at.options, stdin: true };
  return await ready(new Program(command(name, [...at.args, ...args], options), options), 2);
}

/** Runs one client's session with a server without `-M`. Compares both transcripts. */
async function assertSession(
  server: RunningServer,
  at: ServerPlace,
  clientName: string,
  exchanges: Exchange[],
): Promise<void> {
  const input = lines(...exchanges.map(([request]) => request));
  const client = await run(clientName, at.args, input, at.options);
  assertDone(client, ...clientHead(at), ...asClient(exchanges));
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer(exchanges));
}

/** Runs two clients' sessions with a server with `-M`, in this order. Compares the transcripts. */
async function assertSessions(
  server: RunningServer,
  at: ServerPlace,
  clientName: string,
  turns: [who: 0 | 1, exchange: Exchange][],
): Promise<void> {
  await using first = await startClient(clientName, at);
  await linesCome(server.stdout, 2);
  await using second = await startClient(clientName, at);
  await linesCome(server.stdout, 3);
  const clients = [first, second];
  for (const [turn, [who, [request]]] of turns.entries()) {
    await clients[who].write(`${request}\n`);
    await linesCome(server.stdout, 3 + 2 * (turn + 1));
  }
  for (const [who, client] of clients.entries()) {
    const own = turns.filter((turn) => turn[0] === who).map(([, exchange]) => exchange);
    await linesCome(client.stdout, 2 + 2 * own.length);
    await client.end();
    assertDone(await ended(client), ...clientHead(at), ...asClient(own));
  }
  const all = asServer(turns.map(([, exchange]) => exchange));
  assertDone(await stopped(server), ...serverHead(at, "True", 2), ...all);
}

// The sessions of the original report.
const SINGLE_TEXTS = ["comnetsii", "comm", "comnet", "comnetsii", "comm", "comnet", "comnetsii"]
  .concat("abcdef");
const [COMNETSII, ABCD, AB] = toBinary("comnetsii", "abcd", "ab");
const SINGLE_DIGITS = ["comnetsii", "co", "comn"];
const [DIGITS, COMNE, COM] = toText("comnetsii", "comne", "com");

test("1a, 1b, 1c: server1 answers with binary values on loopback, on any port", async () => {
  await using server = await startServer("server1");
  await assertSession(server, loopback(server), "client1", toBinary(...SINGLE_TEXTS));
});

test("1a with -M: server1 answers two clients at once", async () => {
  await using server = await startServer("server1", ["--multi-threaded"]);
  await assertSessions(server, loopback(server), "client1", [
    [0, COMNETSII],
    [1, COMNETSII],
    [0, ABCD],
    [0, AB],
  ]);
});

test("2a: server2 answers with the texts of binary strings", async () => {
  await using server = await startServer("server2");
  await assertSession(server, loopback(server), "client2", toText(...SINGLE_DIGITS));
});

test("2a with -M: server2 answers two clients at once", async () => {
  await using server = await startServer("server2", ["-M"]);
  await assertSessions(server, loopback(server), "client2", [
    [0, DIGITS],
    [1, DIGITS],
    [0, COMNE],
    [1, COM],
  ]);
});

testOnEth1("2: server2 runs on eth1 by default, and client2 finds it there", async () => {
  await using server = await startOnEth1();
  await assertSession(server, eth1(server), "client2", toText(...SINGLE_DIGITS));
});

testOnEth1("2 with -M: server2 on eth1 answers two clients at once", async () => {
  await using server = await startOnEth1("--multi-threaded");
  await assertSessions(server, eth1(server), "client2", [
    [0, DIGITS],
    [1, DIGITS],
    [0, COMNE],
    [1, COM],
  ]);
});

test("3a: at the end of its input a client exits with 0, and the server too", async () => {
  await using server = await startServer("server1");
  await assertSession(server, loopback(server), "client1", [COMNETSII]);
});

test("3a: a client that sends nothing exits with 0, and the server too", async () => {
  await using server = await startServer("server1");
  await assertSession(server, loopback(server), "client1", []);
});

test("3a: the server exits with 0 when its client is killed", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  await using client = await startClient("client1", at);
  await client.write("comnetsii\n");
  await linesCome(client.stdout, 4);
  client.child.kill("SIGKILL");
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer([COMNETSII]));
});

/**
 * Starts a client on a dumb terminal, which has no prompt. The terminal's output has both stdout
 * and stderr. Its echo is off.
 */
async function startOnTerminal(name: string, at: ServerPlace): Promise<Program> {
  const words = command(name, at.args).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const program = new Program(
    ["script", "-qec", `stty -echo; exec ${words.join(" ")}`, "/dev/null"],
    { stdin: true, env: { SHELL: "/bin/sh", TERM: "dumb" } },
  );
  return await ready(program, 2);
}

/** Lines as a terminal gets them, each with \r\n at its end. */
function onScreen(...all: string[]): string {
  return lines(...all).replaceAll("\n", "\r\n");
}

for (
  const [what, keys, said] of [
    ["Ctrl+D", "\x04", []],
    ["an empty line", "\n", ["client1: ended by an empty line"]],
  ] as const
) {
  testOnTerminal(`3a: ${what} on a terminal ends client and server with 0`, async () => {
    await using server = await startServer("server1");
    const at = loopback(server);
    await using client = await startOnTerminal("client1", at);
    await client.write("comnetsii\n");
    await linesCome(client.stdout, 4);
    await client.write(keys);
    assertEquals(await ended(client), {
      code: 0,
      stdout: onScreen(...clientHead(at), ...asClient([COMNETSII]), ...said),
      stderr: "",
    });
    assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer([COMNETSII]));
  });
}

testOnTerminal(
  "a client that waits on a terminal reports at once that the server is gone",
  async () => {
    await using server = await startServer("server1", ["-M"]);
    await using client = await startOnTerminal("client1", loopback(server));
    server.child.kill("SIGKILL");
    const { code, stdout } = await ended(client);
    assertEquals(code, 1);
    assertMatch(stdout, /^(.*\r\n){2}client1: Cannot go on: the server .*\r\n$/);
  },
);

testOnTerminal("an error on a terminal has no line number, and the session continues", async () => {
  await using server = await startServer("server2");
  await using client = await startOnTerminal("client2", loopback(server));
  await client.write("abc\n");
  await client.stdout.match(/\r\nError: Cannot decode "abc": [^(]*\r\n/);
  await client.write(`${BINARY.co}\n`);
  await client.stdout.match(/\r\nReceived: co\r\n$/);
  await client.write("\x04");
  assertEquals(await client.exit(), 1);
});

test("3b: without -M a second client connects, gets no reply and a note, and then a reset", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  await using first = await startClient("client1", at);
  await first.write("comnetsii\n");
  await linesCome(first.stdout, 4);

  await using second = await startClient("client1", at);
  await second.write("comm\n");
  await second.stderr.match(/^client1: No reply yet: .*--multi-threaded.*\n$/);
  await linesCome(second.stdout, 3); // another pipe: its lines may arrive after the note
  assertEquals(second.stdout.text, lines(...clientHead(at), "Sent: comm"));

  await first.end();
  assertDone(await ended(first), ...clientHead(at), ...asClient([COMNETSII]));
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer([COMNETSII]));
  const { code, stdout, stderr } = await ended(second);
  assertEquals(code, 1);
  assertEquals(stdout, lines(...clientHead(at), "Sent: comm"));
  // The note appears once; the second line reports the reset.
  assertMatch(stderr, /^client1: No reply yet: .*\nclient1: Cannot go on: the server .*\n$/);
});

test("3b: with -M a second client is served while the first stays", async () => {
  await using server = await startServer("server1", ["-M"]);
  const at = loopback(server);
  await using first = await startClient("client1", at);
  const second = await run("client1", at.args, "comm\n");
  assertDone(second, ...clientHead(at), ...asClient(toBinary("comm")));
  await first.write("comnetsii\n");
  await first.end();
  assertDone(await ended(first), ...clientHead(at), ...asClient([COMNETSII]));
});

test("3c: client1 reports in one line that no program listens at the address", async () => {
  // No program listens on port 1 (tcpmux). The system never assigns such a low port, neither to a
  // server of another test nor to this client, which could then connect to itself.
  const port = 1;
  assertFailed(
    await run("client1", ["-p", `${port}`], "comnetsii\n"),
    1,
    new RegExp(`^client1: Cannot connect to \\('127\\.0\\.0\\.1', ${port}\\): nothing .*server1`),
    `Interface: lo, Port: ${port}`,
  );
});

testOnEth1("3c, case 1: client1 on localhost is refused while server2 is on eth1", async () => {
  await using server = await startOnEth1();
  const { options } = eth1(server);
  assertFailed(
    await run("client1", [], "comnetsii\n", options),
    1,
    /^client1: Cannot connect to \('127\.0\.0\.1', 3000\): nothing is listening there/,
    "Interface: lo, Port: 3000",
  );
});

/** Connects client1 to server2. Fails unless it gets an error reply and both continue. */
async function assertWrongServer(
  server: RunningServer,
  at: ServerPlace,
  args: string[],
): Promise<void> {
  const [wrong, right] = ["comnetsii", BINARY.co];
  const client = await run("client1", args, lines(wrong, right), at.options);
  assertFailed(
    client,
    1,
    /^Error: Cannot decode "comnetsii": .*digits 0 and 1.* \(line 1\)$/,
    `Interface: lo, Port: ${at.port}`,
    `('${at.hostname}', ${at.port})`,
    `Sent: ${wrong}`,
    ...asClient([[right, "co"]]),
  );
  const again = await run("client2", at.args, `${right}\n`, at.options);
  assertDone(again, ...clientHead(at), ...asClient([[right, "co"]]));
  const { code, stdout, stderr } = await stopped(server);
  assertEquals(code, 0);
  assertEquals(
    stdout,
    lines(
      ...serverHead(at, "True", 1),
      `Received: ${wrong}`,
      ...asServer([[right, "co"]]),
      `Connected to ('${at.hostname}', PORT)`,
      ...asServer([[right, "co"]]),
    ),
  );
  assertMatch(stderr, /^server2: .*Cannot decode "comnetsii".*\n$/);
}

test("3c, case 2: client1 gets an error reply from server2, and both continue", async () => {
  await using server = await startServer("server2", ["-M"]);
  const at = loopback(server);
  await assertWrongServer(server, at, ["-p", `${at.port}`, "--use-ip-addr=127.0.0.1"]);
});

testOnEth1(
  "3c, case 2: client1 gets an error reply from server2 on eth1, and both continue",
  async () => {
    await using server = await startOnEth1("-M");
    await assertWrongServer(server, eth1(server), ["--use-ip-addr=10.0.0.1"]);
  },
);

/** Sends what the original's client sends for a text: header and payload in two segments. */
async function sendAsOriginal(peer: Peer, header: number[], payload: string): Promise<void> {
  await peer.send(Uint8Array.from(header));
  await peer.send(bytes(payload));
}

test("the original client1's exact bytes get server1's answer, and its close ends the server", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  using peer = await server.connect();
  // struct.pack("i", socket.htonl(9)), then the text; then the original calls recv(4) and recv(n).
  await sendAsOriginal(peer, [0x00, 0x00, 0x00, 0x09], "comnetsii");
  assertEquals(await peer.frame(), { status: 0, payload: bytes(BINARY.comnetsii) });
  peer.conn.close(); // sock.close() on an empty line
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer([COMNETSII]));
});

test("the original client2's exact bytes get server2's answer, and its close ends the server", async () => {
  await using server = await startServer("server2");
  const at = loopback(server);
  using peer = await server.connect();
  await sendAsOriginal(peer, [0x00, 0x00, 0x00, 0x50], BINARY.comnetsii);
  assertEquals(await peer.frame(), { status: 0, payload: bytes("comnetsii") });
  await sendAsOriginal(peer, [0x00, 0x00, 0x00, 0x11], BINARY.co);
  assertEquals(await peer.frame(), { status: 0, payload: bytes("co") });
  peer.conn.close();
  const all = asServer(toText("comnetsii", "co"));
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...all);
});

test("a payload that arrives long after its header is answered, and other clients meanwhile", async () => {
  await using server = await startServer("server1", ["-M"]);
  using peer = await server.connect();
  await peer.send(Uint8Array.of(0x00, 0x00, 0x00, 0x02));
  await server.answers("ab", BINARY.ab); // after this exchange the server has read the header
  await peer.send(bytes("co"));
  assertEquals(await peer.texts(1), [BINARY.co]);
});

test("a request of length 0 ends the conversation after the replies to earlier requests", async () => {
  await using server = await startServer("server1");
  using peer = await server.connect();
  await peer.send(concat([message("co"), message("ab"), message("")]));
  assertEquals(await peer.texts(2), [BINARY.co, BINARY.ab]);
  assertEquals(await peer.frame(), null);
  peer.conn.close();
  assertEquals(await server.exit(), 0);
});

test("bytes that are not UTF-8 get an error frame from server1, and the session continues", async () => {
  await using server = await startServer("server1");
  using peer = await server.connect();
  await peer.send(concat([message(Uint8Array.of(0x61, 0xff)), message("co")]));
  const error = await peer.frame();
  assertEquals(error?.status, 1);
  assertMatch(text(error!.payload), /UTF-8.*byte 2 \(ff\)/);
  assertEquals(await peer.texts(1), [BINARY.co]);
});

test("digits whose bytes are not UTF-8 get an error frame from server2, and the session continues", async () => {
  await using server = await startServer("server2");
  using peer = await server.connect();
  await peer.send(concat([message("01100011 11111111 01100011"), message(BINARY.co)]));
  const error = await peer.frame();
  assertEquals(error?.status, 1);
  assertMatch(text(error!.payload), /"11111111".*UTF-8/);
  assertEquals(await peer.texts(1), ["co"]);
});

/** Runs a client with a server of its own. Returns its result and its transcript's first lines. */
async function ask(
  number: 1 | 2,
  args: string[],
  input: string | Uint8Array<ArrayBuffer> = "",
): Promise<{ outcome: Outcome; head: string[] }> {
  await using server = await startServer(`server${number}`, ["-Mq", "-T", "1"]);
  const at = loopback(server);
  const outcome = await run(`client${number}`, [...at.args, ...args], input);
  return { outcome, head: clientHead(at) };
}

test("-q prints replies only: line N answers line N, and an empty line an empty line", async () => {
  const { outcome } = await ask(1, ["-q"], "héllo\n\n  spaced \n");
  assertDone(outcome, digits("héllo"), "", digits("  spaced "));
});

test("an empty line from a pipe is not sent, and the session continues", async () => {
  const { outcome, head } = await ask(1, [], "co\n\nab\n");
  const [co, ab] = toBinary("co", "ab");
  assertDone(outcome, ...head, ...asClient([co, ab]));
});

test("a client takes lines that end in \\r\\n, and a last line without an end", async () => {
  const { outcome } = await ask(1, ["-q"], "co\r\n\r\nab\r\ncomm");
  assertDone(outcome, BINARY.co, "", BINARY.ab, BINARY.comm);
});

test("arguments are sent one by one with their white space, without empty ones", async () => {
  const { outcome, head } = await ask(1, ["comm", "", "  spaced ", "comnet"]);
  assertDone(
    outcome,
    ...head,
    ...asClient(toBinary("comm")),
    ...asClient([["  spaced ", digits("  spaced ")]]),
    ...asClient(toBinary("comnet")),
  );
});

test("an error reply names the line of the input, and the next line is answered", async () => {
  const { outcome, head } = await ask(2, [], lines(BINARY.co, "012", BINARY.com));
  assertFailed(
    outcome,
    1,
    /^Error: Cannot decode "012": .* \(line 2\)$/,
    ...head,
    ...asClient(toText("co")),
    "Sent: 012",
    ...asClient(toText("com")),
  );
});

test("with -q an error is an empty line on stdout", async () => {
  const { outcome } = await ask(2, ["-q"], lines(BINARY.co, "012", "", BINARY.com));
  assertFailed(outcome, 1, /^Error: .* \(line 2\)$/, "co", "", "", "com");
});

test("an error reply to a text on the command line has no line number", async () => {
  const { outcome } = await ask(2, ["-q", "012", BINARY.co]);
  assertFailed(outcome, 1, /^Error: Cannot decode "012": [^(]*$/, "", "co");
});

test("a client does not send a line over the limit, names its number, and continues", async () => {
  const most = 1_048_576;
  const input = concat([
    bytes("co\n"),
    new Uint8Array(most + 1).fill(0x61),
    bytes("\nab\n"),
  ]);
  const { outcome } = await ask(1, ["-q"], input);
  assertFailed(outcome, 1, /^Error: .*1048576.* \(line 2\)$/, BINARY.co, "", BINARY.ab);
});

test("the longest text comes back unchanged through both servers", async () => {
  const longest = "0123456789abcdef".repeat(65_536); // 1 MiB
  const { outcome: binary } = await ask(1, ["-q"], `${longest}\n`);
  assertEquals([binary.code, binary.stderr, binary.stdout.length], [0, "", 9_437_184]);
  const { outcome: back } = await ask(2, ["-q"], binary.stdout);
  // On a busy machine the reply takes longer than the 3 s after which a client says so.
  const stderr = back.stderr.replace(/^client2: No reply yet: .*\n/, "");
  assertEquals([back.code, stderr], [0, ""]);
  assertEquals(back.stdout === `${longest}\n`, true); // without a diff of 1 MiB
});

test("digits may be separated by any white space", async () => {
  const spaced = BINARY.comnetsii.replaceAll(" ", " \t\u00a0\u3000");
  const { outcome } = await ask(2, ["-q"], ` ${spaced} \n`);
  assertDone(outcome, "comnetsii");
});

test("100,000 piped lines come back in order", async () => {
  const texts = Array.from({ length: 100_000 }, (_, i) => `${i}`);
  const { outcome } = await ask(1, ["-q"], lines(...texts));
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  const replies = outcome.stdout.split("\n");
  const wrong = texts.findIndex((text, i) => replies[i] !== digits(text));
  assertEquals(wrong, -1, `line ${wrong + 1}: ${replies[wrong]}`);
  assertEquals(replies.length, texts.length + 1);
});

test("both sides show each message on one line, with control characters escaped", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  const raw = "a\nb\x1b[2J\u202e\u2028c";
  const escaped = "a\\nb\\x1b[2J\\u{202e}\\u{2028}c";
  const client = await run("client1", [...at.args, raw]);
  assertDone(client, ...clientHead(at), ...asClient([[escaped, digits(raw)]]));
  const all = asServer([[escaped, digits(raw)]]);
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...all);
});

test("a line break and a backslash before an n look different on both sides", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  const shown = [["a\nb", "a\\nb"], ["a\\nb", "a\\\\nb"], ["é\\", "é\\\\"]] as const;
  const client = await run("client1", [...at.args, ...shown.map(([raw]) => raw)]);
  const exchanges = shown.map(([raw, escaped]): Exchange => [escaped, digits(raw)]);
  assertDone(client, ...clientHead(at), ...asClient(exchanges));
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer(exchanges));
});

test("a server shows 1,024 characters of a message, a client shows all", async () => {
  await using server = await startServer("server1");
  const at = loopback(server);
  const long = "a".repeat(16_000);
  const client = await run("client1", at.args, `${long}\n`);
  assertDone(client, ...clientHead(at), ...asClient([[long, digits(long)]]));
  assertDone(
    await ended(server),
    ...serverHead(at, "False", 1),
    `Received: ${"a".repeat(1024)}… (16000 bytes in all)`,
    `Sent: ${digits(long).slice(0, 1024)}… (143999 bytes in all)`,
  );
});

test("a quiet server prints its first line only", async () => {
  await using server = await startServer("server1", ["-q"]);
  const at = loopback(server);
  await run("client1", at.args, "comm\n");
  assertDone(await ended(server), ...serverHead(at, "False", 0));
});

const SERVERS = ["server1", "server2"];
const CLIENTS = ["client1", "client2"];
const PROGRAMS = [...SERVERS, ...CLIENTS];

for (const name of PROGRAMS) {
  test(`${name} prints --help and --version on stdout and exits with 0`, async () => {
    const help = await run(name, ["--help"]);
    assertEquals([help.code, help.stderr], [0, ""]);
    assertStringIncludes(help.stdout, `Usage: deno task ${name} [OPTION]…`);
    for (const line of help.stdout.split("\n")) assertMatch(line, /^.{0,80}$/);
    const version = await run(name, ["--version"]);
    assertEquals([version.code, version.stderr], [0, ""]);
    assertMatch(version.stdout, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n$`));
  });

  test(`${name} reports wrong usage in a sentence with the usage on stderr, and exits with 2`, async () => {
    const wrongs = [["--nope"], ["--port=70000"]];
    if (SERVERS.includes(name)) wrongs.push(["stray"]);
    for (const args of wrongs) {
      const { code, stdout, stderr } = await run(name, args);
      assertEquals([code, stdout], [2, ""]);
      assertMatch(stderr, new RegExp(`^${name}: Cannot .*\nUsage: deno task ${name} .*\n`));
    }
  });

  test(`${name} lists the machine's interfaces if it cannot find one`, async () => {
    const addresses = () => Deno.networkInterfaces().map(({ name, address }) => [name, address]);
    const before = addresses();
    const outcome = await run(name, ["-I", "nope0", "-p", "0"]);
    assertFailed(outcome, 1, new RegExp(`^${name}: Cannot find the interface "nope0".*-I`));
    // An address of the machine may come or go meanwhile; that of lo stays.
    const after = addresses().join(";");
    const stayed = before.filter((one) => after.includes(one.join()));
    assert(stayed.length > 0);
    for (const word of stayed.flat()) assertStringIncludes(outcome.stderr, word);
  });

  // Without permissions, and with one of two.
  for (const permissions of [[], ["--allow-net"], ["--allow-sys=networkInterfaces"]]) {
    const given = permissions[0] ?? "no permission";
    test(`${name} with ${given} prints the right command in one line`, async () => {
      const outcome = await run(name, ["-I", "lo"], "", { permissions });
      const right = `deno run --allow-net --allow-sys=networkInterfaces ${name}.ts`;
      assertEquals(outcome.code, 1);
      assertMatch(outcome.stderr, /^.+\n$/);
      assertStringIncludes(outcome.stderr, `${name}: `);
      assertStringIncludes(outcome.stderr, right);
    });
  }
}

test("the permissions in the programs' first lines are enough", async () => {
  const permissions = ["--allow-net", "--allow-sys=networkInterfaces"];
  await using server = await startServer("server1", [], { permissions });
  const at = loopback(server);
  const client = await run("client1", at.args, "comm\n", { permissions });
  assertDone(client, ...clientHead(at), ...asClient(toBinary("comm")));
  assertDone(await ended(server), ...serverHead(at, "False", 1), ...asServer(toBinary("comm")));
});

for (const name of SERVERS) {
  for (const args of [[], ["-M"]]) {
    test(`${[name, ...args].join(" ")} reports in one line that its port is taken`, async () => {
      using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = other.addr;
      assertFailed(
        await run(name, ["-I", "lo", "-p", `${port}`, ...args]),
        1,
        new RegExp(`^${name}: Cannot listen on \\('127\\.0\\.0\\.1', ${port}\\): .*taken.*-p`),
      );
    });
  }
}

test("--idle-timeout closes a client that sends nothing, with the reason", async () => {
  await using server = await startServer("server1", ["-M", "--idle-timeout", "0.3"]);
  await using client = await startClient("client1", loopback(server));
  assertFailed(
    await ended(client),
    1,
    /^client1: .*sends nothing for 0\.3 s/,
    ...clientHead(loopback(server)),
  );
  await server.answers("comm", BINARY.comm);
});

test("--trace with -M shows on stderr which client has left", async () => {
  await using server = await startServer("server1", ["-M", "--trace"]);
  const at = loopback(server);
  await using client = await startClient("client1", at);
  const [, port] = await server.stdout.match(/^Connected to \('127\.0\.0\.1', (\d+)\)$/m);
  await client.end();
  await server.stderr.match(new RegExp(`^--- \\('127\\.0\\.0\\.1', ${port}\\)  closed$`, "m"));
  assertEquals(server.stdout.lines.length, 2); // stdout has nothing of it
});

test("--trace shows each frame's bytes on stderr, on both sides", async () => {
  await using server = await startServer("server1", ["--trace"]);
  const at = loopback(server);
  await using client = await startClient("client1", at, "--trace");
  await client.write("comnetsii\n");
  await client.end();
  const picture = (request: string, reply: string, peer: string) =>
    lines(
      `${request} ('127.0.0.1', ${peer})  00 00 00 09  message, length 9`,
      "    00  63 6f 6d 6e 65 74 73 69 69                       comnetsii",
      `${reply} ('127.0.0.1', ${peer})  00 00 00 50  message, length 80`,
      "    00  30 31 31 30 30 30 31 31 20 30 31 31 30 31 31 31  01100011 0110111",
      "    10  31 20 30 31 31 30 31 31 30 31 20 30 31 31 30 31  1 01101101 01101",
      "    20  31 31 30 20 30 31 31 30 30 31 30 31 20 30 31 31  110 01100101 011",
      "    30  31 30 31 30 30 20 30 31 31 31 30 30 31 31 20 30  10100 01110011 0",
      "    … 16 more bytes",
    );
  assertEquals(await ended(client), {
    code: 0,
    stdout: lines(...clientHead(at), ...asClient([COMNETSII])),
    stderr: picture("-->", "<--", `${at.port}`),
  });
  const outcome = await ended(server);
  assertEquals(outcome.stdout, lines(...serverHead(at, "False", 1), ...asServer([COMNETSII])));
  const [, port] = server.stdout.text.match(/^Connected to \('127\.0\.0\.1', (\d+)\)$/m)!;
  const left = lines(`--- ('127.0.0.1', ${port})  closed`);
  assertEquals(outcome.stderr, picture("<--", "-->", port) + left);
});
