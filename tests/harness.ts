/**
 * Runs the real programs for the tests: starts them on port 0, waits for their lines with a time
 * limit, and kills those that still run.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { concat } from "@std/bytes";
import { HEADER_BYTES } from "../lib/wire/header.ts";

/** The time limit of each wait: a machine with ten times as many busy programs as cores needs less. */
export const LIMIT_MS = 60_000;

const ROOT = new URL("../", import.meta.url);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text as UTF-8. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text) as Uint8Array<ArrayBuffer>; // TypeScript 5.9 gives encode() this type
}

/** UTF-8 as text. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A promise's value; after `limitMs` an error that names `what`. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  limitMs = LIMIT_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Cannot wait longer for ${what} (${limitMs} ms)`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A stream of a program: its text so far, and a wait for more. */
export class Printed {
  #text = "";
  #changed = Promise.withResolvers<void>();
  /** Resolves when the program has closed the stream. */
  readonly done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.done = this.#gather(stream);
  }

  async #gather(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for await (const chunk of stream) {
      this.#text += decoder.decode(chunk, { stream: true });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** The text so far. */
  get text(): string {
    return this.#text;
  }

  /** The complete lines so far. */
  get lines(): string[] {
    return this.#text.split("\n").slice(0, -1);
  }

  /** Waits until the text matches. `view` converts the text first, such as to a terminal's screen. */
  async match(
    pattern: RegExp,
    limitMs = LIMIT_MS,
    view = (text: string) => text,
  ): Promise<RegExpMatchArray> {
    const search = async () => {
      for (;;) {
        const found = view(this.#text).match(pattern);
        if (found) return found;
        await this.#changed.promise;
      }
    };
    try {
      return await within(`${pattern}`, search(), limitMs);
    } catch (error) {
      throw new Error(
        `${(error as Error).message} in ${JSON.stringify(view(this.#text))}`,
      );
    }
  }
}

/** How to start a program. */
export interface StartOptions {
  /** The permissions of `deno run`; all by default. */
  permissions?: string[];
  /** Another script, for variants of the programs. */
  script?: URL;
  /** Words before the command, such as `["bash", "-c", 'ulimit -n 64; exec "$@"', "-"]`. */
  wrapper?: string[];
  env?: Record<string, string>;
  /** Whether `env` is the whole environment. */
  clearEnv?: boolean;
  /** The working directory; by default the project's root. */
  cwd?: string;
  /** Whether the test writes to stdin; otherwise stdin is empty. */
  stdin?: boolean;
}

/** The command line of one of the programs. */
export function command(
  name: string,
  args: string[],
  options: StartOptions = {},
): string[] {
  return [
    ...options.wrapper ?? [],
    Deno.execPath(),
    "run",
    "--no-prompt",
    `--config=${fileURLToPath(new URL("deno.json", ROOT))}`,
    ...options.permissions ?? ["--allow-all"],
    fileURLToPath(options.script ?? new URL(`${name}.ts`, ROOT)),
    ...args,
  ];
}

