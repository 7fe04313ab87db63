/**
 * What README promises, under load and while a server stops: a test for each promise that once failed.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes";
import { parseClientArgs } from "../../lib/client/options.ts";
import { Deadlines } from "../../lib/server/deadlines.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { Quota } from "../../lib/server/quota.ts";
import { ReplyBuffers } from "../../lib/server/reply_buffers.ts";
import type { Output } from "../../lib/terminal/output.ts";
import { Trace } from "../../lib/terminal/trace.ts";
import { ORIGINAL_HEADER } from "../../lib/wire/original_header.ts";
import {
  cpuShare,
  endsInTime,
  exchange,
  mebibytes,
  pause,
  processorTime,
  startFor,
  times,
} from "../faults.ts";
import { needing } from "../needs.ts";
import {
  command,
  digits,
  LIMIT_MS,
  message,
  Peer,
  Program,
  RunningServer,
  startServer,
} from "../harness.ts";

function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test(needing(["linux", "bash", "python3"], {
    name,
    sanitizeOps: true,
    sanitizeResources: true,
    fn,
  }));
}

function closeAll(peers: Peer[]): void {
  for (const peer of peers) peer[Symbol.dispose]();
}

test("A1, A9: a busy server that stops answers 300 clients that had sent before", async () => {
  await using server = await startServer("server2", ["-M", "-T", "1", "-q"]);
  const peers = await times(300, () => server.connect());
  for (const peer of peers) await exchange(peer, "01101000", "h");
  const long = message("1 ".repeat(4_700_000));
  const busy = await times(4, () => server.connect());
  const talks = busy.map(async (peer) => {
    for (let i = 0; i < 20; i++) {
      await peer.send(long);
      await peer.frame();
    }
  });
  for (const talk of talks) talk.catch(() => {});
  await pause(800);
  try {
    await Promise.all(peers.map((peer) => peer.send(message("01101000"))));
    await pause(50);
    const replies = peers.map(async (peer) => {
      assertEquals(await peer.texts(1), ["h"]);
      peer[Symbol.dispose]();
    });
    await Promise.all([endsInTime(server), ...replies]);
  } finally {
    closeAll([...peers, ...busy]);
    await Promise.allSettled(talks);
  }
});

/** Sends requests without a pause, reads all replies, and prints the status of the last one. */
const BUSY_CLIENT = `
import socket, sys, threading
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
requests = (b"\\x00\\x00\\x03\\xe8" + b"a" * 1000) * 50
def send():
    try:
        while True: client.sendall(requests)
    except OSError: pass
threading.Thread(target=send, daemon=True).start()
replies = client.makefile("rb")
status = None
while header := replies.read(4):
    if status is None: print("busy", flush=True)
    status = header[0]
    replies.read(int.from_bytes(header[1:], "big"))
print("status", status)
`;

test("A1: clients that send without a pause are not cut off when the server has no more time", async () => {
  await using server = await startServer("server1", ["-M", "-T", "1", "-q"]);
  const argv = ["python3", "-c", BUSY_CLIENT, `${server.port}`];
  const clients = [new Program(argv), new Program(argv)];
  try {
    for (const client of clients) await client.stdout.match(/busy/);
    await endsInTime(server);
    // A client whose requests were all answered for a moment is drained without an error frame.
    for (const client of clients) await client.stdout.match(/status [01]/);
    assertEquals(server.stderr.text.match(/had not taken .*/g), null);
  } finally {
    for (const client of clients) await client[Symbol.asyncDispose]();
  }
});

test("A2: clients in the accept queue are answered when the server stops", async () => {
  for (const threads of [1, 2]) {
    await using server = await startServer("server1", ["-M", "-q", "-T", `${threads}`]);
    await server.answers("hi", digits("hi"));
    server.child.kill("SIGSTOP");
    const peers = await times(100, () => server.connect());
    for (const peer of peers) await peer.send(message("hi"));
    await endsInTime(server, "SIGTERM", async () => {
      server.child.kill("SIGCONT");
      for (const peer of peers) assertEquals(await peer.texts(1), [digits("hi")]);
      closeAll(peers);
    });
    assertEquals(server.stderr.text, "");
  }
});

