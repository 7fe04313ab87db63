/**
 * Programs of one C source: a Makefile, a script or a README compiles it more than once.
 *
 * @module
 */
import { type Candidate, folderOf } from "./files.ts";
import { readable } from "./readable_document.ts";

const COMPILE =
  /(?:^|[\s@;&`])(?:\S{0,20}gcc|\S{0,20}g\+\+|cc|c\+\+|clang(?:\+\+)?)\s([^;&|`#\n]{1,400})/g;
const C_SOURCE = /\.(?:c|cc|cpp|cxx)$/i;
const MAX_PROGRAMS = 8;

/** A C source that is compiled to several programs, replaced by one candidate for each. */
export function withMade(candidates: Candidate[], documents: Candidate[]): Candidate[] {
  const lines = documents.flatMap(({ path, source }) =>
    [...readable(path, source).matchAll(COMPILE)].map(([, words]) => words.split(/\s+/))
  );
  return candidates.flatMap((one) => {
    if (!C_SOURCE.test(one.path) || !/\bmain\s*\(/.test(one.source)) return [one];
    const made = programsOf(one, lines);
    return made.length > 1 ? made : [one];
  });
}

/** What the commands that name a source make of it. */
function programsOf(from: Candidate, lines: string[][]): Candidate[] {
  const made = new Map<string, Candidate>();
  for (const words of lines) {
    const at = words.indexOf("-o");
    const name = words[at + 1]?.split("/").at(-1) ?? "";
    const isOf = words.some((word) => `/${from.path}`.endsWith(`/${word.replace(/^\.\//, "")}`));
    if (at < 0 || !isOf || !/^\w[\w.-]*$/.test(name) || made.size >= MAX_PROGRAMS) continue;
    const folder = folderOf(from.path);
    made.set(name, {
      path: folder === "" ? name : `${folder}/${name}`,
      source: from.source,
      from: from.path,
      defines: words.filter((word) => /^-D\w+(?:=[\w."-]{0,40})?$/.test(word)),
    });
  }
  return [...made.values()];
}
