/**
 * Verdicts before they have marks, and the verdicts on programs that cannot be asked.
 *
 * @module
 */
import type { Evidence, LookCause, Verdict } from "../results/results.ts";
import { showScreen } from "../results/quoted_text.ts";
import { lastLine, stackTrace } from "../read/stack_traces.ts";
import type { Pair } from "../ask/pair.ts";
import { SubmittedServer } from "../ask/submitted_server.ts";
import type { StartFailure } from "../ask/start_failure.ts";

/** A verdict before it has marks. */
export interface DraftVerdict {
  verdict: Verdict;
  /** The reason, as a sentence; empty for a plain `right`. */
  why: string;
  evidence: Evidence[];
  /** The setting or installation that may settle a `look`. */
  look?: LookCause;
}

/** A draft verdict. */
export function draft(verdict: Verdict, why = "", ...evidence: Evidence[]): DraftVerdict {
  return { verdict, why, evidence };
}

/**
 * A verdict that a person has to give.
 *
 * @param cause What the looks with this cause have in common, in a few words.
 * @param lab The settings of a lab file that would settle it.
 */
export function undecided(
  cause: string,
  why: string,
  evidence: Evidence[] = [],
  lab?: string,
): DraftVerdict {
  return { verdict: "look", why, evidence, look: { cause, ...lab !== undefined && { lab } } };
}

/** The verdict on a server that does not listen; undefined if it listens. */
export function noServerVerdict({ number, server, serverProgram }: Pair): DraftVerdict | undefined {
  const name = `server${number}`;
  if (!serverProgram || !server) return draft("absent", `There is no ${name}.`);
  if (server instanceof SubmittedServer) return undefined;
  return startFailureVerdict(name, server);
}

/** The verdict on a program that cannot be asked. */
export function startFailureVerdict(
  name: string,
  { verdict, why, screen, look }: StartFailure,
): DraftVerdict {
  if (verdict !== "wrong") {
    return { ...draft(verdict, `${name} cannot be run here: ${why}.`), ...look && { look } };
  }
  const trace = stackTrace(screen) ?? lastLine(screen);
  const more = trace && !why.includes(trace) ? ` (${trace})` : "";
  return draft(verdict, `${name} cannot be asked: ${why}${more}.`, {
    shown: showScreen(screen) || why,
    expected: name.startsWith("s") ? "it listens on a port" : "it connects and asks",
  });
}
