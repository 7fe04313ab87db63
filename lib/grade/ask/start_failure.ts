/**
 * The verdict on a program that does not start. `wrong` needs an error from the student's own code;
 * everything else is `look`, with the line of `lab.json` that settles it.
 *
 * @module
 */
import { SEARCHED_CHARS } from "../results/quoted_text.ts";
import { lastLine, stackTrace } from "../read/stack_traces.ts";
import type { LookCause } from "../results/results.ts";
import type { Built } from "../find/build.ts";
import { OTHER_COMMAND, VARIABLE_MISSING } from "../find/launch_search.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";

/** A message about arguments: the launch command lacked something. */
const USAGE =
  /^.{0,80}\busage\b.{0,120}|^.{0,160}(?:\brequired\b|\bmissing (?:argument|operand|option)|\bexpected .{0,20}argument|\bmust (?:be given|provide|specify)|\bargv\b|\bargs\[).{0,120}/im;
/** Errors that a newer compiler, an argument, a variable or a partner may avoid. */
const NOT_OWN =
  /UnsupportedClassVersion|KeyError|IndexOutOf(?:Bounds|Range)|index out of (?:range|bounds)|connection refused|ECONNREFUSED|address already in use|EADDRINUSE/i;
const SYNTAX_ERROR =
  /^[ \t]{0,200}(?:SyntaxError|IndentationError|TabError)\b|^syntax error at \S+ line \d|^lua\S*: \S+:\d+: .{0,200} near /m;

/** Why a program cannot be asked. */
export interface StartFailure {
  /** `wrong`: the program's fault; `look`: the machine may be at fault; `not run`: no sandbox. */
  verdict: "wrong" | "look" | "not run";
  /** What happened, as the end of a sentence. */
  why: string;
  screen: string;
  /** The setting or installation that may settle a `look`. */
  look?: LookCause;
}

/** Why a program cannot be started: its build failed, or it uses UDP. */
export function brokenProgram({ broken }: Built): StartFailure | undefined {
  return broken && { verdict: broken.look ? "look" : "wrong", screen: "", ...broken };
}

type Blame = Omit<StartFailure, "screen">;

/**
 * Judges a program that neither listened nor connected.
 *
 * @param lab The settings of a lab file that may start it.
 */
export function blameForStart(why: string, screen: string, lab: string, exit?: number): Blame {
  const printed = screen.slice(-SEARCHED_CHARS);
  const usage = printed.match(USAGE)?.[0].trim();
  if (usage !== undefined) {
    const options = requiredOptions(printed);
    const asks = options === ""
      ? `it asks for arguments (${lastLine(usage)})`
      : `it wants an option: ${options}`;
    return unknownLaunch(asks, "asks for arguments that are not known", lab);
  }
  const trace = stackTrace(printed, exit);
  const own = trace !== undefined || SYNTAX_ERROR.test(printed);
  return own && [OTHER_COMMAND, NOT_OWN, VARIABLE_MISSING].every((one) => printed.search(one) < 0)
    ? { verdict: "wrong", why: !trace || why.includes(trace) ? why : `${why} (${trace})` }
    : unknownLaunch(why, "the launch command is not known", lab);
}

/** The options of a usage message that are neither in brackets nor on a line about a default or help. */
function requiredOptions(printed: string): string {
  const joined = printed.replace(/\n\s{2,20}(?=[^\s-])/g, " "); // a description follows its option
  const lines = joined.split("\n").filter((line) => !/default|optional|help/i.test(line));
  const bare = lines.join("\n").replace(/\[[^\]\n]{0,200}\]/g, "");
  const options = bare.match(/(?<![\w/-])--?[a-z][\w-]{0,40}/gi) ?? [];
  return [...new Set(options)].map((option) => `\`${option}\``).join(", ");
}

/** What a program did that neither listened nor connected, in a few words. */
export function observedOf({ screen, exit }: RunningProgram): string {
  const last = lastLine(screen);
  const said = last === "" ? "" : `: ${last}`;
  if (exit === undefined) return last === "" ? "waits silently" : `waits${said}`;
  return `ends with ${exit}${said}`;
}

function unknownLaunch(why: string, cause: string, lab: string): Blame {
  const all = `${why}; lab.json can say how it is started: ${lab}`;
  return { verdict: "look", why: all, look: { cause, lab } };
}
