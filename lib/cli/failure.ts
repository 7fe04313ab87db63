/**
 * Errors that a person can cause. Each is one sentence (what was tried, what is wrong, what to do)
 * and has an exit code.
 *
 * @module
 */

/** Exit code: done. */
export const EXIT_DONE = 0;
/** Exit code: failed at run time. */
export const EXIT_FAILED = 1;
/** Exit code: wrong usage. */
export const EXIT_USAGE = 2;

/**
 * An error whose message is shown to the user.
 *
 * @example
 * ```ts
 * throw new Failure("Cannot open words.txt: there is no such file; check its name");
 * ```
 */
export class Failure extends Error {
  /** The class's name, for messages. */
  override name = "Failure";
  /**
   * An error for the user.
   *
   * @param message One sentence.
   * @param exitCode The program's exit code.
   * @param options The cause.
   */
  constructor(
    message: string,
    readonly exitCode: number = EXIT_FAILED,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A wrong command line; the program shows its usage too.
 *
 * @example
 * ```ts
 * throw new UsageError('Cannot read "--nope": there is no option --nope');
 * ```
 */
export class UsageError extends Failure {
  /** The class's name, for messages. */
  override name = "UsageError";
  /** A wrong command line, in one sentence. */
  constructor(message: string) {
    super(message, EXIT_USAGE);
  }
}
