/**
 * Several threads on one port: workers run the server's own script again and listen on the same
 * port (`SO_REUSEPORT`), and the kernel spreads the clients.
 *
 * @module
 */
import { readPermission } from "../cli/invocation.ts";
import type { StreamIndex } from "../terminal/line_writer.ts";
import type { Limits } from "./limits.ts";
import type { ServerOptions } from "./options.ts";

/** The configuration of a worker. */
export interface WorkerStart {
  /** The address of all threads. */
  addr: { hostname: string; port: number };
  /** The server's command line. */
  options: ServerOptions;
  /** The server's limits. */
  limits: Limits;
  /** The quota's counters. */
  quotaMemory: SharedArrayBuffer;
  /** The budget's counters. */
  budgetMemory: SharedArrayBuffer;
}

/** A message from a worker. */
type WorkerMessage =
  | { kind: "ready" }
  | { kind: "lines"; index: StreamIndex; lines: Uint8Array<ArrayBuffer> }
  | { kind: "ended"; fault: string | null };

/** What a worker reports to the main thread. */
export interface WorkerEvents {
  /** A worker cannot start, or ends too early, for this reason. */
  onFault(reason: string): void;
  /** A worker's lines for stdout or stderr. */
  onLines(index: StreamIndex, lines: Uint8Array<ArrayBuffer>): void;
}

/** File descriptors of a worker: 6 or 7, and some for a moment while it loads its modules. */
const WORKER_DESCRIPTORS = 10;

/**
 * Why this program cannot have more threads, for the end of a message; null if it can.
 *
 * @param module The URL of the script that a worker would run.
 */
export function singleThreadReason(module: string): string | null {
  if (Deno.build.os !== "linux") {
    return "only Linux spreads clients over threads that share a port";
  }
  // Without this flag, reusePort ends the program, and no catch can prevent it.
  if (!("listenDatagram" in Deno)) {
    return "more threads need deno.json or --unstable-net";
  }
  if (Deno.build.standalone) return null;
  const needed = [
    new URL(module),
    new URL("../", import.meta.url),
    new URL("../../deno.json", import.meta.url),
  ];
  const readable = needed.every((path) =>
    path.protocol === "file:" &&
    Deno.permissions.querySync({ name: "read", path }).state === "granted"
  );
  return readable ? null : `more threads need permission to read the source: ${readPermission()}`;
}

/** The worker threads of a server; the main thread serves too. */
export class Workers {
  /** Resolves when every worker listens, or has failed to start. */
  readonly ready: Promise<unknown>;
  /** Resolves when every worker has stopped serving. */
  readonly ended: Promise<unknown>;
  #workers: Worker[] = [];

  /**
   * Starts the workers; each begins to serve as soon as it listens. If there are too few file
   * descriptors for all, fewer are started: a worker without descriptors ends the whole process.
   *
   * @param module The script to run in each.
   * @param count How many.
   * @param start The configuration of each.
   */
  constructor(module: string, count: number, start: WorkerStart, events: WorkerEvents) {
    const possible = Math.min(count, freeDescriptors(count, start.addr.hostname));
    if (possible < count) {
      events.onFault(`too few file descriptors for ${count - possible} more (see ulimit -n)`);
    }
    const started = Array.from({ length: possible }, () => this.#start(module, start, events));
    this.ready = Promise.all(started.map(({ ready }) => ready));
    this.ended = Promise.all(started.map(({ ended }) => ended));
  }

  /** Stops every worker; `signalledAt` is the signal's time, in milliseconds since 1970. */
  stop(signalledAt: number): void {
    for (const worker of this.#workers) worker.postMessage(signalledAt);
  }

  #start(module: string, start: WorkerStart, { onFault, onLines }: WorkerEvents) {
    const ready = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const end = (fault: string | null) => {
      if (fault !== null) onFault(fault);
      ready.resolve();
      ended.resolve();
    };
    const worker = new Worker(module, { type: "module" });
    this.#workers.push(worker);
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.kind === "lines") onLines(data.index, data.lines);
      else if (data.kind === "ready") ready.resolve();
      else end(data.fault);
    };
    worker.onerror = (event) => {
      event.preventDefault(); // else it ends the whole program
      end(event.message);
    };
    worker.postMessage(start);
    return { ready: ready.promise, ended: ended.promise };
  }
}

/** How many workers, at most `count`, have enough file descriptors: opens some to find out. */
function freeDescriptors(count: number, hostname: string): number {
  const opened: Deno.Listener[] = [];
  try {
    while (opened.length < count * WORKER_DESCRIPTORS) {
      opened.push(Deno.listen({ hostname, port: 0 }));
    }
  } catch {
    // No more descriptors are free.
  }
  for (const listener of opened) listener.close();
  return Math.floor(opened.length / WORKER_DESCRIPTORS);
}

// The part of a worker's global scope that is used here; the types of a window lack it.
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** Whether this thread is a worker. */
export function isWorker(): boolean {
  return "WorkerGlobalScope" in globalThis;
}

/** The configuration and the connections to the main thread of a worker. */
export interface WorkerTask {
  /** The configuration. */
  start: WorkerStart;
  /** Resolves with the signal's time (milliseconds since 1970) when the server stops. */
  stopped: Promise<number>;
  /** To be called when the worker listens. */
  onReady(): void;
  /** Sends lines for stdout or stderr to the main thread. */
  sendLines(index: StreamIndex, lines: Uint8Array<ArrayBuffer>): void;
}

/** Runs a worker: waits for its configuration, serves, and reports its end. */
export async function runWorker(serve: (task: WorkerTask) => Promise<void>): Promise<void> {
  const scope = globalThis as unknown as WorkerScope;
  const post = (message: WorkerMessage, transfer: Transferable[] = []) =>
    scope.postMessage(message, transfer);
  const started = Promise.withResolvers<WorkerStart>();
  const stopped = Promise.withResolvers<number>();
  scope.onmessage = ({ data }) =>
    typeof data === "number" ? stopped.resolve(data) : started.resolve(data);
  let fault: string | null = null;
  try {
    await serve({
      start: await started.promise,
      stopped: stopped.promise,
      onReady: () => post({ kind: "ready" }),
      sendLines: (index, lines) => post({ kind: "lines", index, lines }, [lines.buffer]),
    });
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  post({ kind: "ended", fault });
}
