/**
 * A server as a program: from its command line to its exit code.
 *
 * @module
 */
import { EXIT_DONE } from "../cli/failure.ts";
import { unusualAddress, zoneOf } from "../cli/interfaces.ts";
import type { LabProgram } from "../cli/lab_options.ts";
import { runProgram, type Streams } from "../cli/program.ts";
import { NonBlockingOutput } from "../terminal/non_blocking_output.ts";
import { fitColours } from "../terminal/output.ts";
import { oneLine, showAddress } from "../terminal/show.ts";
import { Trace } from "../terminal/trace.ts";
import { SERVER_SHOWN_CHARS, Transcript } from "../terminal/transcript.ts";
import type { ServerConfig } from "./context.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { listen } from "./listen.ts";
import { parseServerArgs, type ServerOptions } from "./options.ts";
import { Quota } from "./quota.ts";
import { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { onStopSignals } from "./stop_signals.ts";
import { isWorker, runWorker, singleThreadReason, Workers, type WorkerStart } from "./workers.ts";

/** What the other threads get beyond the grace period, to say that they are done. */
const WORKERS_GRACE_MS = 200;

/** What a server is, and where its threads find it. */
export interface ServerProgram extends LabProgram, Service {
  /** The script's own address (`import.meta.url`): its workers run it again. */
  module: string;
}

/** Streams that the threads of one server share. */
interface SharedStreams extends Streams<NonBlockingOutput> {
  /** One lock for each: a reader of stdout that stalls does not hold up stderr. */
  locks: SharedArrayBuffer;
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
    await runWorker((start, stopped) => serveBeside(program, start, stopped));
    return EXIT_DONE;
  }
  const streams = streamsFor(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  return await runProgram(program, streams, async () => {
    const options = parseServerArgs(program, args);
    if ("show" in options) {
      streams.out.line(options.show);
      return EXIT_DONE;
    }
    const { maxConnections, idleTimeoutMs } = options;
    const bounds = { ...DEFAULT_LIMITS, maxConnections, idleTimeoutMs, ...limits };
    // Before listening: Deno 2.9 can panic if it has no descriptor left for this.
    const stopped = onStopSignals();
    const served = serve(program, options, bounds, streams, stopped.first);
    await Promise.race([served, stopped.second]);
    return EXIT_DONE;
  });
}

/** Serves one client, or all of them with -M, over as many threads as can be had. */
async function serve(
  program: ServerProgram,
  options: ServerOptions,
  limits: Limits,
  streams: SharedStreams,
  stopped: Promise<void>,
): Promise<void> {
  const threads = threadsFor(program, options, streams);
  const { listener, hostname } = await listen(options, threads > 1);
  const { port } = listener.addr;
  const config = configOf(program, options, limits, new Quota(limits), streams, zoneOf(hostname));
  const server = new Server(listener, config);
  const unusual = unusualAddress(options.interface, hostname);
  if (unusual !== undefined) {
    streams.log.line(
      `${program.name}: Listening on ${showAddress({ hostname, port })}: ${unusual}`,
    );
  }
  config.transcript.listening(options.interface, port, options.multiThreaded);
  stopped.then(() => server.stop());
  if (!options.multiThreaded) return await server.serveOne();

  const workers = new Workers(program.module, threads - 1, {
    addr: { hostname, port },
    options,
    limits,
    quotaMemory: config.quota.memory,
    outputLocks: streams.locks,
  }, (reason) =>
    streams.log.line(
      `${program.name}: Cannot use one of the threads: ${oneLine(reason)}; the others serve on`,
    ));
  const late = stopped.then(() => {
    workers.stop();
    return new Promise((resolve) => setTimeout(resolve, limits.graceMs + WORKERS_GRACE_MS));
  });
  await Promise.race([Promise.all([server.serveMany(), workers.ended]), late]);
}

/** What one of the {@linkcode Workers} does: serves beside the main thread. */
async function serveBeside(
  program: ServerProgram,
  { addr, options, limits, quotaMemory, outputLocks }: WorkerStart,
  stopped: Promise<void>,
): Promise<void> {
  const streams = streamsFor(outputLocks);
  await fitColours(streams.out, streams.log);
  const listener = Deno.listen({ ...addr, reusePort: true });
  const quota = new Quota(limits, quotaMemory);
  const config = configOf(program, options, limits, quota, streams, zoneOf(addr.hostname));
  const server = new Server(listener, config);
  stopped.then(() => server.stop());
  await server.serveMany();
  await streams.out.end();
  await streams.log.end();
}

/** How many threads serve: as many as were asked for, or one where more cannot be had. */
function threadsFor(program: ServerProgram, options: ServerOptions, { log }: Streams): number {
  if (!options.multiThreaded || options.threads === 1) return 1;
  const reason = singleThreadReason(program.module);
  if (reason === null) return options.threads;
  log.line(`${program.name}: Cannot use more threads: ${reason}; one thread serves all`);
  return 1;
}

function streamsFor(locks: SharedArrayBuffer): SharedStreams {
  return {
    out: new NonBlockingOutput(Deno.stdout, locks, 0),
    log: new NonBlockingOutput(Deno.stderr, locks, 1),
    locks,
  };
}

function configOf(
  service: Service,
  options: ServerOptions,
  limits: Limits,
  quota: Quota,
  { out, log }: Streams,
  zone: string,
): ServerConfig {
  return {
    service,
    zone,
    limits,
    quota,
    transcript: new Transcript(out, options.quiet, SERVER_SHOWN_CHARS),
    trace: options.trace ? new Trace(log) : null,
    log,
  };
}
