/** Stdout that is full or not read, stdin that does not block, and the replies of a server that stops. */
import { assertEquals, assertMatch } from "@std/assert";
import { LineBudget } from "../../lib/terminal/line_budget.ts";
import { LineWriter } from "../../lib/terminal/line_writer.ts";
import {
  bytes,
  command,
  digits,
  message,
  Peer,
  Program,
  run,
  RunningServer,
  startServer,
  text,
  within,
} from "../harness.ts";
import { endsInTime, startFor, timed } from "../faults.ts";
import { needing } from "../needs.ts";

const TO_FULL_DISK = ["bash", "-c", 'exec "$@" > /dev/full', "-"];

function test(name: string, fn: () => Promise<void>): void {
  Deno.test(needing(["bash"], { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

test("a server whose transcript is not read continues, and stops within 5 s", async () => {
  const [program, ...args] = command("server1", ["-M", "-p", "0"]);
  const server = new Deno.Command(program, { args, stdout: "piped", stderr: "null" }).spawn();
  const stdout = server.stdout.getReader();
  try {
    const ready = text((await within("the first line", stdout.read())).value!);
    using peer = await Peer.connect(Number(ready.match(/Port: (\d+)/)![1]));
    const word = "x".repeat(1_000);
    for (let i = 0; i < 2_000; i++) { // its transcript would fill the pipe thirty times
      await peer.send(message(word));
      assertEquals((await peer.texts(1))[0].length, 9 * word.length - 1);
    }
    const { fair } = await timed(server.pid, async () => {
      server.kill("SIGTERM");
      assertEquals((await within("its end", server.status)).code, 0);
    });
    assertEquals(fair < 5_000, true, `${fair} ms`);
  } finally {
    await stdout.cancel();
    try {
      server.kill("SIGKILL");
    } catch {
      // The process has ended.
    }
    await server.status;
  }
});

test("LineWriter writes a line that is added at the moment at which it becomes idle", async () => {
  for (let steps = 0; steps < 20; steps++) {
    let written = 0;
    const writeSync = (bytes: Uint8Array) => {
      written += bytes.length;
      return bytes.length;
    };
    const write = (bytes: Uint8Array) => Promise.resolve(writeSync(bytes));
    const stream = { write, writeSync, isTerminal: () => false };
    const writer = new LineWriter([stream, stream], new LineBudget());
    writer.add(0, bytes("a\n"), console.error);
    for (let i = 0; i < steps; i++) await null;
    writer.add(0, bytes("b\n"), console.error);
    await new Promise((resolve) => setTimeout(resolve, 2));
    assertEquals([steps, written], [steps, 4]);
  }
});

test("LineWriter keeps the order of both streams' lines while a write ends", async () => {
  for (let steps = 0; steps < 20; steps++) {
    let written = "";
    const writes: (() => void)[] = [];
    const write = async (lines: Uint8Array) => {
      await new Promise<void>((resolve) => writes.push(resolve));
      written += text(lines);
      return lines.length;
    };
    const stream = { write, writeSync: () => 0, isTerminal: () => false };
    const writer = new LineWriter([stream, stream], new LineBudget());
    const finish = () => writes.shift()?.();
    writer.add(1, bytes("a\n"), console.error);
    finish();
    for (let i = 0; i < steps; i++) await null;
    writer.add(0, bytes("b\n"), console.error);
    writer.add(1, bytes("c\n"), console.error);
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      finish();
    }
    assertEquals([steps, written], [steps, "a\nb\nc\n"]);
  }
});

for (const threads of ["1", "2"]) {
  test(`-T ${threads}: if stdout and stderr are one pipe, an error line follows its request`, async () => {
    const wrapper = ["bash", "-c", 'exec "$@" 2>&1', "-"];
    await using server = await startServer("server2", ["-M", "-T", threads], { wrapper });
    for (let client = 1; client <= 20; client++) {
      using peer = await server.connect();
      await peer.send(message("hello"));
      assertEquals((await peer.frame())?.status, 1);
      await server.stdout.match(new RegExp(`(.*\n){${1 + 3 * client}}`));
    }
    const kinds = server.stdout.lines.slice(1).map((line) => line.split(/[ :]/, 1)[0]);
    assertEquals(kinds, Array(20).fill(["Connected", "Received", "server2"]).flat());
  });
}

test("a client that cannot write its replies shows an error and exits with 1", async () => {
  await using server = await startServer("server1", ["-M"]);
  const args = ["-q", "-p", `${server.port}`, "hi"];
  const { code, stderr } = await run("client1", args, "", { wrapper: TO_FULL_DISK });
  assertEquals(code, 1);
  assertMatch(stderr, /^client1: Cannot write the output: No space left.*; make room.*\n$/);
});

test("a server that stops answers every request that had arrived", async () => {
  // The replies have 72 MB: a test that waits for a processor must have time to read them.
  const limits = { graceMs: 30_000 };
  await using server = await startFor({ args: ["-M", "-q", "-T", "1"], limits });
  const word = "y".repeat(500_000);
  const peers = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
  try {
    const replies = peers.map((peer) => peer.texts(4));
    const frames = new Uint8Array([...message("hi"), ...message(word), ...message(word)]);
    await Promise.all(peers.map((peer) => peer.send(frames)));
    await Promise.all(peers.map((peer) => peer.send(message(bytes("last")))));
    await endsInTime(server, "SIGTERM", async () => {
      for (const [first, second, third, last] of await Promise.all(replies)) {
        assertEquals([first, last], [digits("hi"), digits("last")]);
        assertEquals([second.length, third.length], [9 * word.length - 1, 9 * word.length - 1]);
      }
      for (const peer of peers) {
        assertEquals(await peer.frame(), null);
        peer[Symbol.dispose]();
      }
    });
  } finally {
    for (const peer of peers) peer[Symbol.dispose]();
  }
});

test("lines are sent at once even if the last one is empty and not sent", async () => {
  await using server = await startServer("server1", ["-M"]);
  const argv = command("client1", ["-q", "-p", `${server.port}`]);
  await using client = new Program(argv, { stdin: true });
  await client.write("hi\n\n"); // the pipe stays open
  await client.stdout.match(/^01101000 01101001\n\n$/);
  await client.end();
  assertEquals(await client.exit(), 0);
});

/** Makes its stdin non-blocking, which a child process inherits, and runs its arguments. */
const NOT_BLOCKING = `
  const [F_SETFL, O_NONBLOCK] = [4, 0o4000];
  const fcntl = { parameters: ["i32", "i32", "i32"], result: "i32" };
  const { symbols } = Deno.dlopen("libc.so.6", { fcntl });
  if (symbols.fcntl(0, F_SETFL, O_NONBLOCK) !== 0) throw new Error("Cannot set O_NONBLOCK");
  const [program, ...args] = Deno.args;
  const { code } = await new Deno.Command(program, { args, stdin: "inherit" }).spawn().status;
  Deno.exit(code);
`;

test("a client with a non-blocking stdin waits for its input", async () => {
  await using server = await startServer("server1", ["-M"]);
  const args = command("client1", ["-p", `${server.port}`]);
  const script = `data:text/javascript,${encodeURIComponent(NOT_BLOCKING)}`;
  const wrapper = [Deno.execPath(), "run", "--allow-all", script];
  await using client = new Program(wrapper.concat(args), { stdin: true });
  await client.stdout.match(/^\('127/m); // the client reads now, and there is no input
  for (const word of ["comm", "comnet"]) {
    await client.write(`${word}\n`);
    await client.stdout.match(new RegExp(`^Received: ${digits(word)}$`, "m"));
  }
  await client.end();
  assertEquals([await client.exit(), client.stderr.text], [0, ""]);
});

const LIMIT_KIB = 200_000;

test("a server whose transcript reaches the file size limit shows an error and continues", async () => {
  const file = await Deno.makeTempFile();
  try {
    // The limit also holds for Deno's cache: so it is large, and the file begins as one large hole.
    await Deno.truncate(file, (LIMIT_KIB - 4) * 1024);
    const limited = ["bash", "-c", `ulimit -f ${LIMIT_KIB}; exec "$@" >> '${file}'`, "-"];
    await using server = new RunningServer([
      ...limited,
      ...command("server1", ["-M", "-T", "1", "-p", "0"]),
    ]);
    server.port = Number(await within("the first line", portIn(file)));
    const letters = "x".repeat(900);
    for (let i = 0; i < 5; i++) await server.answers(letters, digits(letters));
    await server.stderr.match(/^server1: Cannot write the output: File too large; make room.*\n$/);
    await server.answers("hi", digits("hi"));
  } finally {
    await Deno.remove(file);
  }
});

/** Waits for the first line of a transcript, at a file's end. Returns the port in it. */
async function portIn(path: string): Promise<string> {
  using file = await Deno.open(path);
  for (const end = new Uint8Array(4096);;) {
    await file.seek((LIMIT_KIB - 4) * 1024, Deno.SeekMode.Start);
    const count = await file.read(end) ?? 0;
    const [, port] = text(end.subarray(0, count)).match(/Port: (\d+)/) ?? [];
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 10)); // no event reports that a file has grown
  }
}
