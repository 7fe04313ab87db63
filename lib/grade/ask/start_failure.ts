/**
 * Whose fault it is that a program cannot be started. `wrong` needs an error from the student's own
 * code; everything else is `look`, with the line of `lab.json` that settles it.
 *
 * @module
 */
import { lastLine, stackTrace } from "../read/stack_traces.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";

const SEARCHED_CHARS = 16_384;
/** A message about arguments: the launch command lacked something. */
const USAGE =
  /^.{0,80}\busage\b.{0,120}|^.{0,160}(?:\brequired\b|\bmissing (?:argument|operand|option)|\bexpected .{0,20}argument|\bmust (?:be given|provide|specify)|\bargv\b|\bargs\[).{0,120}/im;
/** Errors that another launch command, folder, compiler or installed module may avoid. */
const NOT_OWN =
  /relative import|ImportError|ModuleNotFound|No module named|Cannot find (?:module|package)|UnsupportedClassVersion|NoClassDefFound|ClassNotFound|load main class|No such file|ENOENT|FileNotFound|KeyError|ArrayIndexOutOfBounds|list index out of range|index out of range/i;
const SYNTAX_ERROR = /^\s*(?:SyntaxError|IndentationError|TabError)\b/m;

/** A verdict on a program that cannot be asked, and the end of a sentence that says why. */
export interface Blame {
  /** `wrong` with evidence from the student's code, else `look`. */
  verdict: "wrong" | "look";
  /** Why. */
  why: string;
}

/**
 * Judges a program that neither listened nor connected.
 *
 * @param name The program, as `server1`.
 * @param why What was observed.
 * @param screen What the program printed.
 * @param exit Its exit code, if it has ended.
 */
export function blameForStart(name: string, why: string, screen: string, exit?: number): Blame {
  const printed = screen.slice(-SEARCHED_CHARS);
  const usage = printed.match(USAGE)?.[0].trim();
  if (usage !== undefined) return settled(name, `it asks for arguments (${lastLine(usage)})`);
  const own = stackTrace(printed, exit) !== undefined || SYNTAX_ERROR.test(printed);
  return own && !NOT_OWN.test(printed) ? { verdict: "wrong", why } : settled(name, why);
}

/** What a launch that was no success did, in a few words. */
export function observedOf({ screen, exit }: RunningProgram): string {
  const last = lastLine(screen);
  const said = last === "" ? "" : `: ${last}`;
  if (exit === undefined) return last === "" ? "waits silently" : `waits${said}`;
  return `ends with ${exit}${said}`;
}

function settled(name: string, why: string): Blame {
  const line = JSON.stringify({ [name]: { run: "COMMAND {port}" } });
  return { verdict: "look", why: `${why}; how it is started can be said in lab.json: ${line}` };
}
