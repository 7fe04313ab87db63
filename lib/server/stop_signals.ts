/**
 * The signals that stop a server.
 *
 * @module
 */

/** `deno task` sends up to two copies of one Ctrl+C within 1 ms: a signal this soon is a copy. */
const SAME_SIGNAL_MS = 44;
/** For this long the event loop then takes copies that arrived while JavaScript was busy. */
const TAKE_COPIES_MS = 5;

/**
 * Listens for SIGINT and SIGTERM. From now on they no longer end the program by themselves.
 *
 * @returns A promise for the first signal, and one for the next.
 */
export function onStopSignals(): { first: Promise<void>; second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let onNext = () => {
    onNext = () => {};
    const count = () => onNext = second.resolve;
    setTimeout(() => setTimeout(count, TAKE_COPIES_MS), SAME_SIGNAL_MS);
    first.resolve();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    try {
      Deno.addSignalListener(signal, () => onNext());
    } catch {
      // Windows before Deno 2.8 has no SIGTERM to listen for.
    }
  }
  return { first: first.promise, second: second.promise };
}
