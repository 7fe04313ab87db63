/**
 * Waits with a limit. Each wait of the grader uses one of these functions.
 *
 * @module
 */

/** The first and the longest pause between two looks; each pause is longer than the one before. */
const POLL_MS = { first: 2, last: 40 };

/** Waits this many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A promise's value; undefined if it takes longer than this. */
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

/** Calls a function until it returns a value; undefined if it returns none in time. */
export async function until<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (let wait = POLL_MS.first;; wait = Math.min(wait * 1.5, POLL_MS.last)) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (performance.now() >= end) return undefined;
    await pause(wait);
  }
}
