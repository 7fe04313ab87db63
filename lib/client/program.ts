/**
 * A client as a program: its options, the server's address, where its texts come
 * from, and its exit code.
 *
 * @module
 */
import { Client, type TextInput } from "./client.ts";
import { connectFailure } from "../cli/network_failure.ts";
import { EXIT_DONE, EXIT_FAILED } from "../cli/failure.ts";
import { hostnameOf } from "../cli/interfaces.ts";
import { Lines } from "./lines.ts";
import { type LabProgram } from "../cli/lab_options.ts";
import { type ClientOptions, parseClientArgs } from "./options.ts";
import { type Output } from "../terminal/output.ts";
import { BlockingOutput } from "../terminal/blocking_output.ts";
import { runProgram } from "../cli/program.ts";
import { utf8Bytes } from "../wire/text.ts";
import { Trace } from "../terminal/trace.ts";
import { Transcript } from "../terminal/transcript.ts";

/** An address where nobody answers: give up before the system does, minutes later. */
const CONNECT_DEADLINE_MS = 10_000;

/** What a client is for. */
export interface ClientProgram extends LabProgram {
  /** The largest text that its server takes, in bytes. */
  maxRequestBytes: number;
  /** The largest reply that its server gives, in bytes. */
  maxReplyBytes: number;
}

/**
 * Runs a client until its texts are answered.
 *
 * @param program What it is called and how long messages may be.
 * @param args The command line.
 * @returns The exit code.
 */
export function runClient(program: ClientProgram, args: string[]): Promise<number> {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  return runProgram(program, { out, log }, async () => {
    const options = parseClientArgs(program, args);
    if ("show" in options) {
      out.line(options.show);
      return EXIT_DONE;
    }
    const hungUp = new Promise<number>((resolve) => {
      out.onBroken = () => resolve(EXIT_DONE); // … | head -1: nobody wants more
    });
    return await Promise.race([talk(program, options, out, log), hungUp]);
  });
}

async function talk(
  program: ClientProgram,
  options: ClientOptions,
  out: Output,
  log: Output,
): Promise<number> {
  const transcript = new Transcript(out, options.quiet);
  const hostname = options.address ??
    hostnameOf(program.name, options.interface);
  transcript.connecting(options.interface, options.port);
  const conn = await connect(program.name, { hostname, port: options.port });
  transcript.connected(conn.remoteAddr);
  const client = new Client(conn, sourceOf(program, options.texts), {
    name: program.name,
    maxRequestBytes: program.maxRequestBytes,
    maxReplyBytes: program.maxReplyBytes,
    timeoutMs: options.timeoutMs,
    quiet: options.quiet,
    legacy: options.legacyServer,
    transcript,
    trace: options.trace ? new Trace(log) : null,
    log,
  });
  try {
    return await client.converse() ? EXIT_DONE : EXIT_FAILED;
  } finally {
    conn.close();
  }
}

function sourceOf(program: ClientProgram, texts: string[]): TextInput {
  if (texts.length > 0) {
    return { texts: texts.map(utf8Bytes), more: () => false, place: () => "", emptyEnds: false };
  }
  const terminal = Deno.stdin.isTerminal();
  const lines = new Lines(Deno.stdin.readable, program.maxRequestBytes);
  return {
    texts: lines,
    more: () => lines.more,
    place: (index) => terminal ? "" : ` (line ${index + 1})`,
    emptyEnds: terminal,
  };
}

async function connect(
  program: string,
  addr: { hostname: string; port: number },
): Promise<Deno.TcpConn> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Deno.errors.TimedOut("it does not answer")),
      CONNECT_DEADLINE_MS,
    );
  });
  try {
    const conn = await Promise.race([Deno.connect(addr), late]);
    conn.setNoDelay(true);
    return conn;
  } catch (error) {
    throw connectFailure(program, addr, error);
  } finally {
    clearTimeout(timer);
  }
}
