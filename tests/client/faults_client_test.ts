/**
 * The clients in rows 24, 25 and 27 of the fault table, and their part of rows 23 and 26.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { MAX_TEXT_BYTES } from "../../lib/wire/codec.ts";
import { fault, mebibytes, Resetter, saidOnly, scenario, type Setup, timed } from "../faults.ts";
import { bytes, command, digits, message, Peer, Program, run, within } from "../harness.ts";

/** The setup for tests that concern the client alone: a real server without a transcript. */
const QUIET: Setup = { args: ["-M", "-q"], alone: true };

/**
 * Runs client1 with the text "hi" and a server that misbehaves and then closes the connection. The
 * client must exit with 1 and one line on stderr within 2 s.
 */
async function fails(
  behave: (peer: Peer, client: Program) => Promise<unknown>,
  why: RegExp,
  args = ["hi"],
  shown = "Sent: hi\n",
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await using client = new Program(command("client1", ["-p", `${port}`, ...args]), { stdin: true });
  const peer = new Peer(await within("the client", listener.accept()));
  const { elapsed, fair } = await timed(client.pid, async () => {
    try {
      await behave(peer, client);
    } finally {
      peer[Symbol.dispose]();
    }
    assertEquals(await client.exit(), 1);
  });
  assert(fair < 2_000, `The client waited: ${elapsed} ms, ${fair} ms of its own`);
  saidOnly(client.stderr.lines, [why]);
  assertEquals(
    client.stdout.text,
    `Interface: lo, Port: ${port}\n('127.0.0.1', ${port})\n${shown}`,
  );
}

/** Waits until the client has sent its request, so that closing does not reset. */
async function request(peer: Peer): Promise<void> {
  assertEquals(await peer.texts(1), ["hi"]);
}

const REPLY = message(digits("hi"));
const LOST = "^client1: Cannot go on: the server";
const STRANGE = "^client1: Cannot understand the server: ";

// Rows 23, 24: faults of servers.

const HOSTILE = "\x1b]0;x\x07\x1b[2J\r\nSent: x\x9b\u202e\u2028";
const HARMLESS = "\\x1b]0;x\\x07\\x1b[2J\\r\\nSent: x\\x9b\\u{202e}\\u{2028}";

scenario(23, "client1 shows control characters escaped, on one line", () =>
  fails(
    async (peer) => {
      await request(peer);
      await peer.send(concat([message(HOSTILE), Uint8Array.of(1, 0, 0, 2), bytes("\x1bc")]));
    },
    /^client1: The server ended the session: \\x1bc$/,
    ["hi"],
    `Sent: hi\nReceived: ${HARMLESS}\n`,
  ));

scenario(24, "the server ends the stream inside a reply", () =>
  fails(async (peer) => {
    await request(peer);
    await peer.send(REPLY.subarray(0, 9));
  }, new RegExp(`${LOST} closed the connection in the middle of a reply; `)));

scenario(
  24,
  "the server ends the stream instead of a reply",
  () =>
    fails(request, new RegExp(`${LOST} closed the connection before it had answered \\(1 reply`)),
);

const RESETS: [string, Uint8Array<ArrayBuffer>, string][] = [
  ["inside a reply", REPLY.subarray(0, 9), "in the middle of a reply"],
  ["instead of a reply", new Uint8Array(0), "before it had answered \\(1 reply is missing\\)"],
];
for (const [when, sent, where] of RESETS) {
  scenario(24, `the server resets the connection ${when}`, async () => {
    using sockets = new Resetter();
    const { socket: listener, port } = sockets.listen();
    await using client = new Program(command("client1", ["-q", "-p", `${port}`, "hi"]));
    const peer = await sockets.accept(listener);
    await sockets.receive(peer);
    sockets.send(peer, sent);
    sockets.reset(peer);
    assertEquals(await client.exit(), 1);
    saidOnly(client.stderr.lines, [new RegExp(`${LOST} reset the connection ${where}; `)]);
    sockets.reset(listener);
  }, ["linux"]);
}

