/**
 * Programs that nobody vouches for: each is started in a session of its own with
 * a mark in its environment, and killed with everything that it started.
 *
 * @module
 */
import { escapeText } from "../terminal/show.ts";
import { utf8Bytes } from "../wire/text.ts";
import { Failed } from "./check.ts";
import { Gathered } from "./gathered.ts";
import { joinWords } from "./shell_words.ts";
import { until, within } from "./waiting.ts";

const MARK = "LAB_GRADER";
const RUN = crypto.randomUUID();
/** After SIGKILL only the system's own work is left. */
const KILL_LIMIT_MS = 2_000;
/** A program that forks while it is being killed is hunted this often. */
const KILL_ROUNDS = 20;

const LINUX = Deno.build.os === "linux";

const running = new Set<Program>();
let started = 0;

/** A program's end. */
export interface Exit {
  code: number;
  signal: string | null;
}

/** A program that runs, or has run. */
export class Program {
  /** What was run, as one could type it. */
  readonly shown: string;
  readonly name: string;
  readonly stdout: Gathered;
  readonly stderr: Gathered;
  /** How it ended; undefined while it runs. */
  exit: Exit | undefined;

  #child: Deno.ChildProcess;
  #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #inputEnded = false;
  #mark = `${RUN}.${started++}`;

  /**
   * @param name What people call it: server1.
   * @param words The command.
   * @param cwd Where it runs.
   * @param shown What to show for the command.
   * @throws {Failed} If there is no such command.
   */
  constructor(
    name: string,
    words: string[],
    cwd: string | URL,
    shown = joinWords(words),
  ) {
    this.name = name;
    this.shown = shown;
    try {
      this.#child = new Deno.Command(words[0], {
        args: words.slice(1),
        cwd,
        detached: true, // a session of its own: one signal reaches all of its group
        env: {
          [MARK]: this.#mark,
          NO_COLOR: "1",
          // Else Python keeps what it prints for a pipe until it ends.
          PYTHONUNBUFFERED: "1",
        },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (error) {
      throw new Failed(`${name} cannot be started`, {
        expected: `${shown} starts`,
        actual: (error as Error).message.split("\n", 1)[0],
        hint:
          "Is the command spelt right? It runs in the directory that the grader was called from, without a shell.",
      });
    }
    running.add(this);
    const flooded = () => this.#killAll();
    this.stdout = new Gathered(this.#child.stdout, flooded);
    this.stderr = new Gathered(this.#child.stderr, flooded);
    this.#stdin = this.#child.stdin.getWriter();
    this.#stdin.closed.catch(() => {}); // it need not read what it is told
    this.#child.status.then(({ code, signal }) => this.exit = { code, signal });
  }

  /** Types something; a program that does not read it is not waited for. */
  type(input: string): void {
    this.#stdin.write(utf8Bytes(input)).catch(() => {});
  }

  /** Ends its input. */
  endInput(): void {
    this.#inputEnded ||= this.exit === undefined;
    this.#stdin.close().catch(() => {});
  }

  /** Whether nothing more is to be expected of it. */
  get over(): boolean {
    return this.exit !== undefined || this.flooded;
  }

  get flooded(): boolean {
    return this.stdout.ended === "flood" || this.stderr.ended === "flood";
  }

  /** Waits for it to end by itself, and for the last of its output. */
  async ended(limitMs: number): Promise<Exit | undefined> {
    const exit = await until(() => this.exit, limitMs);
    if (exit) {
      await within(
        Promise.all([this.stdout.done, this.stderr.done]),
        KILL_LIMIT_MS,
      );
    }
    return exit;
  }

  /** Kills it and everything that it started. */
  async stop(): Promise<void> {
    this.#killAll();
    await within(this.#child.status, KILL_LIMIT_MS);
    await within(this.#stdin.abort().catch(() => {}), KILL_LIMIT_MS);
    this.#killAll(); // what it started in its last moment
    running.delete(this);
  }

  /** The same for all programs, at once: for the grader's own end. */
  static killEverything(): void {
    for (const program of running) program.#killAll();
  }

  #killAll(): void {
    if (this.exit === undefined || !LINUX) kill(-this.#child.pid) || kill(this.#child.pid);
    for (let round = 0; round < KILL_ROUNDS; round++) {
      const left = familyOf(this.#child.pid, this.#mark);
      if (left.length === 0) return;
      left.forEach(kill);
    }
  }

  /**
   * What went wrong with the program itself, in a sentence; undefined if nothing
   * did, or only after it was told to end.
   */
  get trouble(): string | undefined {
    if (this.flooded) return `${this.name} printed without end and was killed`;
    if (this.#inputEnded) return undefined;
    const { trace } = this;
    if (this.exit === undefined) {
      return trace && `${this.name} printed a stack trace: ${trace}`;
    }
    const words = trace ?? lastLine(this.stderr.text);
    return `${this.name} ${showExit(this.exit)}${words && `: ${words}`}`;
  }

  /** The error that a stack trace among its output names, if there is one. */
  get trace(): string | undefined {
    return stackTrace(this.stdout.text) ?? stackTrace(this.stderr.text);
  }
}

/** `ended with exit code 1`, `was killed by SIGSEGV`. */
export function showExit({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
}

/**
 * The line of a stack trace that names the error; undefined if there is none.
 *
 * @param printed What a program has printed; only the end of it is searched, line
 * by line, so that no output can make this slow.
 */
function stackTrace(printed: string): string | undefined {
  const lines = printed.slice(-SEARCHED_CHARS).split("\n");
  const at = lines.findIndex((line) => TRACE.test(line));
  if (at < 0) return undefined;
  // Python says last what it was; all others say it first, before the frames.
  if (lines[at].startsWith("Traceback")) return lastLine(printed);
  return shorten(lines[FRAME.test(lines[at]) ? Math.max(0, at - 1) : at]);
}

const SEARCHED_CHARS = 16_384;
const SHOWN_CHARS = 200;
/** JavaScript, Java: one line for each function. */
const FRAME = /^\s+at \S.{0,200}:\d+/;
const TRACE = new RegExp(
  [
    FRAME.source,
    "^Traceback \\(most recent call last\\)", // Python
    "^Exception in thread", // Java, Python's threads
    "^thread '.{0,80}' .{0,20}panicked at", // Rust
    "^panic: ", // Go
    "Segmentation fault|core dumped|^terminate called", // C, C++
  ].join("|"),
);

function lastLine(text: string): string {
  return shorten(text.slice(-SEARCHED_CHARS).trimEnd().split("\n").at(-1)!);
}

function shorten(line: string): string {
  return escapeText(line.trim().slice(0, SHOWN_CHARS));
}

function kill(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it has ended
  }
}

/** The processes that carry a program's mark, or descend from it where marks cannot be seen. */
function familyOf(pid: number, mark: string): number[] {
  return LINUX ? marked(mark) : descendants(pid);
}

function marked(mark: string): number[] {
  const pids = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environment = Deno.readTextFileSync(`/proc/${name}/environ`);
      if (environment.split("\0").includes(`${MARK}=${mark}`)) {
        pids.push(Number(name));
      }
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return pids;
}

function descendants(pid: number): number[] {
  try {
    const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,ppid="] })
      .outputSync();
    const pairs = new TextDecoder().decode(stdout).trim().split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = [pid];
    for (const parent of family) {
      family.push(
        ...pairs.filter(([, ppid]) => ppid === parent).map(([own]) => own),
      );
    }
    return family.slice(1);
  } catch {
    return []; // no ps: the group was killed, more cannot be found
  }
}
