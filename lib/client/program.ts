/**
 * A client as a program: from its command line to its exit code.
 *
 * @module
 */
import { EXIT_DONE, EXIT_FAILED } from "../cli/failure.ts";
import { hostnameOf, inZone, zoneOf } from "../cli/interfaces.ts";
import type { LabProgram } from "../cli/lab_options.ts";
import { runProgram } from "../cli/program.ts";
import { BlockingOutput } from "../terminal/blocking_output.ts";
import { Trace } from "../terminal/trace.ts";
import { Transcript } from "../terminal/transcript.ts";
import { Client } from "./client.ts";
import { connect } from "./connect.ts";
import { type ClientOptions, parseClientArgs } from "./options.ts";
import { LAB_SERVER, ORIGINAL_SERVER } from "./server_kind.ts";
import { fromArguments, fromPipe, type TextInput } from "./text_input.ts";

/** A client program. */
export interface ClientProgram extends LabProgram {
  /** The largest text that its server takes, in bytes. */
  maxRequestBytes: number;
  /** What a person types, for the hint: `a text`. */
  typed: string;
  /** The largest reply of its server, in bytes. */
  maxReplyBytes: number;
}

/**
 * Runs a client until its texts are answered.
 *
 * @param program Its name, its defaults and its limits.
 * @param args The command line.
 * @returns The exit code.
 *
 * @example
 * ```ts
 * const exitCode = await runClient({
 *   name: "client3",
 *   summary: "client3 sends text to server3.",
 *   examples: [],
 *   interface: "lo",
 *   typed: "a text",
 *   maxRequestBytes: 1024,
 *   maxReplyBytes: 1024,
 * }, Deno.args);
 * ```
 */
export function runClient(program: ClientProgram, args: string[]): Promise<number> {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  return runProgram(program, { out, log }, async () => {
    const options = parseClientArgs(program, args);
    if ("text" in options) {
      out.line(options.text);
      return EXIT_DONE;
    }
    const hungUp = new Promise<number>((resolve) => {
      out.onBroken = () => resolve(EXIT_DONE); // the reader has closed the pipe: … | head -1
    });
    return await Promise.race([talk(program, options, out, log), hungUp]);
  });
}

async function talk(
  program: ClientProgram,
  options: ClientOptions,
  out: BlockingOutput,
  log: BlockingOutput,
): Promise<number> {
  const { address, port, timeoutMs, quiet, trace, legacyServer } = options;
  const transcript = new Transcript(out, quiet);
  const hostname = address ?? hostnameOf(options.interface);
  transcript.connecting(options.interface, port);
  const conn = await connect(program.name, { hostname, port });
  const peer = inZone(conn.remoteAddr, zoneOf(hostname));
  transcript.connected(peer);
  const input = await inputOf(program, options, out, log);
  const server = legacyServer ? ORIGINAL_SERVER : LAB_SERVER;
  const client = new Client(conn, input, {
    ...program,
    peer,
    timeoutMs,
    server,
    transcript,
    trace: trace ? new Trace(log, server.header) : null,
    out,
    log,
  });
  // With a keyboard, signals have handlers. A handler cannot run while a write blocks this thread, so
  // then writes do not block, and the client waits for them itself (`taken()`).
  out.interruptible = input.interrupted !== undefined && !Deno.stdout.isTerminal();
  input.interrupted?.then(() => out.hurry());
  try {
    const conversed = client.converse().then((all) => all ? EXIT_DONE : EXIT_FAILED);
    return await (input.interrupted ? Promise.race([conversed, input.interrupted]) : conversed);
  } finally {
    input.close?.();
    conn.close();
  }
}

async function inputOf(
  program: ClientProgram,
  { texts, quiet }: ClientOptions,
  out: BlockingOutput,
  log: BlockingOutput,
): Promise<TextInput> {
  if (texts.length > 0) return fromArguments(texts);
  if (!Deno.stdin.isTerminal()) return fromPipe(program.maxRequestBytes);
  const { fromTerminal } = await import("./terminal_input.ts");
  return await fromTerminal(program, quiet, out, log);
}
