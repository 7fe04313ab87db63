/**
 * How the report's programs can go wrong.
 *
 * @module
 */

/** What is to be said about a failure beside what happened. */
export interface FailureDetails {
  /** What was expected. */
  expected?: string;
  /** What happened instead. */
  actual?: string;
  /** What to do. */
  hint?: string;
}

/** The program is wrong. */
export class Failed extends Error {
  override name = "Failed";
  /** @param message One sentence. @param facts What else is to be said. */
  constructor(message: string, readonly facts: FailureDetails = {}) {
    super(message);
  }
}
