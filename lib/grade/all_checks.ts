/**
 * Every check, in the order of the assignment.
 *
 * @module
 */
import { type Check, partOf, PARTS } from "./check.ts";
import { ASTRAY_CHECKS } from "./checks_astray.ts";
import { CLIENT_CHECKS } from "./checks_clients.ts";
import { LEAVING_CHECKS } from "./checks_leaving.ts";
import { SERVER_CHECKS } from "./checks_servers.ts";
import { TOGETHER_CHECKS } from "./checks_together.ts";
import { CLIENT_CRAFT } from "./craft_clients.ts";
import { SERVER_CRAFT } from "./craft_servers.ts";

const ORDER = [...PARTS.keys()];

/** All of them. */
export const CHECKS: Check[] = [
  ...SERVER_CHECKS,
  ...CLIENT_CHECKS,
  ...LEAVING_CHECKS,
  ...TOGETHER_CHECKS,
  ...ASTRAY_CHECKS,
  ...SERVER_CRAFT,
  ...CLIENT_CRAFT,
].sort((a, b) => ORDER.indexOf(partOf(a)) - ORDER.indexOf(partOf(b)));

/** The checks whose id begins with, or whose program is, one of these, and what they need. */
export function selectChecks(wanted: string[]): Check[] {
  if (wanted.length === 0) return CHECKS;
  const chosen = new Set(
    CHECKS.filter(({ id, program }) => wanted.some((one) => id.startsWith(one) || program === one)),
  );
  for (const { needs } of chosen) { // a set goes on with what is added meanwhile
    const needed = CHECKS.find(({ id }) => id === needs);
    if (needed) chosen.add(needed);
  }
  return CHECKS.filter((check) => chosen.has(check));
}
