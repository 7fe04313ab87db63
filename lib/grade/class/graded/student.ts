/**
 * Who hands something in.
 *
 * @module
 */

/** A person who handed something in, as far as the learning system's names tell. */
export interface Student {
  /** The full name, or the login if there is no name. */
  name: string;
  /** The number that the learning system gives the person. */
  number?: string;
  /** Which system's number it is: it means nothing in another system's gradebook. */
  platform?: "moodle" | "canvas";
  /** The name to log in with, or the university's number. */
  login?: string;
  /** The email address. */
  email?: string;
  /** Whether the system says that it was handed in late. */
  late?: boolean;
}