test("A3: memory of a refused client is free for the others", async () => {
  const limits = { maxBufferBytes: 8 * 1024 * 1024 };
  await using server = await startFor({ args: ["-M", "-q", "-T", "1"], limits });
  const half = message("a".repeat(1_000_000)).subarray(0, 900_000);
  const peers = await times(12, () => server.connect()); // 1 MiB for each does not fit into 8
  for (const peer of peers) await peer.send(half);
  await server.stderr.match(/(?:.*too much memory.*\n){4}/);
  // The refused clients neither read nor leave. The others leave: new clients can use their memory.
  closeAll(peers.slice(0, 8));
  const next = await times(4, () => server.connect());
  try {
    for (const peer of next) await peer.send(half);
    await pause(500);
    const refused = server.stderr.lines.filter((line) => /too much memory/.test(line)).length;
    assert(refused <= 8, `${refused} refused`);
  } finally {
    closeAll([...peers, ...next]);
  }
});

test("B7: each byte of the reply buffers is counted, used or not", () => {
  const quota = new Quota({ ...DEFAULT_LIMITS, maxBufferBytes: 1_000_000 });
  const counts = new Int32Array(quota.memory);
  const buffers = new ReplyBuffers(quota);
  const out = buffers.take();
  out.extend(100_000);
  assertEquals(counts[1], out.bytes.length - 4096);
  buffers.give(out); // kept for the next client
  assertEquals(counts[1], buffers.take().bytes.length - 4096);
  const big = buffers.take();
  big.extend(800_000);
  const before = counts[1];
  let thrown: unknown;
  try {
    big.extend(800_000);
  } catch (error) {
    thrown = error;
  }
  assertEquals([(thrown as Error).name, counts[1]], ["MemoryError", before]);
  buffers.give(big);
  assertEquals(counts[1], 0 + before - (800_000 - 4096));
});

test("A8: the frame deadline begins again when replies are taken", () => {
  const deadlines = new Deadlines(DEFAULT_LIMITS, 0);
  const half = { buffered: 500, announced: 1_000 };
  deadlines.onReceived(0, true);
  assertEquals(deadlines.overdue(9_000, half), null);
  deadlines.onAnswered(12_000); // the server itself did not read until now
  assertEquals(deadlines.overdue(13_000, half), null);
  assertMatch(deadlines.overdue(23_000, half)!, /rest of the frame/);
});

test("A8: a client that was silent for long may wait for its turn before its answer is written", () => {
  const deadlines = new Deadlines(DEFAULT_LIMITS, 0);
  deadlines.onReceived(100_000, true);
  assertEquals(deadlines.expired(101_000), false);
  assertEquals(deadlines.expired(131_000), true);
});

test("A4: a bystander is answered between the large frames of others", async () => {
  await using server = await startServer("server2", ["-M", "-T", "1", "-q"]);
  const large = message(`01100001${" ".repeat(100)}`.repeat(87_000));
  const peers = await times(8, () => server.connect());
  const bystander = await server.connect();
  try {
    await Promise.all(peers.map((peer) => peer.send(large.subarray(0, -1))));
    await pause(300); // the server reads; nothing shows when it has all
    server.child.kill("SIGSTOP");
    for (const peer of peers) await peer.send(large.subarray(-1));
    server.child.kill("SIGCONT");
    let unanswered = peers.length;
    let rounds = 0;
    const replies = peers.map(async (peer) => {
      assertEquals((await peer.frame())?.status, 0);
      unanswered--;
    });
    for (; unanswered > 0; rounds++) await exchange(bystander, "01101000", "h");
    await Promise.all(replies);
    assert(rounds >= peers.length - 2, `${rounds} answers for the bystander`);
  } finally {
    closeAll([...peers, bystander]);
  }
});

test("A4: a bystander waits for less than 0.5 s of the server's work beside many wrong requests", async () => {
  await using server = await startServer("server1", ["-M", "-T", "1", "-q"]);
  const wrong = concat(Array(2_000).fill(message(Uint8Array.of(0xff))));
  const peers = await times(12, () => server.connect());
  const bystander = await server.connect();
  try {
    let unanswered = peers.length;
    const replies = peers.map(async (peer) => {
      await Promise.all([peer.send(wrong), peer.texts(2_000)]);
      unanswered--;
    });
    let longest = 0;
    while (unanswered > 0) {
      const [since, from] = [performance.now(), await processorTime(server.pid)];
      await exchange(bystander, "hi", digits("hi"));
      const waited = performance.now() - since;
      // The least of both: other processes delay the answer, and V8's other threads work as well.
      longest = Math.max(longest, Math.min(waited, await processorTime(server.pid) - from));
    }
    await Promise.all(replies);
    assert(longest < 500, `${longest} ms`);
  } finally {
    closeAll([...peers, bystander]);
  }
});

/** Has 100 exchanges of 1,000 letters on each of `clients` connections. */
async function fillTranscript(server: RunningServer, clients: number, rounds: number) {
  const frames = concat(Array(100).fill(message("a".repeat(1_000))));
  await times(clients, async () => {
    using peer = await server.connect();
    for (let i = 0; i < rounds; i++) {
      await peer.send(frames);
      await peer.texts(100);
    }
  });
}

