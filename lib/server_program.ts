/**
 * A server as a program: its options, its address, its listener, its signals and
 * its exit code.
 *
 * @module
 */
import { EXIT_DONE, listenFailure } from "./failure.ts";
import { hostnameOf } from "./interfaces.ts";
import { DEFAULT_LIMITS, Ledger, type Limits } from "./limits.ts";
import { type About, parseServerArgs, type ServerOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { runProgram } from "./program.ts";
import { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { Trace } from "./trace.ts";
import { SERVER_SHOWN_CHARS, Transcript } from "./transcript.ts";

/** `deno task` can deliver one Ctrl+C twice: a second signal this soon is the first. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs a server until its client has gone (or, with -M, until it is stopped).
 *
 * @param program What it is called and what it answers.
 * @param args The command line.
 * @param limits Bounds other than the usual ones, for tests.
 * @returns The exit code.
 */
export function runServer(
  program: About & Service,
  args: string[],
  limits: Partial<Limits> = {},
): Promise<number> {
  return runProgram(program, async (out, log) => {
    const options = parseServerArgs(program, args);
    if ("show" in options) out.line(options.show);
    else await serve(program, options, limits, out, log);
    return EXIT_DONE;
  });
}

async function serve(
  program: About & Service,
  options: ServerOptions,
  limits: Partial<Limits>,
  out: Output,
  log: Output,
): Promise<void> {
  const bounds: Limits = {
    ...DEFAULT_LIMITS,
    maxConnections: options.maxConnections,
    idleTimeoutMs: options.idleTimeoutMs,
    ...limits,
  };
  // Before listening: Deno 2.9 can panic if it has no descriptor left for this.
  const stopped = onStopSignals();
  const listener = listen(program.name, options);
  const transcript = new Transcript(out, options.quiet, SERVER_SHOWN_CHARS);
  const server = new Server(listener, {
    service: program,
    limits: bounds,
    ledger: new Ledger(bounds),
    transcript,
    trace: options.trace ? new Trace(log) : null,
    log,
  });
  transcript.listening(
    options.interface,
    listener.addr.port,
    options.multiThreaded,
  );
  const served = options.multiThreaded ? server.serveMany() : server.serveOne();
  stopped.first.then(() => server.stop());
  await Promise.race([served, stopped.second]);
}

function listen(program: string, options: ServerOptions): Deno.TcpListener {
  const addr = {
    hostname: hostnameOf(program, options.interface),
    port: options.port,
  };
  try {
    return Deno.listen(addr);
  } catch (error) {
    throw listenFailure(program, addr, error);
  }
}

/** Promises for the first SIGINT or SIGTERM and for the next one. */
function onStopSignals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstAt = 0;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === 0) {
      firstAt = now;
      first.resolve();
    } else if (now - firstAt >= SAME_SIGNAL_MS) {
      second.resolve();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    try {
      Deno.addSignalListener(signal, onSignal);
    } catch {
      // Windows before Deno 2.8 has no SIGTERM to listen for.
    }
  }
  return { first: first.promise, second: second.promise };
}
