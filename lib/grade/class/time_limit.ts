/**
 * Runs work with a time limit.
 *
 * @module
 */

/** How long work may take to stop after its signal. */
const STOP_LIMIT_MS = 2_000;

/** Work that exceeded its time limit. */
export class TooLate extends Error {
  override name = "TooLate";
}

/**
 * Does some work, and stops it at its time limit or by a signal.
 *
 * @param work The work; its signal stops it.
 * @throws {TooLate} If the time limit is reached.
 * @throws The signal's reason, if that stops it.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const stop = (why: unknown) => {
    if (own.signal.aborted) return;
    waiting = setTimeout(() => reject(why), STOP_LIMIT_MS);
    own.abort(why);
  };
  const limit = setTimeout(
    () => stop(new TooLate(`It is not done after ${Math.round(limitMs / 1000)} s`)),
    limitMs,
  );
  const onStop = () => stop(signal.reason);
  signal.addEventListener("abort", onStop);
  try {
    const done = work(own.signal);
    done.catch(() => {}); // it may fail after the race is over
    return await Promise.race([done, late]);
  } catch (error) {
    own.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(limit);
    clearTimeout(waiting);
    signal.removeEventListener("abort", onStop);
  }
}