/** A server whose stdout is a pipe without a reader until `read`; its port comes from stderr. */
async function unreadServer(threads: number, extra: string[] = []): Promise<RunningServer> {
  const first = 'exec 3>&1; mkfifo "$1"; exec 4<>"$1"; f=$1; shift; ';
  const fifo = await Deno.makeTempFile();
  await Deno.remove(fifo);
  const argv = command("server1", ["-M", "-T", `${threads}`, "-p", "0", ...extra]);
  const script = `${first}"$@" >&4 & read -r line <&4; echo "$line" >&3; wait`;
  const server = new RunningServer(["bash", "-c", script, "-", fifo, ...argv]);
  const [, port] = await server.stdout.match(/Port: (\d+)/);
  await Deno.remove(fifo);
  server.port = Number(port);
  return server;
}

/** The process that `bash` of {@linkcode unreadServer} has started. */
async function childOf(pid: number): Promise<number> {
  const path = `/proc/${pid}/task/${pid}/children`;
  return Number((await Deno.readTextFile(path)).trim().split(" ")[0]);
}

/** Fails unless the process soon uses no CPU; its work may end a moment after its last line. */
async function rests(pid: number): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (await cpuShare(pid) >= 0.05) {
    assert(performance.now() < end, "It uses CPU though nothing happens");
  }
}

for (const threads of [1, 4]) {
  test(`A5, A6: -T ${threads}, an unread transcript is bounded, costs no CPU, and is reported`, async () => {
    await using server = await unreadServer(threads);
    const pid = await childOf(server.pid);
    try {
      const base = await mebibytes(pid, "VmRSS");
      await fillTranscript(server, 8, 14); // 33 MB
      await server.stderr.match(/lines are left out\n/);
      await rests(pid);
      const grown = await mebibytes(pid, "VmRSS") - base;
      console.log(`-T ${threads}: memory grew by ${grown.toFixed()} MiB`);
      assert(grown < 60 + 30 * threads, `${grown} MiB`);
      assertEquals(server.stderr.lines.length, 1, server.stderr.text);
    } finally {
      Deno.kill(pid, "SIGKILL");
    }
  });
}

test("A5: a transcript that cannot be written is reported, for each thread; exit code 1", async () => {
  for (const threads of [1, 2]) {
    const direct = ["bash", "-c", 'exec "$@" > /dev/full', "-"];
    await using server = new Program([
      ...direct,
      ...command("server1", ["-M", "-T", `${threads}`, "-p", "0"]),
    ]);
    await server.stderr.match(/Cannot write the output: No space left.*\n/);
    await endsInTime(server, "SIGTERM", undefined, 1);
    assertEquals(server.stderr.lines.length, 1);
  }
});

test("A7: a slow reader gets the whole transcript when the server ends", async () => {
  const slow = `import os, sys, time
while True:
    b = os.read(0, 20000)
    if not b: break
    os.write(1, b); time.sleep(0.01)`;
  const wrapper = ["bash", "-c", 'exec "$@" > >(exec python3 -c "$SLOW")', "-"];
  await using server = await startServer("server1", [], { wrapper, env: { SLOW: slow } });
  const frames = concat(Array(1_000).fill(message("a".repeat(1_000))));
  using peer = await server.connect();
  const replies = peer.texts(1_000);
  await peer.send(frames);
  await replies;
  peer[Symbol.dispose]();
  assertEquals(await server.exit(), 0);
  assertEquals(server.stdout.lines.length, 2 + 2_000);
  assert(server.stdout.text.endsWith("\n"));
  assertEquals(server.stderr.text, "");
});

test("B5: no line is split if stdout and stderr are the same pipe", async () => {
  const wrapper = ["bash", "-c", 'exec "$@" 2>&1', "-"];
  await using server = await startServer("server1", ["-M", "-T", "2", "-t"], { wrapper });
  await times(4, async () => {
    using peer = await server.connect();
    for (let i = 0; i < 20; i++) {
      await peer.send(concat(Array(50).fill(message("hello world"))));
      await peer.texts(50);
    }
  });
  server.child.kill("SIGTERM");
  await server.exit();
  const whole =
    /^(Interface: .*|Connected to \('127\.0\.0\.1', \d+\)|Received: hello world|Sent: [01 ]+|(<--|-->|---) \('127\.0\.0\.1', \d+\) {2}.*| {4}[0-9a-f]{2} {2}.*| {4}… \d+ more bytes)$/;
  assertEquals(server.stdout.lines.filter((line) => !whole.test(line)), []);
});