scenario(
  24,
  "the server closes the connection while the client waits for input",
  () =>
    fails((_, client) => client.stdout.match(/\n\(.*\n/), new RegExp(`${LOST} closed the`), [], ""),
);

scenario(24, "the server stalls inside a reply", () =>
  fails(
    async (peer, client) => {
      await request(peer);
      await peer.send(REPLY.subarray(0, 9));
      await client.child.status;
    },
    /^client1: Cannot wait longer for a reply: 0.5 s have passed; /,
    ["--timeout", "0.5", "hi"],
  ));

const WRONG: [string, Uint8Array<ArrayBuffer>, string][] = [
  ["an unknown status", Uint8Array.of(2, 0, 0, 1), "Cannot read the frame: .* got 02;"],
  ["HTTP", bytes("HTTP/1.1 400 Bad Request\r\n\r\n"), "Cannot read the frame: .* got 48;"],
  ["a length over the limit", Uint8Array.of(0, 0xff, 0xff, 0xff), ".* got a length of 16777215"],
  ["a reply too many", concat([REPLY, REPLY]), "it sent a reply without a request"],
];
for (const [what, sent, why] of WRONG) {
  scenario(24, `the server sends ${what}`, () =>
    fails(
      async (peer, client) => {
        await request(peer);
        await peer.send(sent);
        await client.child.status;
      },
      new RegExp(STRANGE + why),
      ["hi"],
      sent.length > REPLY.length && sent[0] === 0
        ? `Sent: hi\nReceived: ${digits("hi")}\n`
        : "Sent: hi\n",
    ));
}

// Row 25: stdin.

const INPUTS: [string, string, string[]][] = [
  ["is empty", "", []],
  ["has no final newline", "one\ntwo", ["one", "two"]],
  ["has \\r\\n", "one\r\ntwo\r\n", ["one", "two"]],
  ["has empty lines", "one\n\n\r\ntwo\n", ["one", "", "", "two"]],
];
for (const [what, input, texts] of INPUTS) {
  fault(25, `stdin ${what}`, QUIET, async (server) => {
    assertEquals(
      await run("client1", ["-q", "-p", `${server.port}`], input),
      { code: 0, stdout: texts.map((text) => digits(text) + "\n").join(""), stderr: "" },
    );
  });
}

fault(
  25,
  "stdin is closed",
  { ...QUIET, needs: ["bash"] },
  async (server) => {
    const outcome = await run("client1", ["-p", `${server.port}`], "", {
      wrapper: ["bash", "-c", 'exec "$@" <&-', "-"],
    });
    assertEquals([outcome.code, outcome.stderr], [0, ""]);
  },
);

fault(25, "stdin has a line that is not UTF-8", QUIET, async (server) => {
  const input = concat([bytes("one\nt"), Uint8Array.of(0xc0, 0xaf), bytes("o\nthree\n")]);
  const outcome = await run("client1", ["-q", "-p", `${server.port}`], input);
  assertEquals(outcome.code, 1);
  assertEquals(outcome.stdout, `${digits("one")}\n\n${digits("three")}\n`);
  assertMatch(outcome.stderr, /^Error: Cannot send the text: it must be UTF-8;.* \(line 2\)\n$/);
});

fault(25, "stdin has a line of 100 MB", { ...QUIET, needs: ["linux"] }, async (server) => {
  await using client = new Program(command("client1", ["-q", "-p", `${server.port}`]), {
    stdin: true,
  });
  await client.write("one\n");
  const megabyte = new Uint8Array(1_000_000).fill(0x61);
  for (let i = 0; i < 100; i++) await client.write(megabyte);
  await client.write("\nthree\n");
  await client.stdout.match(/\n\n.*\n/);
  const peak = await mebibytes(client.pid, "VmHWM");
  console.log(`at most ${peak.toFixed(1)} MiB`);
  await client.end();
  assertEquals(await client.exit(), 1);
  assertEquals(client.stdout.text, `${digits("one")}\n\n${digits("three")}\n`);
  saidOnly(client.stderr.lines, [
    new RegExp(`^Error: Cannot send .* must be at most ${MAX_TEXT_BYTES} bytes.* \\(line 2\\)$`),
  ]);
  assert(peak < 200, `${peak} MiB`);
});

// Rows 26, 27: stdout, and large inputs.

fault(26, "client1 | head -1: it ends quietly", {
  ...QUIET,
  said: (said) => { // the client may end at any point of an exchange
    assert(said.length <= 1, said.join("\n"));
    for (const line of said) assertMatch(line, /closed: the client (reset|ended)/);
  },
  needs: ["bash"],
}, async (server) => {
  const pipeline = 'yes hi | "$@" | head -1; echo "${PIPESTATUS[1]}"';
  await using client = new Program([
    ...["bash", "-c", pipeline, "-"],
    ...command("client1", ["-q", "-p", `${server.port}`]),
  ]);
  assertEquals(await client.exit(), 0);
  assertEquals(client.stdout.text, `${digits("hi")}\n0\n`);
  assertEquals(client.stderr.text, "");
});

fault(
  27,
  "1,000,000 lines through a client's pipe",
  { ...QUIET, needs: ["linux"] },
  async (server) => {
    await using client = new Program(command("client1", ["-q", "-p", `${server.port}`]), {
      stdin: true,
    });
    // A hundred different lines of one letter: wrong replies and wrong order both show.
    let wanted = "";
    let hundred = "";
    for (let i = 0; i < 100; i++) {
      const line = String.fromCharCode(0x21 + i % 94);
      hundred += line + "\n";
      wanted += digits(line) + "\n";
    }
    const thousand = bytes(hundred.repeat(10));
    for (let i = 0; i < 1000; i++) await client.write(thousand);
    const peak = await mebibytes(client.pid, "VmHWM");
    await client.end();
    assertEquals(await client.exit(30_000), 0);
    console.log(`at most ${peak.toFixed(1)} MiB`);
    assert(client.stdout.text === wanted.repeat(10_000)); // assertEquals would show 9 MB
    assertEquals(client.stderr.text, "");
    assert(peak < 300, `${peak} MiB`);
  },
);
