/**
 * Names of files that operating systems, editors and version control create. No such file
 * is graded.
 *
 * @module
 */

const FOLDERS: Readonly<Record<string, string>> = {
  "__MACOSX": "macOS's copy of file attributes",
  ".git": "version control",
  ".svn": "version control",
  ".hg": "version control",
  "__pycache__": "Python's compiled files",
  ".pytest_cache": "Python's cache",
  ".mypy_cache": "Python's cache",
  ".vscode": "an editor's settings",
  ".idea": "an editor's settings",
};
const FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.DS_Store$/, "macOS's view settings"],
  [/^\._/, "macOS's copy of file attributes"],
  [/^thumbs\.db$/i, "Windows's picture cache"],
  [/^desktop\.ini$/i, "Windows's view settings"],
];

/** Why a file or folder of this name is not graded; undefined if it can be a student's. */
export function whyIgnored(name: string): string | undefined {
  const why = Object.hasOwn(FOLDERS, name)
    ? FOLDERS[name]
    : FILES.find(([pattern]) => pattern.test(name))?.[1];
  return why === undefined ? undefined : `it is ${why}`;
}
