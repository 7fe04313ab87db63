/**
 * A server as a program: its options, its address, its listener, its signals and
 * its exit code.
 *
 * @module
 */
import type { ServerConfig } from "./connection.ts";
import { EXIT_DONE } from "../cli/failure.ts";
import { listenFailure } from "../cli/network_failure.ts";
import { oneLine } from "../terminal/show.ts";
import { hostnameOf } from "../cli/interfaces.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { Quota } from "./quota.ts";
import { type LabProgram } from "../cli/lab_options.ts";
import { parseServerArgs, type ServerOptions } from "./options.ts";
import { NonBlockingOutput } from "../terminal/non_blocking_output.ts";
import { runProgram, type Streams } from "../cli/program.ts";
import { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { isWorker, runWorker, singleThreadReason, Workers, type WorkerStart } from "./workers.ts";
import { Trace } from "../terminal/trace.ts";
import { SERVER_SHOWN_CHARS, Transcript } from "../terminal/transcript.ts";

/** `deno task` can deliver one Ctrl+C twice: a second signal this soon is the first. */
const SAME_SIGNAL_MS = 500;
/** What the other threads get beyond the grace period, to say that they are done. */
const THREADS_GRACE_MS = 200;

/** What a server is, and where its threads find it. */
export interface ServerProgram extends LabProgram, Service {
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
  if (isWorker()) {
    await runWorker((start, stopped) => serveThread(program, start, stopped));
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
interface SharedStreams extends Streams<NonBlockingOutput> {
  /** One lock for each: a reader of stdout that stalls does not hold up stderr. */
  locks: SharedArrayBuffer;
}

function streamsFor(locks: SharedArrayBuffer): SharedStreams {
  return {
    out: new NonBlockingOutput(Deno.stdout, locks, 0),
    log: new NonBlockingOutput(Deno.stderr, locks, 1),
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
  const parts = partsOf(program, options, limits, new Quota(limits), streams);
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
  const alone = options.threads > 1 ? singleThreadReason(program.module) : null;
  if (alone !== null && options.threadsGiven) {
    streams.log.line(
      `${program.name}: Cannot use more threads: ${alone}; one thread serves all`,
    );
  }
  const threads = alone === null ? options.threads : 1;
  const listener = threads > 1
    ? listenShared(program.name, options)
    : listen(program.name, options);
  const quota = new Quota(limits);
  const parts = partsOf(program, options, limits, quota, streams);
  const server = new Server(listener, parts);
  parts.transcript.listening(options.interface, listener.addr.port, true);
  const workers = new Workers(
    program.module,
    threads - 1,
    {
      addr: { hostname: listener.addr.hostname, port: listener.addr.port },
      options,
      limits,
      quotaMemory: quota.memory,
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
  { addr, options, limits, quotaMemory, outputLocks }: WorkerStart,
  stopped: Promise<void>,
): Promise<void> {
  const streams = streamsFor(outputLocks);
  const listener = Deno.listen({ ...addr, reusePort: true });
  const quota = new Quota(limits, quotaMemory);
  const server = new Server(
    listener,
    partsOf(program, options, limits, quota, streams),
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
  quota: Quota,
  { out, log }: Streams,
): ServerConfig {
  return {
    service,
    limits,
    quota,
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
