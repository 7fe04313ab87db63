/**
 * A server as a program: from its command line to its exit code.
 *
 * @module
 */
import { EXIT_DONE } from "../cli/failure.ts";
import { hostnameOf, unusualAddress, zoneOf } from "../cli/interfaces.ts";
import type { LabProgram } from "../cli/lab_options.ts";
import { runProgram, type Streams } from "../cli/program.ts";
import { LineBudget } from "../terminal/line_budget.ts";
import { LineWriter } from "../terminal/line_writer.ts";
import { fitColours } from "../terminal/output.ts";
import { ServerOutput } from "../terminal/server_output.ts";
import { oneLine, showAddress } from "../terminal/show.ts";
import { Trace } from "../terminal/trace.ts";
import { SERVER_SHOWN_CHARS, Transcript } from "../terminal/transcript.ts";
import type { ServerConfig } from "./context.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { askForNetwork, listen } from "./listen.ts";
import { parseServerArgs, type ServerOptions } from "./options.ts";
import { Quota } from "./quota.ts";
import { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { onStopSignals } from "./stop_signals.ts";
import { StopDeadline } from "./stopping.ts";
import { isWorker, runWorker, singleThreadReason, Workers, type WorkerTask } from "./workers.ts";

/** After all connections are closed, how long the threads may take to report it. */
const THREADS_MS = 200;
/** After a second signal, how long the last lines may take. */
const SECOND_SIGNAL_MS = 100;

/** A server program. */
export interface ServerProgram extends LabProgram, Service {
  /** The script's URL (`import.meta.url`): its workers run it again. */
  module: string;
}

/** The streams of the main thread, which writes for all threads. */
interface ServerStreams extends Streams<ServerOutput> {
  budget: LineBudget;
  writer: LineWriter;
}

/**
 * Runs a server until its client has left (or, with -M, until a signal stops it).
 *
 * @param program Its name, its defaults and how it answers.
 * @param args The command line.
 * @param limits Limits that differ from the usual ones, for tests.
 * @returns The exit code.
 */
export async function runServer(
  program: ServerProgram,
  args: string[],
  limits: Partial<Limits> = {},
): Promise<number> {
  if (isWorker()) {
    await runWorker((task) => serveInWorker(program, task));
    return EXIT_DONE;
  }
  const streams = serverStreams();
  return await runProgram(program, streams, async () => {
    const options = parseServerArgs(program, args);
    if ("text" in options) {
      streams.out.line(options.text);
      return EXIT_DONE;
    }
    if (!options.trace) streams.log.before = streams.out; // not with --trace: too many lines
    const { maxConnections, idleTimeoutMs } = options;
    const bounds = { ...DEFAULT_LIMITS, maxConnections, idleTimeoutMs, ...limits };
    // Both may show Deno's permission prompt. Signals have no handlers yet: Ctrl+C ends the program.
    const hostname = hostnameOf(options.interface);
    askForNetwork(hostname, options.port);
    // Before listening: Deno 2.9 can panic if it has no file descriptor left for a signal handler.
    const signals = onStopSignals();
    const stopped = signals.first.then(() => new StopDeadline(bounds.graceMs));
    stopped.then(({ exitAt }) => streams.writer.until = exitAt);
    signals.second.then(() => streams.writer.until = performance.now() + SECOND_SIGNAL_MS);
    const served = serve(program, options, hostname, bounds, streams, stopped);
    await Promise.race([served, signals.second]);
    return EXIT_DONE;
  });
}

/** Serves one client, or all of them with -M, with as many threads as possible. */
async function serve(
  program: ServerProgram,
  options: ServerOptions,
  hostname: string,
  limits: Limits,
  streams: ServerStreams,
  stopped: Promise<StopDeadline>,
): Promise<void> {
  const { out, log, budget } = streams;
  const threads = threadsFor(program, options, streams);
  const listener = await listen({ hostname, port: options.port }, threads > 1);
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
  const late = stopped.then(({ closeAt }) => until(closeAt + THREADS_MS));
  if (!options.multiThreaded) {
    stopped.then((deadline) => server.stop(deadline));
    return await Promise.race([server.serveOne(), late]);
  }
  const start = {
    addr: { hostname, port },
    options,
    limits,
    quotaMemory: config.quota.memory,
    budgetMemory: budget.memory,
  };
  const workers = new Workers(program.module, threads - 1, start, {
    onFault: (reason) =>
      log.line(
        `${program.name}: Cannot use one of the threads: ${oneLine(reason)}; the others continue`,
      ),
    onLines: (index, lines) => (index === 0 ? out : log).add(lines),
  });
  // Workers need descriptors, so clients are accepted after the workers have theirs.
  await Promise.race([workers.ready, late]);
  stopped.then((deadline) => {
    server.stop(deadline);
    workers.stop(deadline.signalledAt);
  });
  await Promise.race([Promise.all([server.serveMany(), workers.ended]), late]);
}

/** Serves in a worker, beside the main thread. */
async function serveInWorker(program: ServerProgram, task: WorkerTask): Promise<void> {
  const { addr, options, limits, quotaMemory, budgetMemory } = task.start;
  const budget = new LineBudget(budgetMemory);
  const output = (index: 0 | 1) =>
    new ServerOutput(
      index === 0 ? Deno.stdout : Deno.stderr,
      index,
      budget,
      (lines) => task.sendLines(index, lines),
    );
  const [out, log] = [output(0), output(1)];
  if (!options.trace) log.before = out;
  out.onLost = log.onLost = (why) => log.urgentLine(`${program.name}: ${why}`);
  await fitColours(out, log);
  const listener = Deno.listen({ ...addr, reusePort: true });
  const quota = new Quota(limits, quotaMemory);
  const zone = zoneOf(addr.hostname);
  const server = new Server(
    listener,
    configOf(program, options, limits, quota, { out, log }, zone),
  );
  task.onReady();
  task.stopped.then((signalledAt) => server.stop(new StopDeadline(limits.graceMs, signalledAt)));
  await server.serveMany();
  await out.end();
  await log.end();
}

/** How many threads serve: as many as the options say, or one where that is not possible. */
function threadsFor(program: ServerProgram, options: ServerOptions, { log }: Streams): number {
  if (!options.multiThreaded || options.threads === 1) return 1;
  const reason = singleThreadReason(program.module);
  if (reason === null) return options.threads;
  log.line(`${program.name}: One thread serves all clients: ${reason}`);
  return 1;
}

/** The main thread's streams. */
function serverStreams(): ServerStreams {
  const budget = new LineBudget();
  const writer = new LineWriter([Deno.stdout, Deno.stderr], budget);
  return {
    out: new ServerOutput(Deno.stdout, 0, budget, writer),
    log: new ServerOutput(Deno.stderr, 1, budget, writer),
    budget,
    writer,
  };
}

/** Resolves at a time of `performance.now()`. */
function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time - performance.now()));
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
