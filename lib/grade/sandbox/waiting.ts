/**
 * Waits with a limit. Each wait of the grader uses one of these functions.
 *
 * @module
 */

/** The pauses between two calls: they grow from `first` to `last`. */
const POLL_MS = { first: 2, last: 40 };

/** Waits this many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The value of a promise; undefined if it takes longer than `limitMs`. */
export async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls `look` until it returns a value. Returns undefined after `limitMs`. */
export async function until<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (let wait = POLL_MS.first;; wait = Math.min(wait * 1.5, POLL_MS.last)) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (performance.now() >= end) return undefined;
    await pause(wait);
  }
}

/**
 * The value of work that a signal stops.
 *
 * @param stopMs How long the work may take to stop after the signal.
 * @throws The signal's reason, if the work takes longer.
 */
export async function untilStopped<T>(
  work: Promise<T>,
  signal: AbortSignal,
  stopMs: number,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onStop = () => timer = setTimeout(() => reject(signal.reason), stopMs);
  signal.addEventListener("abort", onStop);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onStop);
  }
}
