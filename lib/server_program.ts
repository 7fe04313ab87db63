/**
 * A server as a program: its options, its address, its listener, its signals and
 * its exit code.
 *
 * @module
 */
import type { Parts } from "./connection.ts";
import { EXIT_DONE, listenFailure, oneLine } from "./failure.ts";
import { hostnameOf } from "./interfaces.ts";
import { DEFAULT_LIMITS, Ledger, type Limits } from "./limits.ts";
import { type About, parseServerArgs, type ServerOptions } from "./options.ts";
import { LiveOutput } from "./output.ts";
import { runProgram, type Streams } from "./program.ts";
import { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { isThread, runThread, Threads, type ThreadStart, whyOneThread } from "./threads.ts";
import { Trace } from "./trace.ts";
import { SERVER_SHOWN_CHARS, Transcript } from "./transcript.ts";

/** `deno task` can deliver one Ctrl+C twice: a second signal this soon is the first. */
const SAME_SIGNAL_MS = 500;
/** What the other threads get beyond the grace period, to say that they are done. */
const THREADS_GRACE_MS = 200;

/** What a server is, and where its threads find it. */
export interface ServerProgram extends About, Service {
  /** The script's own address (`import.meta.url`): its workers run it again. */
  module: string;
}

/**
 * Runs a server until its client has gone (or, with -M, until it is stopped).
 *
 * @param program What it is called and what it answers.
 * @param args The command line.
 * @param limits Bounds other than the usual ones, for tests.
 * @returns The exit code.
 */
export async function runServer(
  program: ServerProgram,
  args: string[],
  limits: Partial<Limits> = {},
): Promise<number> {
  if (isThread()) {
    await runThread((start, stopped) => serveThread(program, start, stopped));
    return EXIT_DONE;
  }
  const streams = streamsFor(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  return await runProgram(program, streams, async () => {
    const options = parseServerArgs(program, args);
    if ("show" in options) {
      streams.out.line(options.show);
      return EXIT_DONE;
    }
    const bounds: Limits = {
      ...DEFAULT_LIMITS,
      maxConnections: options.maxConnections,
      idleTimeoutMs: options.idleTimeoutMs,
      ...limits,
    };
    // Before listening: Deno 2.9 can panic if it has no descriptor left for this.
    const stopped = onStopSignals();
    const served = options.multiThreaded
      ? serveMany(program, options, bounds, streams, stopped.first)
      : serveOne(program, options, bounds, streams, stopped.first);
    await Promise.race([served, stopped.second]);
    return EXIT_DONE;
  });
}

/** Streams that the threads of one server share. */
interface SharedStreams extends Streams<LiveOutput> {
  /** One lock for each: a reader of stdout that stalls does not hold up stderr. */
  locks: SharedArrayBuffer;
}

function streamsFor(locks: SharedArrayBuffer): SharedStreams {
  return {
    out: new LiveOutput(Deno.stdout, locks, 0),
    log: new LiveOutput(Deno.stderr, locks, 1),
    locks,
  };
}

/** Without -M: one client, then the end. */
async function serveOne(
  program: ServerProgram,
  options: ServerOptions,
  limits: Limits,
  streams: SharedStreams,
  stopped: Promise<void>,
): Promise<void> {
  const listener = listen(program.name, options);
  const parts = partsOf(program, options, limits, new Ledger(limits), streams);
  const server = new Server(listener, parts);
  parts.transcript.listening(options.interface, listener.addr.port, false);
  stopped.then(() => server.stop());
  await server.serveOne();
}

/** With -M: every client, over as many threads as can be had. */
async function serveMany(
  program: ServerProgram,
  options: ServerOptions,
  limits: Limits,
  streams: SharedStreams,
  stopped: Promise<void>,
): Promise<void> {
  const alone = options.threads > 1 ? whyOneThread(program.module) : null;
  if (alone !== null && options.threadsGiven) {
    streams.log.line(
      `${program.name}: Cannot use more threads: ${alone}; one thread serves all`,
    );
  }
  const threads = alone === null ? options.threads : 1;
  const listener = threads > 1
    ? listenShared(program.name, options)
    : listen(program.name, options);
  const ledger = new Ledger(limits);
  const parts = partsOf(program, options, limits, ledger, streams);
  const server = new Server(listener, parts);
  parts.transcript.listening(options.interface, listener.addr.port, true);
  const workers = new Threads(
    program.module,
    threads - 1,
    {
      addr: { hostname: listener.addr.hostname, port: listener.addr.port },
      options,
      limits,
      ledgerMemory: ledger.memory,
      outputLocks: streams.locks,
    },
    (reason) =>
      streams.log.line(
        `${program.name}: Cannot use one of the threads: ${oneLine(reason)}; the others serve on`,
      ),
  );
  const late = stopped.then(() => {
    server.stop();
    workers.stop();
    return new Promise((resolve) => setTimeout(resolve, limits.graceMs + THREADS_GRACE_MS));
  });
  await Promise.race([Promise.all([server.serveMany(), workers.ended]), late]);
}

/** The part of {@linkcode serveMany} that runs in a worker. */
async function serveThread(
  program: ServerProgram,
  { addr, options, limits, ledgerMemory, outputLocks }: ThreadStart,
  stopped: Promise<void>,
): Promise<void> {
  const streams = streamsFor(outputLocks);
  const listener = Deno.listen({ ...addr, reusePort: true });
  const ledger = new Ledger(limits, ledgerMemory);
  const server = new Server(
    listener,
    partsOf(program, options, limits, ledger, streams),
  );
  stopped.then(() => server.stop());
  await server.serveMany();
  await streams.out.end();
  await streams.log.end();
}

function partsOf(
  service: Service,
  options: ServerOptions,
  limits: Limits,
  ledger: Ledger,
  { out, log }: Streams,
): Parts {
  return {
    service,
    limits,
    ledger,
    transcript: new Transcript(out, options.quiet, SERVER_SHOWN_CHARS),
    trace: options.trace ? new Trace(log) : null,
    log,
  };
}

function listen(program: string, options: ServerOptions): Deno.TcpListener {
  return listenOn(program, addressFor(program, options));
}

/** Listens on a port that this program's threads share with nobody else. */
function listenShared(
  program: string,
  options: ServerOptions,
): Deno.TcpListener {
  const addr = addressFor(program, options);
  // SO_REUSEPORT would let a second program in unnoticed: ask for the port without it first.
  const probe = listenOn(program, addr);
  const { port } = probe.addr;
  probe.close();
  return listenOn(program, { ...addr, port, reusePort: true });
}

function addressFor(
  program: string,
  options: ServerOptions,
): { hostname: string; port: number } {
  return {
    hostname: hostnameOf(program, options.interface),
    port: options.port,
  };
}

function listenOn(
  program: string,
  addr: { hostname: string; port: number; reusePort?: boolean },
): Deno.TcpListener {
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
