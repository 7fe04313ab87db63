/**
 * server1 and a plain echo server in one run: exchanges a second, and their ratio. Both are real
 * programs over loopback. The echo shows what the runtime can do at most.
 *
 * @module
 */
import { encodeBinary } from "../wire/whole_codec.ts";
import { encodeFrame } from "../wire/whole_frame.ts";
import { STATUS_MESSAGE } from "../../lib/wire/header.ts";
import { command, LIMIT_MS, Program, RunningServer, startServer, within } from "../harness.ts";

const ROUNDS = 3;
const SECONDS = 1;

/** Connections, requests in flight on each, letters in a request. */
const WORKLOADS = {
  one: [1, 1, 9],
  many: [32, 1, 9],
  pipelined: [32, 16, 9],
  bulk: [4, 1, 16_000],
};

/** The echo server: no framing, no codec, no transcript. */
async function echo(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(listener.addr.port);
  for await (const conn of listener) echoTo(conn).catch(() => conn.close());
}

async function echoTo(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  for (let count; (count = await conn.read(buffer)) !== null;) {
    for (let sent = 0; sent < count;) sent += await conn.write(buffer.subarray(sent, count));
  }
  conn.close();
}

/** One client: sends a batch and reads its replies, again and again until the time is over. */
async function exchange(
  port: number,
  batch: Uint8Array,
  replyBytes: number,
  until: number,
): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const buffer = new Uint8Array(262_144);
  let batches = 0;
  for (; performance.now() < until; batches++) {
    let sent = 0;
    const sending = (async () => {
      while (sent < batch.length) sent += await conn.write(batch.subarray(sent));
    })();
    for (let got = 0; got < replyBytes;) {
      const count = await conn.read(buffer);
      if (count === null) throw new Error("Cannot go on: the server closed the connection");
      got += count;
    }
    await sending;
  }
  return batches;
}

async function perSecond(port: number, workload: number[], echoes: boolean): Promise<number> {
  const [connections, depth, letters] = workload;
  const text = Uint8Array.from({ length: letters }, (_, i) => 0x61 + i % 26);
  const request = encodeFrame(STATUS_MESSAGE, text);
  const replyBytes = echoes ? request.length : 4 + encodeBinary(text).length;
  const batch = new Uint8Array(request.length * depth);
  for (let i = 0; i < depth; i++) batch.set(request, i * request.length);
  const until = performance.now() + SECONDS * 1000;
  const batches = await within(
    "the load to end",
    Promise.all(
      Array.from({ length: connections }, () => exchange(port, batch, replyBytes * depth, until)),
    ),
    SECONDS * 1000 + LIMIT_MS,
  );
  return depth * batches.reduce((sum, count) => sum + count, 0) / SECONDS;
}

async function startEcho(): Promise<RunningServer> {
  const server = new RunningServer(command("", ["--echo"], { script: new URL(import.meta.url) }));
  server.port = Number((await server.stdout.match(/^(\d+)\n/))[1]);
  return server;
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1];
}

async function main(): Promise<void> {
  for (const [name, workload] of Object.entries(WORKLOADS)) {
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const figures of [ours, floor]) {
        const echoes = figures === floor;
        await using server: Program & { port: number } = echoes
          ? await startEcho()
          : await startServer("server1", ["-M", "-q"]);
        figures.push(await perSecond(server.port, workload, echoes));
      }
    }
    const [a, b] = [median(ours), median(floor)];
    console.log(
      `${name.padEnd(10)} server1 ${a.toFixed(0).padStart(8)}/s   ` +
        `echo ${b.toFixed(0).padStart(8)}/s   ratio ${(a / b).toFixed(2)}`,
    );
  }
}

if (import.meta.main) await (Deno.args.includes("--echo") ? echo() : main());
