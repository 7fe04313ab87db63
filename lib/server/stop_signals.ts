/**
 * The signals that stop a server.
 *
 * @module
 */

/** `deno task` can deliver one Ctrl+C twice: a second signal this soon is the first. */
const SAME_SIGNAL_MS = 500;

/** Promises for the first SIGINT or SIGTERM and for the next one. */
export function onStopSignals(): { first: Promise<void>; second: Promise<void> } {
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
