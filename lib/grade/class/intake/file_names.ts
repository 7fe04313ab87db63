/**
 * File names from students' names.
 *
 * @module
 */

const MAX_NAME_BYTES = 100;
/** Names that Windows keeps for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const encoder = new TextEncoder();

/**
 * A file name for each name, in the same order: valid on every system and readable; no two
 * are equal, even if capitals do not count.
 */
export function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = safeFileName(name);
    let free = base;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${base}-${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** Keeps letters of any script, digits and a few signs. */
function safeFileName(name: string): string {
  let safe = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, "_")
    .replace(/^[\s.-]+|[\s.]+$/g, "");
  while (encoder.encode(safe).length > MAX_NAME_BYTES) safe = [...safe].slice(0, -1).join("");
  if (safe === "") return "unnamed";
  return RESERVED.test(safe) ? `_${safe}` : safe;
}
