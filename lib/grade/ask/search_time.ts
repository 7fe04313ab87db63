/**
 * The time limit of the search for the launches of a pair.
 *
 * @module
 */

/** The wall time that the searches for a server and its client share. */
export class SearchTime {
  #leftMs: number;
  #since: number | undefined;

  constructor(limitMs: number) {
    this.#leftMs = limitMs;
  }

  /** Whether a search runs and has used up the limit. */
  get isOver(): boolean {
    return this.#since !== undefined && performance.now() - this.#since >= this.#leftMs;
  }

  /** Runs a search, and counts its time. */
  async during<T>(search: () => Promise<T>): Promise<T> {
    const since = this.#since = performance.now();
    try {
      return await search();
    } finally {
      this.#leftMs -= performance.now() - since;
      this.#since = undefined;
    }
  }
}
