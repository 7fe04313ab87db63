/**
 * The signals that stop a server.
 *
 * @module
 */
import { isRunByTask } from "../cli/program.ts";

/** A signal this soon after the first one is not counted: a keyboard may repeat Ctrl+C. */
const SAME_SIGNAL_MS = 50;
/**
 * The same under `deno task`, which sends up to two copies of a Ctrl+C. On a busy machine, or while
 * the server answers a large frame, a copy is seen more than 80 ms late.
 */
const SAME_TASK_SIGNAL_MS = 1_000;

/**
 * Listens for SIGINT and SIGTERM. From now on they no longer end the program by themselves.
 *
 * @returns A promise for the first signal, and one for the next.
 */
export function onStopSignals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const sameMs = isRunByTask() ? SAME_TASK_SIGNAL_MS : SAME_SIGNAL_MS;
  let firstAt = 0;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === 0) {
      firstAt = now;
      first.resolve();
    } else if (now - firstAt >= sameMs) {
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
