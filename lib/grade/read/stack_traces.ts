/**
 * Stack traces on a program's screen, and messages about what the sandbox refused.
 *
 * @module
 */
import { SEARCHED_CHARS } from "../results/quoted_text.ts";
import { escapeText } from "../../terminal/show.ts";

const SHOWN_CHARS = 200;
/** What follows the line that names the error: a stack frame of JavaScript or Java, Lua's and Tcl's trace. */
const FRAME = /^\s+at \S.{0,200}[:(]|^stack traceback:$|^\s+while executing$/;
const TRACE = new RegExp(
  [
    FRAME.source,
    "Traceback \\(most recent call last\\)", // Python
    "Exception in thread", // Java, Python's threads
    "thread '.{0,80}' .{0,40}panicked at", // Rust
    "panic: |^goroutine \\d+ \\[", // Go
    "Segmentation fault|core dumped|terminate called|stack smashing|double free", // C, C++
    "Uncaught \\(in promise\\)", // Deno
    "\\S+\\.rb:\\d+:in .{1,200} \\(.{0,40}\\w+\\)$", // Ruby
    "^(?:PHP )?Fatal error: +(?:Uncaught|exception)", // PHP, OCaml
    "^Unhandled [Ee]xception", // C#
    "(?:Undefined subroutine|Can't (?:call method|locate object method|use (?:string|an undefined))) .{1,200} at \\S+ line \\d+", // Perl
    "^CallStack \\(from", // Haskell
  ].join("|"),
);
/** Error messages of the system where a sandbox refuses; a missing path counts if it leads outside. */
const REFUSED =
  /permission denied|read-only|not permitted|EACCES|EROFS|EPERM|no space left|file too large|network is unreachable|temporary failure in name|resource temporarily unavailable|cannot allocate memory|can't start new thread|memory ?error|memory refused|out ?of ?memory|(?:no such file|ENOENT).*(?:\.\.|['" ]\/(?!lab|usr|proc|dev))|(?:\.\.\/|^\D* \/(?!lab|usr|proc|dev)\w).*(?:no such file|ENOENT)/i;
/** What differs from run to run in a line that names an error, and what it becomes. */
const CHANCE: [pattern: RegExp, becomes: string][] = [
  [/^Exception in thread ".*?" (?=\S)/, ""], // Java
  [/thread '.*?'(?: \(\d+\))? (?=panicked at)/, ""], // Rust
  [/, <\w+> (?:line|chunk) \d+\.?$/, ""], // Perl: the lines that were read
  [/(?<=: )\d+ (?=[A-Z][a-z].*(?:fault|core dumped|Aborted))/, ""], // a shell: the process
  [/\b(?:\d{4}[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z? ?/g, ""], // a log's times
  [/\b0x[0-9a-f]{9,16}\b/gi, "0x…"], // addresses
  [/\b(?:pool-\d+-)?thread-\d+\b/gi, "thread"],
];
/** Go names the error before the first trace; a long trace fills all that is searched. */
const GO_TRACE = /^goroutine \d+ /;
const GO_ERROR = /^(?:panic|fatal error): .*/gm;
const ENDED_BY = "it was ended by ";
const SIGNALLED = 128;
const SIGNALS: Record<number, string> = {
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  11: "SIGSEGV",
  13: "SIGPIPE",
};

/**
 * The line of a stack trace that names the error; undefined if there is none.
 *
 * @param printed The screen; its last 16,384 characters are searched.
 * @param exit The exit code: above 128 it gives the signal that ended the program.
 */
export function stackTrace(printed: string, exit?: number): string | undefined {
  const lines = printed.slice(-SEARCHED_CHARS).split("\n");
  const at = lines.findIndex((line) => TRACE.test(line));
  if (at < 0) {
    const signal = SIGNALS[(exit ?? 0) - SIGNALLED];
    return signal && ENDED_BY + signal;
  }
  if (GO_TRACE.test(lines[at])) {
    return shorten(printed.match(GO_ERROR)?.at(-1) ?? lines[at].replace(GO_TRACE, "goroutine "));
  }
  // A newer Rust names the error in the next line.
  if (/panicked at .*:$/.test(lines[at])) return shorten(`${lines[at]} ${lines[at + 1] ?? ""}`);
  // Python prints the error after the frames, and the error that ended the program last.
  if (lines.slice(at, at + 2).some((line) => line.includes("Traceback"))) {
    const last = lines.findLastIndex((line) => line.includes("Traceback"));
    const error = lines.slice(last + 1).find((line) => /^\w[\w.]*(:|$)/.test(line));
    return shorten(error ?? lines[at]);
  }
  if (/^Unhandled.*:$/.test(lines[at]) && lines[at + 1]) return shorten(lines[at + 1]);
  if (FRAME.test(lines[at])) return shorten(lines[Math.max(0, at - 1)]);
  return shorten(lines[at].slice(lines[at].search(TRACE))); // without a prompt on the same line
}

/** How a program ends, by what {@linkcode stackTrace} gives: the end of a sentence. */
export function failedEnd(trace: string): string {
  const isSignal = trace.startsWith(ENDED_BY);
  return isSignal ? trace.replace(ENDED_BY, "is ended by ") : `ends in a stack trace: ${trace}`;
}

/** Up to five lines of a screen about what the system refused. */
export function refusals(printed: string): string[] {
  const lines = printed.slice(0, SEARCHED_CHARS).split("\n").map(shorten);
  return [...new Set(lines.filter((line) => REFUSED.test(line)))].slice(0, 5);
}

/** The last line that is not empty. */
export function lastLine(printed: string): string {
  return shorten(printed.slice(-SEARCHED_CHARS).trimEnd().split("\n").at(-1)!);
}

/** The start of a line, without what differs from run to run: a reason is the same each time. */
function shorten(line: string): string {
  const same = CHANCE.reduce((text, [pattern, becomes]) => text.replace(pattern, becomes), line);
  return escapeText(same.trim().slice(0, SHOWN_CHARS));
}
