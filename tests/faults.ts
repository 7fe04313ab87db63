/**
 * Shared by the fault tests: a server that must survive a fault, a second client that the fault
 * must not affect, and measurements of a process.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { Limits } from "../lib/server/limits.ts";
import { type Need, needing } from "./needs.ts";
import {
  digits,
  message,
  Peer,
  type Program,
  type RunningServer,
  type StartOptions,
  startServer,
  text,
  within,
} from "./harness.ts";

/**
 * The longest time that an exchange of another client may take during a fault. The time in which
 * the server's threads waited for a processor, and in which this process was busy, does not count.
 */
const BYSTANDER_MS = 1_000;
/** How often this process looks whether it is busy. */
const TICK_MS = 10;
/** How often the time in which a process waited for a processor is read. */
const RUN_DELAY_AGE_MS = 200;

const WINDOWS = Deno.build.os === "windows";
export const LINUX = Deno.build.os === "linux";

/** A test of one row of the fault table in `tests/README.md`. */
export function scenario(
  number: number,
  what: string,
  fn: () => Promise<void>,
  needs: Need[] = [],
): void {
  const name = `fault ${number}: ${what}`;
  Deno.test(needing(needs, { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

/**
 * A test of one row of the fault table: `act` causes the fault while a bystander is connected.
 * Afterwards the server answers, exits with 0, and stderr has the expected lines only.
 */
export function fault(
  number: number,
  what: string,
  setup: Setup,
  act: (server: RunningServer) => Promise<void>,
): void {
  scenario(number, what, () => survives(setup, act), setup.needs);
}

/** The longest step of a client of the test itself: on a busy machine the client is late. */
export class Pace {
  longest = 0;
  #at: number | undefined;

  /** Begins a step, after one that may take long. */
  begin(): void {
    this.#at = performance.now();
  }

  /** Ends the step that has begun, if any, and begins the next one. */
  step(): void {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - (this.#at ?? now));
    this.#at = now;
  }
}

/**
 * A {@linkcode fault} whose client, and bystander, act at least every `everyMs`. If the test itself
 * was later than that, it was another fault: the test begins again, with another server.
 */
export function pacedFault(
  number: number,
  what: string,
  setup: Setup,
  everyMs: number,
  act: (server: RunningServer, pace: Pace) => Promise<void>,
): void {
  scenario(number, what, async () => {
    for (let attempt = 1;; attempt++) {
      const [own, bystanders] = [new Pace(), new Pace()];
      try {
        return await survives(setup, (server) => act(server, own), bystanders);
      } catch (error) {
        own.step();
        const longest = Math.max(own.longest, bystanders.longest);
        if (longest < everyMs || attempt === 5) throw error;
      }
    }
  }, setup.needs);
}

/** Waits for a fixed time: to see that nothing happens, or to send pieces in separate segments. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Runs `one` `count` times at once. */
export function times<T>(
  count: number,
  one: (index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => one(i)));
}

/** The patterns of `count` equal lines on stderr. */
export function lines(count: number, pattern: RegExp): RegExp[] {
  return Array(count).fill(pattern);
}

/** Which server, and how it is started. */
export interface Setup extends StartOptions {
  /** The server's name; server1 by default. */
  name?: string;
  /** The arguments; `-M` by default. */
  args?: string[];
  /** Smaller limits: `fault_server.ts` runs instead of server1. */
  limits?: Partial<Limits>;
  /** Whether there is no bystander: counts and transcripts have the test's own clients only. */
  alone?: boolean;
  /** The lines that the server writes to stderr; none by default. */
  said?: Said;
  /** What the test needs beside Deno. */
  needs?: Need[];
  /** Whether stderr may have a stack trace. */
  stack?: boolean;
}

/** Starts the server of a setup. */
export function startFor(setup: Setup): Promise<RunningServer> {
  const { name = "server1", args = ["-M"], limits } = setup;
  if (limits === undefined) return startServer(name, args, setup);
  return startServer(name, args, {
    ...setup,
    script: new URL("server/fault_server.ts", import.meta.url),
    env: { LIMITS: JSON.stringify(limits) },
  });
}

/** The body of a {@linkcode fault}. `pace` measures the bystander's steps. */
export async function survives(
  setup: Setup,
  act: (server: RunningServer) => Promise<void>,
  pace?: Pace,
): Promise<void> {
  await using server = await startFor(setup);
  const [request, reply] = setup.name === "server2" ? [digits("hi"), "hi"] : ["hi", digits("hi")];
  {
    await using bystander = setup.alone
      ? undefined
      : await Bystander.join(server, request, reply, pace);
    await act(server);
    await server.answers(request, reply);
    await bystander?.leave();
  }
  await stops(server, setup.said, setup.stack);
}

/** The lines of stderr: a pattern for each, or a function that checks them. */
export type Said = RegExp[] | ((lines: string[]) => void);

/** Stops a program with SIGTERM. Fails unless it exits with 0 and stderr has these lines only. */
export async function stops(
  server: Program,
  said: Said = [],
  stack = false,
): Promise<void> {
  server.child.kill("SIGTERM");
  const code = await server.exit();
  if (!WINDOWS) assertEquals(code, 0, server.stderr.text); // on Windows SIGTERM is the same as SIGKILL
  saidOnly(server.stderr.lines, said, stack);
}

/**
 * Stops a server with a signal. Fails unless it exits with `code` within 5 s of the signal.
 *
 * @param meanwhile What to do before its end is awaited.
 * @param kill Sends the signal.
 */
export async function endsInTime(
  server: Program,
  signal: Deno.Signal = "SIGTERM",
  meanwhile: () => Promise<void> = () => Promise.resolve(),
  code = 0,
  kill = (signal: Deno.Signal) => server.child.kill(signal),
): Promise<void> {
  const { elapsed, fair } = await timed(server.pid, async () => {
    kill(signal);
    await meanwhile();
    assertEquals(await server.exit(), code);
  });
  assert(fair < 5_000, `${elapsed} ms, ${fair} ms of its own`);
}

/** Fails unless these are the expected lines, without a stack trace unless `stack` is set. */
export function saidOnly(said: string[], expected: Said, stack = false): void {
  if (!stack) { for (const line of said) assertNotMatch(line, /^\s+at /); }
  if (typeof expected === "function") return expected(said);
  assertEquals(said.length, expected.length, said.slice(0, 20).join("\n"));
  for (const [i, line] of said.entries()) assertMatch(line, expected[i]);
}

/**
 * How long processes have waited for a processor since it was made: a busy machine makes them late,
 * and this is not their fault. Of each process the thread counts that has waited longest. The time
 * in which the machine itself waited for its host counts too.
 */
class ProcessorWait {
  #pids: number[];
  #before = new Map<string, number>();
  #longest: number[];
  #stolenBefore = 0;

  private constructor(pids: number[]) {
    this.#pids = pids;
    this.#longest = pids.map(() => 0);
  }

  /** Begins to measure. */
  static async begin(...pids: number[]): Promise<ProcessorWait> {
    const wait = new ProcessorWait(pids);
    if (!LINUX) return wait;
    wait.#stolenBefore = await stolen();
    for (const pid of pids) for (const [key, ms] of await runDelays(pid)) wait.#before.set(key, ms);
    return wait;
  }

  /** The milliseconds so far; for a process that has ended, those at the last call. */
  async ms(): Promise<number> {
    if (!LINUX) return 0;
    for (const [i, pid] of this.#pids.entries()) {
      for (const [key, ms] of await runDelays(pid)) {
        this.#longest[i] = Math.max(this.#longest[i], ms - (this.#before.get(key) ?? 0));
      }
    }
    return this.#longest.reduce((sum, ms) => sum + ms, await stolen() - this.#stolenBefore);
  }
}

/** How long each thread of a process has waited for a processor, in milliseconds. */
async function runDelays(pid: number): Promise<[thread: string, ms: number][]> {
  const folder = `/proc/${pid}/task`;
  const threads = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  return await Promise.all(threads.map(async ({ name }) => {
    const stat = await Deno.readTextFile(`${folder}/${name}/schedstat`).catch(() => "");
    return [`${folder}/${name}`, Number(stat.split(" ")[1] ?? 0) / 1e6];
  }));
}

/** The milliseconds in which other virtual machines had this one's processors. */
async function stolen(): Promise<number> {
  const [, ...ticks] = (await Deno.readTextFile("/proc/stat")).split("\n", 1)[0].split(/ +/);
  return 10 * Number(ticks[7] ?? 0);
}

/**
 * How long an action takes, in milliseconds: `elapsed` in all, and `fair` without the time in which
 * the process or this one waited for a processor.
 */
export async function timed(
  pid: number,
  act: () => Promise<unknown>,
): Promise<{ elapsed: number; fair: number }> {
  const wait = await ProcessorWait.begin(...new Set([pid, Deno.pid]));
  let looking: Promise<number> | undefined;
  // One look after the other, so that all are awaited.
  const look = async () => {
    await looking;
    looking = wait.ms();
    const ms = await looking;
    looking = undefined;
    return ms;
  };
  const looks = setInterval(() => looking ?? look(), RUN_DELAY_AGE_MS); // the process may end meanwhile
  const from = performance.now();
  try {
    await act();
    const elapsed = performance.now() - from;
    return { elapsed, fair: elapsed - await look() };
  } finally {
    clearInterval(looks);
    await looking;
  }
}

/** A client that the fault must not affect. It exchanges messages all the time. */
export class Bystander implements AsyncDisposable {
  #server: RunningServer;
  #peer: Peer;
  #request: string;
  #reply: string;
  #pace: Pace;
  #leaving = false;
  #busyMs = 0; // in which this process did not look at its sockets, as of the last tick
  #tickedAt = performance.now();
  #ticker: ReturnType<typeof setInterval>;
  #talk: Promise<void>;

  private constructor(
    ...[server, peer, request, reply, pace]: [RunningServer, Peer, string, string, Pace]
  ) {
    this.#server = server;
    this.#peer = peer;
    this.#request = request;
    this.#reply = reply;
    this.#pace = pace;
    this.#ticker = setInterval(() => {
      this.#busyMs = this.#busySoFar();
      this.#tickedAt = performance.now();
    }, TICK_MS);
    this.#talk = this.#talkOn();
    this.#talk.catch(() => {}); // leave() reports the error
  }

  /** Connects, and has a first exchange. */
  static async join(
    server: RunningServer,
    request: string,
    reply: string,
    pace = new Pace(),
  ): Promise<Bystander> {
    const peer = await server.connect();
    await exchange(peer, request, reply); // the server serves it before the fault begins
    return new Bystander(server, peer, request, reply, pace);
  }

  /** With the time since the last tick: bytes that waited meanwhile may be read before the next one. */
  #busySoFar(): number {
    return this.#busyMs + Math.max(0, performance.now() - this.#tickedAt - 2 * TICK_MS);
  }

  async #talkOn(): Promise<void> {
    const { pid } = this.#server;
    this.#pace.begin();
    let [wait, waitFrom] = [await ProcessorWait.begin(pid), performance.now()];
    while (!this.#leaving) {
      const [from, busyBefore] = [performance.now(), this.#busySoFar()];
      await exchange(this.#peer, this.#request, this.#reply).finally(() => this.#pace.step());
      const ms = performance.now() - from;
      if (ms > BYSTANDER_MS) {
        const busy = this.#busySoFar() - busyBefore;
        const waiting = await wait.ms();
        const times = `${ms.toFixed()} ms; its thread waited ${waiting.toFixed()} ms for a ` +
          `processor, the test was busy for ${busy.toFixed()} ms`;
        assert(ms - waiting - busy <= BYSTANDER_MS, times);
      }
      await pause(TICK_MS);
      if (performance.now() - waitFrom > RUN_DELAY_AGE_MS) {
        [wait, waitFrom] = [await ProcessorWait.begin(pid), performance.now()];
      }
    }
  }

  /** Fails if an exchange failed or took too long. */
  async leave(): Promise<void> {
    this.#leaving = true;
    try {
      await this.#talk;
    } catch (error) {
      throw new Error(
        `The bystander was affected: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving = true;
    await this.#talk.catch(() => {});
    clearInterval(this.#ticker);
    this.#peer[Symbol.dispose]();
  }
}

/** One request and its reply. */
export async function exchange(
  peer: Peer,
  request: string,
  reply: string,
  limitMs?: number,
): Promise<void> {
  await peer.send(message(request));
  const frame = await peer.frame(limitMs);
  assertEquals(frame && text(frame.payload), reply);
}

/** Waits for an error frame and the end of the stream. */
export async function expelled(
  peer: Peer,
  reason: RegExp,
  limitMs?: number,
): Promise<void> {
  assertMatch(await errorReply(peer, limitMs), reason);
  assertEquals(await peer.frame(limitMs), null);
}

/** Waits for an error frame. Returns its text. */
export async function errorReply(
  peer: Peer,
  limitMs?: number,
): Promise<string> {
  const frame = await peer.frame(limitMs);
  assertEquals(frame?.status, 1);
  const sentence = text(frame!.payload);
  assert(!sentence.includes("\ufffd"), sentence);
  return sentence;
}

/** The memory of a process in MiB, now or at its peak. */
export async function mebibytes(
  pid: number,
  which: "VmRSS" | "VmHWM",
): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(status.match(new RegExp(`^${which}:\\s+(\\d+) kB`, "m"))![1]) /
    1024;
}

/** The processor time that a process has used, in milliseconds. */
export async function processorTime(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12])); // utime, stime, 100 a second
}

/** The share of a core that a process uses over a second. */
export async function cpuShare(pid: number): Promise<number> {
  const [before, from] = [await processorTime(pid), performance.now()];
  await pause(1_000);
  return (await processorTime(pid) - before) / (performance.now() - from);
}

const [AF_INET, SOCK_STREAM, SOL_SOCKET, SO_LINGER] = [2, 1, 1, 13];

/**
 * Sockets that can be closed with RST instead of FIN. Deno cannot set SO_LINGER to 0 seconds, so
 * this class calls libc.
 */
export class Resetter implements Disposable {
  #libc = Deno.dlopen("libc.so.6", {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    listen: { parameters: ["i32", "i32"], result: "i32" },
    getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    accept: { parameters: ["i32", "usize", "usize"], result: "i32", nonblocking: true },
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize", nonblocking: true },
    send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });

  /** Listens on a free port of 127.0.0.1. */
  listen(): { socket: number; port: number } {
    const { socket, bind, listen, getsockname } = this.#libc.symbols;
    const fd = socket(AF_INET, SOCK_STREAM, 0);
    const address = loopback(0);
    assertEquals(bind(fd, address, address.length), 0);
    assertEquals(listen(fd, 1), 0);
    getsockname(fd, address, new Uint32Array([address.length]));
    return { socket: fd, port: address[2] << 8 | address[3] };
  }

  /** The next client. */
  accept(listener: number): Promise<number> {
    return within("a client", this.#libc.symbols.accept(listener, 0n, 0n));
  }

  /** Connects to a port of 127.0.0.1. */
  connect(port: number): number {
    const { socket, connect } = this.#libc.symbols;
    const fd = socket(AF_INET, SOCK_STREAM, 0);
    const address = loopback(port);
    assertEquals(connect(fd, address, address.length), 0);
    return fd;
  }

  send(socket: number, bytes: Uint8Array<ArrayBuffer>): void {
    const sent = this.#libc.symbols.send(socket, bytes, BigInt(bytes.length), 0);
    assertEquals(Number(sent), bytes.length);
  }

  /** Waits for some bytes. */
  async receive(socket: number): Promise<void> {
    const received = this.#libc.symbols.recv(socket, new Uint8Array(65_536), 65_536n, 0);
    assert(Number(await within("some bytes", received)) > 0);
  }

  reset(socket: number): void {
    const { setsockopt, close } = this.#libc.symbols;
    setsockopt(socket, SOL_SOCKET, SO_LINGER, new Int32Array([1, 0]), 8);
    close(socket);
  }

  [Symbol.dispose](): void {
    this.#libc.close();
  }
}

/** A `struct sockaddr_in`. */
function loopback(port: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(AF_INET, 0, port >> 8, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}
