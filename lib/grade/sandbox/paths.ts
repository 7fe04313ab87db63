/**
 * Files and folders that may not exist, cannot be read, or disappear at any time, as those of /proc.
 *
 * @module
 */

/** A file's text; empty if it cannot be read. */
export function textOf(path: string): string {
  return known(() => Deno.readTextFileSync(path)) ?? "";
}

/** The names in a folder; none if it cannot be read. */
export function namesIn(folder: string): string[] {
  return known(() => [...Deno.readDirSync(folder)].map(({ name }) => name)) ?? [];
}

/** Whether there is a file at a path; links are followed. */
export function isFile(path: string): boolean {
  return known(() => Deno.statSync(path).isFile) ?? false;
}

/** Whether there is a folder at a path; links are followed. */
export function isFolder(path: string): boolean {
  return known(() => Deno.statSync(path).isDirectory) ?? false;
}

/** What `look` returns; undefined if it throws. */
export function known<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
