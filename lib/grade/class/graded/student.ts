/**
 * The person who handed in a submission.
 *
 * @module
 */

/** A student, as the learning system's file names say. */
export interface Student {
  /** The full name, or the login if there is no name. */
  name: string;
  /** The number that the learning system gives the person. */
  number?: string;
  /** The system that gave the number: other systems number differently. */
  platform?: "moodle" | "canvas";
  /** The name to log in with, or the university's number. */
  login?: string;
  /** The email address. */
  email?: string;
  /** Whether the system says that it was handed in late. */
  late?: boolean;
}
