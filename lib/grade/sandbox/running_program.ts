/**
 * A running program that is not trusted: its output, its input and its end.
 *
 * @module
 */
import { oneLine } from "../../terminal/show.ts";
import { utf8Bytes } from "../../wire/text.ts";
import { endTree, hasEnded, killTree } from "./proc.ts";
import { pause, within } from "./waiting.ts";
import { FLOOD_PAUSE_MS, KILL_LIMIT_MS, LAST_OUTPUT_MS, START_LIMIT_MS } from "./limits.ts";

/** A program that writes more output is ended. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
/** Only the beginning of the output is kept: errors and prompts are there. */
const MAX_SCREEN_CHARS = 512 * 1024;
/** A shell's exit code for a command that cannot be started. */
const NOT_STARTED = 127;
const CTRL_D = "\x04";
/** Cursor movements and colours, and the terminal's echo of Ctrl+D. */
const CONTROL_SEQUENCES = // deno-lint-ignore no-control-regex
  /\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]{0,256}(?:\x07|\x1b\\)|\x1b[=>]|\^D\x08\x08|\r/g;

/** A command to start, where a submission's files are. */
export interface Program {
  words: string[];
  /** The folder that it is started in, relative to the submission; `` for its top. */
  folder: string;
  /** Variables of its environment beside the usual ones. */
  env?: Record<string, string>;
}

/** A process that was started. */
export interface Process {
  /** The process ID; all processes of the program descend from this process. */
  pid: number;
  /** The ID of the sandbox's first process, once it exists; the program's processes descend from it. */
  innermost?: () => number | undefined;
  input: WritableStream<Uint8Array<ArrayBuffer>>;
  /** stdout and stderr, or the terminal; each ends with the process. */
  outputs: ReadableStream<Uint8Array<ArrayBuffer>>[];
  /**
   * Waits for the exit code; 128 plus the signal's number for a signal.
   *
   * @param read Settles when the outputs have been read.
   */
  exit(read: Promise<unknown>): Promise<number>;
  /** Ends what is no process; absent for a process. */
  end?: () => void;
}

/** A program that runs, or has run. */
export class RunningProgram {
  /** The exit code; 128 plus the signal's number for a signal; undefined while it runs. */
  exit: number | undefined;
  /** Why the grader ended it, if it exceeded a limit. */
  excess: string | undefined;
  readonly typed: string[] = [];
  lastOutputAt: number = performance.now();
  /** Settles after its end, when its output has been read. */
  readonly ended: Promise<void>;

  /** Its output, without control sequences. */
  screen = "";
  #raw = 0;
  #process: Process | undefined;
  #innermost: number | undefined;
  #started: Promise<Process | undefined>;
  #typed: Promise<unknown>;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;

  /**
   * Follows a process that is being started.
   *
   * @param started The process. If it cannot be started, the reason is its screen.
   * @param terminal Whether the program runs on a terminal.
   */
  constructor(started: Promise<Process>, private readonly terminal: boolean) {
    this.#started = started.then((process) => {
      this.#process = process;
      this.#input = process.input.getWriter();
      this.#input.closed.catch(() => {}); // a program may close its input
      return process;
    }, (error) => {
      this.screen = `${oneLine(error)}\n`;
      return undefined;
    });
    this.#typed = this.#started;
    this.ended = this.#follow();
  }

  async #follow(): Promise<void> {
    const process = await this.#started;
    if (!process) {
      this.exit = NOT_STARTED;
      return;
    }
    const read = Promise.all(process.outputs.map((output) => this.#read(output)));
    const code = await process.exit(read);
    await within(read, LAST_OUTPUT_MS);
    this.exit = code;
  }

  /** The process from which all its processes descend; 0 while it is being started. */
  get pid(): number {
    if (!this.#process) return 0;
    this.#innermost ??= this.#process.innermost?.();
    return this.#innermost ?? this.#process.pid;
  }

  /**
   * The first process of its sandbox; undefined while the sandbox is started or ended, and where
   * there is none.
   */
  get innermost(): number | undefined {
    if (this.exit !== undefined || this.pid === 0 || this.#innermost === undefined) {
      return undefined;
    }
    return hasEnded(this.#innermost) ? undefined : this.#innermost;
  }

  /** Whether it has written more output than is kept. */
  get floods(): boolean {
    return this.screen.length >= MAX_SCREEN_CHARS;
  }

  type(line: string): void {
    this.typed.push(line);
    this.#write(utf8Bytes(`${line}\n`));
  }

  /** Ends its input, as Ctrl+D does. */
  ctrlD(): void {
    if (this.terminal) this.#write(utf8Bytes(CTRL_D));
    else this.#typed = this.#typed.then(() => this.#input?.close()).catch(() => {});
  }

  async endsWithin(limitMs: number): Promise<boolean> {
    await within(this.ended, limitMs);
    return this.exit !== undefined;
  }

  /** Ends it, and with it everything in its sandbox. */
  async stop(): Promise<void> {
    const process = await within(this.#started, START_LIMIT_MS);
    process?.end?.();
    if (process && this.exit === undefined) await endTree(process.pid, this.innermost);
    await within(this.ended, KILL_LIMIT_MS);
    await within(this.#input?.abort().catch(() => {}) ?? this.ended, KILL_LIMIT_MS);
  }

  #write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#typed = this.#typed.then(() => this.#input?.write(bytes)).catch(() => {});
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = ""; // the start of a control sequence whose end is in the next chunk
    try {
      for await (const chunk of stream) {
        this.#raw += chunk.length;
        if (this.#raw > MAX_OUTPUT_BYTES) {
          this.excess ??= "showed more than 32 MB and was ended";
          if (this.#process) killTree(this.#process.pid);
        }
        if (this.floods) {
          await pause(FLOOD_PAUSE_MS);
          continue;
        }
        this.lastOutputAt = performance.now();
        const text = rest + decoder.decode(chunk, { stream: true });
        const cut = text.lastIndexOf("\x1b");
        const open = cut >= 0 && cut > text.length - 16 && !/[A-Za-z=>]/.test(text.slice(cut + 1));
        rest = open ? text.slice(cut) : "";
        this.screen += (open ? text.slice(0, cut) : text).replace(CONTROL_SEQUENCES, "");
      }
    } catch {
      // It was ended while it was read.
    }
  }
}

/** A program that is not started yet: it shows nothing, and Ctrl+D ends it. */
export function notStarted(): RunningProgram {
  const { promise, resolve } = Promise.withResolvers<number>();
  const end = () => resolve(0);
  const input = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (bytes) => bytes.includes(CTRL_D.charCodeAt(0)) ? end() : undefined,
  });
  const process = { pid: NaN, input, outputs: [], exit: () => promise, end };
  return new RunningProgram(Promise.resolve(process), true);
}
