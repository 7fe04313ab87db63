/**
 * Several threads on one port: workers that run the server's own script again
 * and listen beside it (`SO_REUSEPORT`), so that the system spreads the clients.
 *
 * @module
 */
import { readPermission } from "../cli/invocation.ts";
import type { Limits } from "./limits.ts";
import type { ServerOptions } from "./options.ts";

/** What a worker needs to serve beside the others. */
export interface WorkerStart {
  /** Where all of them listen. */
  addr: { hostname: string; port: number };
  /** What the server was told. */
  options: ServerOptions;
  /** The server's bounds. */
  limits: Limits;
  /** The quota's counters. */
  quotaMemory: SharedArrayBuffer;
  /** The locks of stdout and stderr. */
  outputLocks: SharedArrayBuffer;
}

/**
 * Why no other thread can be had, as half a sentence; null if they can.
 *
 * @param module The address of the script that a worker would run.
 */
export function singleThreadReason(module: string): string | null {
  if (Deno.build.os !== "linux") {
    return "only Linux spreads clients over threads that share a port";
  }
  // Deno ends the program, past any catch, if reusePort is used without this.
  if (!("listenDatagram" in Deno)) {
    return "they need deno.json or --unstable-net";
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
  return readable ? null : `they need permission to read their own source: ${readPermission()}`;
}

/** The worker threads of a server; the main thread serves beside them. */
export class Workers {
  /** Settles when every worker has stopped serving. */
  readonly ended: Promise<unknown>;
  #workers: Worker[] = [];

  /**
   * Starts the workers; each begins to serve as soon as it is up.
   *
   * @param module The script to run in each.
   * @param count How many.
   * @param start What each is told.
   * @param onFault Told why, if one cannot start or ends before it should.
   */
  constructor(
    module: string,
    count: number,
    start: WorkerStart,
    onFault: (reason: string) => void,
  ) {
    this.ended = Promise.all(
      Array.from({ length: count }, () => this.#start(module, start, onFault)),
    );
  }

  /** Tells every worker to stop, as {@linkcode Server.stop} does. */
  stop(): void {
    for (const worker of this.#workers) worker.postMessage("stop");
  }

  #start(
    module: string,
    start: WorkerStart,
    onFault: (reason: string) => void,
  ): Promise<void> {
    return new Promise((resolve) => {
      const worker = new Worker(module, { type: "module" });
      this.#workers.push(worker);
      worker.onmessage = (event: MessageEvent<string | null>) => {
        if (event.data !== null) onFault(event.data);
        resolve();
      };
      worker.onerror = (event) => {
        event.preventDefault(); // else it would end the whole program
        onFault(event.message);
        resolve();
      };
      worker.postMessage(start);
    });
  }
}

// What this module uses of a worker's own scope, which the types of a window lack.
interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}

/** Whether this is one of {@linkcode Workers}' workers. */
export function isWorker(): boolean {
  return "WorkerGlobalScope" in globalThis;
}

/**
 * Runs a worker's part: waits for its orders, serves, and says how that ended.
 *
 * @param serve Serves until it is done; `stopped` settles when it should stop.
 */
export async function runWorker(
  serve: (start: WorkerStart, stopped: Promise<void>) => Promise<void>,
): Promise<void> {
  const scope = globalThis as unknown as WorkerScope;
  const started = Promise.withResolvers<WorkerStart>();
  const stopped = Promise.withResolvers<void>();
  scope.onmessage = ({ data }) => data === "stop" ? stopped.resolve() : started.resolve(data);
  let fault: string | null = null;
  try {
    await serve(await started.promise, stopped.promise);
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  scope.postMessage(fault);
}
