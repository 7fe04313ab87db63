/**
 * The signals that stop a server.
 *
 * @module
 */

/** `deno task` delivers one Ctrl+C twice within 1 ms: a second signal this soon is not counted. */
const SAME_SIGNAL_MS = 50;

/**
 * Listens for SIGINT and SIGTERM. From now on they no longer end the program by themselves.
 *
 * @returns A promise for the first signal, and one for the next.
 */
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
