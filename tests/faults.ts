/**
 * What the fault tests share: a server that must survive, a bystander who must
 * not notice, and looks at a process from outside.
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

/** However bad it gets, others wait no longer than this. */
const BYSTANDER_MS = 1_000;

const WINDOWS = Deno.build.os === "windows";
export const LINUX = Deno.build.os === "linux";

/** A test of one case of the table. */
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
 * A test of one case of the table that does something to a server with a
 * bystander connected. After it the server still answers, ends with 0, and has
 * said on stderr what the setup expects and no more.
 */
export function fault(
  number: number,
  what: string,
  setup: Setup,
  act: (server: RunningServer) => Promise<void>,
): void {
  scenario(number, what, () => survives(setup, act), setup.needs);
}

/** Time for what cannot be waited for: that nothing happens, or that pieces travel apart. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Each of `count` at once. */
export function times<T>(
  count: number,
  one: (index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => one(i)));
}

/** A line on stderr, expected so many times. */
export function lines(count: number, pattern: RegExp): RegExp[] {
  return Array(count).fill(pattern);
}

/** Which server, and how it is started. */
export interface Setup extends StartOptions {
  /** server1 unless told otherwise. */
  name?: string;
  /** Instead of `-M`. */
  args?: string[];
  /** Shortened bounds: `fault_server.ts` runs in place of server1. */
  limits?: Partial<Limits>;
  /** No bystander, so that counts and transcripts are the test's own. */
  alone?: boolean;
  /** What the server says on stderr; nothing unless told otherwise. */
  said?: Said;
  /** What the test needs beside Deno. */
  needs?: Need[];
  /** Whether a stack trace belongs to what it says. */
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

/** What {@linkcode fault} tests. */
export async function survives(
  setup: Setup,
  act: (server: RunningServer) => Promise<void>,
): Promise<void> {
  await using server = await startFor(setup);
  const [request, reply] = setup.name === "server2" ? [digits("hi"), "hi"] : ["hi", digits("hi")];
  {
    await using bystander = setup.alone ? undefined : await Bystander.join(server, request, reply);
    await act(server);
    await server.answers(request, reply);
    await bystander?.leave();
  }
  await stops(server, setup.said, setup.stack);
}

/** Lines of stderr, one for each pattern; or a check, where their number is open. */
export type Said = RegExp[] | ((lines: string[]) => void);

/** SIGTERM ends it with 0; until then it has said these lines on stderr and no more. */
export async function stops(
  server: Program,
  said: Said = [],
  stack = false,
): Promise<void> {
  server.child.kill("SIGTERM");
  const code = await server.exit();
  if (!WINDOWS) assertEquals(code, 0, server.stderr.text); // there it is the same as SIGKILL
  saidOnly(server.stderr.lines, said, stack);
}

/** These lines and no more; no stack trace unless the test is about a bug in an answer. */
export function saidOnly(said: string[], expected: Said, stack = false): void {
  if (!stack) { for (const line of said) assertNotMatch(line, /^\s+at /); }
  if (typeof expected === "function") return expected(said);
  assertEquals(said.length, expected.length, said.slice(0, 20).join("\n"));
  for (const [i, line] of said.entries()) assertMatch(line, expected[i]);
}

/** A client with nothing to do with the fault, which talks all the time. */
export class Bystander implements AsyncDisposable {
  #peer: Peer;
  #request: string;
  #reply: string;
  #leaving = false;
  #talk: Promise<void>;

  private constructor(peer: Peer, request: string, reply: string) {
    this.#peer = peer;
    this.#request = request;
    this.#reply = reply;
    this.#talk = this.#talkOn();
    this.#talk.catch(() => {}); // leave() tells
  }

  static async join(
    server: RunningServer,
    request: string,
    reply: string,
  ): Promise<Bystander> {
    const peer = await server.connect();
    await exchange(peer, request, reply); // it is being served before the fault begins
    const bystander = new Bystander(peer, request, reply);
    return bystander;
  }

  async #talkOn(): Promise<void> {
    while (!this.#leaving) {
      await exchange(this.#peer, this.#request, this.#reply, BYSTANDER_MS);
      await pause(10);
    }
  }

  /** Fails if any exchange went wrong or took longer than a second. */
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

/** Waits for an error frame; its text. */
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

/** The share of a core that a process uses over a second. */
export async function cpuShare(pid: number): Promise<number> {
  const ticks = async () => {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]); // utime, stime, 100 a second
  };
  const [before, from] = [await ticks(), performance.now()];
  await pause(1_000);
  return (await ticks() - before) * 10 / (performance.now() - from);
}

const [AF_INET, SOCK_STREAM, SOL_SOCKET, SO_LINGER] = [2, 1, 1, 13];

/**
 * Sockets that end with a reset instead of a normal end of stream. Deno has no
 * way to ask for that (SO_LINGER with 0 seconds), so libc is called itself.
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
