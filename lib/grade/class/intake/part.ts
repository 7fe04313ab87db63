/**
 * A file or folder in a class's folder.
 *
 * @module
 */

/** A file or folder that belongs to a submission. */
export interface Part {
  /** Its path. */
  path: string;
  /** Its name in the class's folder. */
  source: string;
  /** What the student called it. */
  name: string;
  /** Neither links nor devices are read. */
  kind: "file" | "folder" | "other";
}