test("B6: a trace of the original's frames calls no reply an error", () => {
  const lines: string[] = [];
  const out = {
    line: (text: string) => lines.push(text),
    paint: (_: string, text: string) => text,
  };
  const trace = new Trace(out as unknown as Output, ORIGINAL_HEADER);
  const frame = concat([Uint8Array.of(1, 5, 0, 0), new Uint8Array(261)]);
  trace.frame(
    "received",
    { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    frame,
    0,
    frame.length,
  );
  assertMatch(lines[0], /message, length 261$/);
});

test("B10: a value inside a group of letters takes no further argument; a huge timeout is named", () => {
  const program = { name: "client1", summary: "", interface: "lo", examples: [] };
  const read = (...args: string[]) => {
    try {
      return parseClientArgs(program as never, args);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assertMatch(String(read("-Ip", "-1")), /there is no option -1/);
  assertMatch(String(read("--timeout", "99999999")), /seconds below 10,000,000/);
});

test("B11: more threads than file descriptors: fewer threads serve, and all of them continue", async () => {
  const wrapper = ["bash", "-c", 'ulimit -n 64; exec "$@"', "-"];
  await using server = await startServer("server1", ["-M", "-q", "-T", "64"], {
    wrapper,
    env: { NODE_EXTRA_CA_CERTS: "" }, // Deno itself would complain that it cannot read these
  });
  await server.answers("hi", digits("hi"));
  await server.stderr.match(/^server1: Cannot use one of the threads: too few file desc.*\n$/);
  for (let i = 0; i < 20; i++) await server.answers("hi", digits("hi"));
  await endsInTime(server);
});

/**
 * Runs a program at a terminal of its own, presses a key once `AWAITED` is shown, and again each
 * two seconds. Prints how the program ended: its exit code, or "alive" after twenty seconds.
 */
const CTRL_C = `import os, pty, select, sys, time
r, w = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    if os.environ.get("STDOUT_PIPE"): os.dup2(w, 1)
    os.execv(sys.argv[1], sys.argv[1:])
def read(seconds, awaited=None):
    end = time.time() + seconds
    shown = b""
    while time.time() < end and not (awaited and awaited in shown):
        if select.select([fd], [], [], 0.05)[0]:
            try: shown += os.read(fd, 65536)
            except OSError: break
    sys.stderr.buffer.write(shown)
awaited = os.environ["AWAITED"].encode()
read(20, awaited)
read(0.5)  # Deno drops what was typed before it reads the answer
for line in range(int(os.environ.get("LINES_TYPED", "0"))):
    os.write(fd, b"a" * 3000 + b"\\r"); read(0.4)
end = time.time() + 20
typed_at = done = 0
while not done and time.time() < end:
    if time.time() - typed_at > 2:
        typed_at = time.time()
        os.write(fd, os.environ.get("KEY", "\\x03").encode())
    read(0.1)
    done, status = os.waitpid(pid, os.WNOHANG)
if not done: os.kill(pid, 9); os.waitpid(pid, 0)
print("alive" if not done else os.waitstatus_to_exitcode(status))`;

async function atTerminal(args: string[], env: Record<string, string>) {
  const argv = ["-c", CTRL_C, Deno.execPath(), "run", ...args];
  await using program = new Program(["python3", ...argv], { env });
  await program.exit();
  return { end: program.stdout.text.trim(), shown: program.stderr.text };
}

test("B1: Ctrl+C at Deno's permission prompt ends a server", async () => {
  const { end, shown } = await atTerminal(["server1.ts", "-p", "0"], { AWAITED: "Allow?" });
  assertMatch(shown, /permission/i);
  assert(end !== "alive", shown);
});

test("B9: a client that may not use the network asks once", async () => {
  const args = ["--allow-sys", "client1.ts", "-a", "localhost", "hi"];
  const { end, shown } = await atTerminal(args, { KEY: "n\n", AWAITED: "Allow?" });
  assertEquals(end, "1", shown);
  assertEquals(shown.match(/requests net access/g)?.length, 1, shown);
});

test("B8: Ctrl+C ends a client at a keyboard whose stdout has no reader", async () => {
  await using server = await startServer("server1", ["-M", "-q"]);
  const permissions = ["--allow-net", "--allow-sys=networkInterfaces"];
  const { end, shown } = await atTerminal(
    [...permissions, "client1.ts", "-p", `${server.port}`],
    { STDOUT_PIPE: "1", LINES_TYPED: "4", AWAITED: "> " },
  );
  assertEquals(end, "130", shown);
});
