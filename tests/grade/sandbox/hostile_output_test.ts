/** What a program shows or sends, made up to keep the grader busy or to fill its memory. */
import { cpuUsage } from "node:process";
import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { blameForStart } from "../../../lib/grade/ask/start_failure.ts";
import { startStandIn } from "../../../lib/grade/ask/stand_in.ts";
import { judgeBytes } from "../../../lib/grade/read/answers.ts";
import { conversionOf } from "../../../lib/grade/read/conversions.ts";
import { showScreen } from "../../../lib/grade/results/quoted_text.ts";
import { useOf } from "../../../lib/grade/sandbox/proc.ts";
import { until } from "../../../lib/grade/sandbox/waiting.ts";
import { needing } from "../../needs.ts";

const MB = 1024 * 1024;
const CONVERSION = conversionOf("text");
/** Each of these took minutes of processor time before. */
const LIMIT_S = 5;

/** Runs something, and fails if it takes much processor time. */
function quickly<T>(what: string, work: () => T): T {
  const before = cpuUsage().user;
  const value = work();
  const seconds = (cpuUsage().user - before) / 1_000_000;
  assert(seconds < LIMIT_S, `${what} takes ${seconds} s`);
  return value;
}

Deno.test("a compressed reply is not decompressed beyond its limit", () => {
  const bomb = gzipSync(new Uint8Array(12 * MB));
  const encoded = new TextEncoder().encode(
    Array(40).fill(btoa(String.fromCharCode(...bomb))).join(" "),
  );
  const headers = new Uint8Array(16_000);
  for (let i = 0; i < 12_000; i += 2) headers.set([0x78, 0x9c], i);
  headers.set(gzipSync(new Uint8Array(3 * MB)).subarray(10), 12_000);
  for (const reply of [new Uint8Array(bomb), encoded, headers]) {
    quickly("a bomb", () => judgeBytes(CONVERSION, "abcdefgh", reply));
  }
});

Deno.test("a long reply without an answer is judged soon", () => {
  for (const piece of ["0", "01100001 ", " 00000000", "\\u0041"]) {
    const reply = new TextEncoder().encode(piece.repeat(MB / piece.length));
    quickly(piece, () => judgeBytes(CONVERSION, "abcdefgh", reply));
  }
});

Deno.test("showScreen() and blameForStart() end soon on a screen of line breaks", () => {
  const screen = `${"\n".repeat(MB / 2)}x`;
  quickly("showScreen", () => showScreen(screen));
  quickly("blameForStart", () => blameForStart("it ends", screen, "{}"));
  assertEquals(showScreen("a\n\n"), "a");
  assertEquals(showScreen("\n\n"), "");
});

Deno.test("the stand-in closes the connection of a client that sends without end", async () => {
  const server = startStandIn(CONVERSION, "abcdefgh");
  const conn = await server.dial();
  try {
    const piece = new Uint8Array(16_384).fill(120);
    let sent = 0;
    await assertCut(async () => {
      for (; sent < 64 * MB; sent += piece.length) {
        for (let at = 0; at < piece.length;) at += await conn.write(piece.subarray(at));
      }
    });
    assert(sent < 32 * MB, `${sent} bytes were taken`);
  } finally {
    conn.close();
    server.close();
  }
});

/** Runs something that must fail because a connection is closed. */
async function assertCut(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isCut = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe;
    if (!isCut) throw error;
    return;
  }
  throw new Error("it was not cut off");
}

/** Maps a large region and reads one byte of each 2 MB: only page tables are used. */
const PAGE_TABLES = `
import ctypes, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
start = libc.mmap(None, 1 << 38, 1, 0x4022, -1, 0)
libc.madvise(start, 1 << 38, 15)
for at in range(0, 1 << 36, 1 << 21): ctypes.c_char.from_address(start + at).value
print("ready", flush=True)
time.sleep(30)
`;

Deno.test(needing(["linux", "python3"], {
  name: "S2: page tables count as memory of a program",
  fn: async () => {
    const child = new Deno.Command("python3", {
      args: ["-c", PAGE_TABLES],
      stdout: "piped",
    }).spawn();
    try {
      await child.stdout.getReader().read();
      const counted = await until(() => {
        const { memory } = useOf(child.pid);
        return memory > 100 * MB ? memory : undefined;
      }, 20_000);
      assert(counted !== undefined, `${useOf(child.pid).memory} bytes`);
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
  },
  sanitizeResources: false,
}));
