/**
 * Who hands something in.
 *
 * @module
 */

/** A person who handed something in, as far as the platform's names tell. */
export interface Student {
  /** The full name, or what stands for it. */
  name: string;
  /** The number that the platform gives the person. */
  number?: string;
  /** Whose number that is: it means nothing in another's gradebook. */
  platform?: "moodle" | "canvas";
  /** The name to log in with, or the university's id. */
  login?: string;
  /** Where to write to. */
  email?: string;
}