/** A running program; `await using` kills it. */
export class Program implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly stdout: Printed;
  readonly stderr: Printed;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | null;
  #closed = false;

  constructor(argv: string[], options: StartOptions = {}) {
    this.child = new Deno.Command(argv[0], {
      args: argv.slice(1),
      cwd: options.cwd ?? ROOT,
      clearEnv: options.clearEnv ?? false,
      env: { NO_COLOR: "1", ...options.env },
      stdin: options.stdin ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.stdout = new Printed(this.child.stdout);
    this.stderr = new Printed(this.child.stderr);
    this.#stdin = options.stdin ? this.child.stdin.getWriter() : null;
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Writes to the program's stdin. */
  async write(input: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#stdin!.write(typeof input === "string" ? bytes(input) : input);
  }

  /** Closes the program's stdin. */
  async end(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#stdin?.close().catch(() => {});
  }

  /** Waits until the program has ended. Returns its exit code. */
  async exit(limitMs = LIMIT_MS): Promise<number> {
    const { code } = await within(
      `the end of process ${this.pid}`,
      this.child.status,
      limitMs,
    );
    await within(
      "the end of its output",
      Promise.all([this.stdout.done, this.stderr.done]),
    );
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.end();
    await this.child.status;
    await Promise.all([this.stdout.done, this.stderr.done]);
  }
}

/** A server that listens. */
export class RunningServer extends Program {
  port = 0;

  /** Connects a peer that sends raw bytes. */
  connect(): Promise<Peer> {
    return Peer.connect(this.port);
  }

  /** Fails unless the server answers a new client now. */
  async answers(
    request: string,
    reply: string,
    limitMs = LIMIT_MS,
  ): Promise<void> {
    await within("an answer", this.#ask(request, reply), limitMs);
  }

  async #ask(request: string, reply: string): Promise<void> {
    using peer = await this.connect();
    await peer.send(message(request));
    const frame = await peer.frame();
    if (frame === null || frame.status !== 0 || text(frame.payload) !== reply) {
      throw new Error(
        `Wrong answer to "${request}": ${frame && text(frame.payload)}`,
      );
    }
  }
}

/** Starts `server1` or `server2` on a free port of the loopback interface and waits until it listens. */
export async function startServer(
  name: string,
  args: string[] = [],
  options: StartOptions = {},
): Promise<RunningServer> {
  const interfaceArgs = args.includes("-I") ? [] : ["-I", "lo"];
  const server = new RunningServer(
    command(name, ["-p", "0", ...interfaceArgs, ...args], options),
    options,
  );
  try {
    const [, port] = await server.stdout.match(
      /^Interface: .*, Port: (\d+), .*\n/,
    );
    server.port = Number(port);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw new Error(`${name} did not start: ${server.stderr.text}`, {
      cause: error,
    });
  }
}

/** The result of a program that has ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program with this input until it ends. */
export async function run(
  name: string,
  args: string[],
  input: string | Uint8Array<ArrayBuffer> = "",
  options: StartOptions = {},
): Promise<Outcome> {
  await using program = new Program(command(name, args, options), {
    ...options,
    stdin: true,
  });
  const feed = program.write(input).then(() => program.end()).catch(() => {});
  const code = await program.exit();
  await feed;
  return { code, stdout: program.stdout.text, stderr: program.stderr.text };
}

/** A received frame. */
export interface Frame {
  status: number;
  payload: Uint8Array<ArrayBuffer>;
}

/** A frame of status 0 with this text. */
export function message(payload: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const body = typeof payload === "string" ? bytes(payload) : payload;
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, body.length);
  return concat([header, body]);
}

/** A peer that sends and receives raw bytes, also those that our clients never send. */
export class Peer implements Disposable {
  readonly conn: Deno.TcpConn;
  #pending = new Uint8Array(0);

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
    conn.setNoDelay(true);
  }

  static async connect(port: number, hostname = "127.0.0.1"): Promise<Peer> {
    return new Peer(
      await within("a connection", Deno.connect({ hostname, port })),
    );
  }

  /** Sends all bytes. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const write = async () => {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.conn.write(bytes.subarray(sent));
      }
    };
    await within("a write", write());
  }

  /** The next frame; null at the end of the stream between frames. */
  async frame(limitMs = LIMIT_MS): Promise<Frame | null> {
    const header = await this.#take(HEADER_BYTES, limitMs);
    if (header === null) return null;
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0) &
      0xff_ff_ff;
    const payload = length === 0 ? new Uint8Array(0) : await this.#take(length, limitMs);
    if (payload === null) throw new Error("The stream ended inside a frame");
    return { status: header[0], payload };
  }

  /** The next `count` frames as text. */
  async texts(count: number): Promise<string[]> {
    const all = [];
    for (let i = 0; i < count; i++) {
      const frame = await this.frame();
      if (frame === null) {
        throw new Error(`The stream ended after ${i} of ${count} frames`);
      }
      all.push(text(frame.payload));
    }
    return all;
  }

  async #take(
    count: number,
    limitMs: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const chunks = [this.#pending];
    let have = this.#pending.length;
    while (have < count) {
      const chunk = new Uint8Array(65_536);
      const read = await within(
        `${count} bytes`,
        this.conn.read(chunk),
        limitMs,
      );
      if (read === null) {
        if (have === 0) return null;
        throw new Error(`The stream ended after ${have} of ${count} bytes`);
      }
      chunks.push(chunk.subarray(0, read));
      have += read;
    }
    const all = concat(chunks);
    this.#pending = all.subarray(count);
    return all.slice(0, count);
  }

  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch {
      // It was closed already.
    }
  }
}

/** The binary digits of a text, computed without the codec. */
export function digits(text: string): string {
  return Array.from(bytes(text), (byte) => byte.toString(2).padStart(8, "0"))
    .join(" ");
}
