/**
 * The user name and password that a submission's files name, for a client that asks for them.
 *
 * @module
 */
import type { Candidate } from "./files.ts";

/** What a login asks for. */
export interface Credentials {
  user?: string;
  password?: string;
}

const ENTRY =
  /\b(?:(user(?:name)?|login)|(password|passwd|passphrase|pin|token|secret))["'\]]{0,2}\s{0,8}[:=!]{1,3}\s{0,8}(?:(["'`])([\w.@-]{1,40})\3|([\w.@-]{1,40})(?=\s|$))/gi;

/**
 * Searches files for a user name and a password.
 *
 * @param files Settings and documents first, then sources: in those a value has quotes.
 */
export function credentialsIn(files: (Candidate & { isCode: boolean })[]): Credentials {
  const found: Credentials = {};
  for (const { source, isCode } of files) {
    for (const [, user, , , quoted, bare] of source.matchAll(ENTRY)) {
      const value = quoted ?? (isCode ? undefined : bare);
      if (value !== undefined) found[user === undefined ? "password" : "user"] ??= value;
    }
  }
  return found;
}
