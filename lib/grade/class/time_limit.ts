/**
 * Work with an end: nothing in a class waits for what does not come.
 *
 * @module
 */

/** How long work that is told to stop may take to do so. */
const STOP_LIMIT_MS = 2_000;

/** What was not done in its time. */
export class TooLate extends Error {
  /** Its kind, in a stack trace. */
  override name = "TooLate";
}

/**
 * Does some work, and stops it when its time is over or somebody wants it stopped.
 *
 * @param work What is done; its signal tells it to stop.
 * @param limitMs How long it may take.
 * @param signal Stops it early.
 * @throws {TooLate} If its time is over.
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
    done.catch(() => {}); // it may fail after nobody waits for it any more
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
