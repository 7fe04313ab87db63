/**
 * Lines for stdout and stderr. `blocking_output.ts` writes a client's lines and waits for their
 * reader. `server_output.ts` writes a server's lines and does not wait, because its clients would
 * wait too.
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { utf8Bytes } from "../wire/text.ts";
import { oneLine } from "./show.ts";

/** A stream for output: `Deno.stdout` or `Deno.stderr`. */
export interface Stream {
  /** Writes some of the bytes. Returns how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** The same, but blocks the thread. */
  writeSync(bytes: Uint8Array): number;
  /** Whether it is a terminal. */
  isTerminal(): boolean;
}

/** A colour of {@linkcode Output.paint}. */
export type Colour = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";

/** The colours as ANSI codes; these can be read on light and dark backgrounds. */
const COLOURS: Record<Colour, number> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  bold: 1,
  dim: 2,
};

/** A stream of lines for people. */
export abstract class Output {
  /** The bytes of lines; append to it, and call {@linkcode Output.written} after each whole line. */
  buffer: ByteBuffer = new ByteBuffer(4096);
  /** Whether a write has failed: further lines are dropped. */
  broken = false;
  /** Whether the failure is an error, such as a full disk. A pipe that its reader closed is not one. */
  failed = false;
  /** Called with a sentence when lines are lost. */
  onLost: (why: string) => void = () => {};

  /** Whether lines may have colours (see https://no-color.org). */
  colours: boolean;
  /** The stream that the lines are written to. */
  protected readonly stream: Stream;

  /** An output whose lines go to `stream`. */
  constructor(stream: Stream) {
    this.stream = stream;
    this.colours = !Deno.noColor && stream.isTerminal();
  }

  /** Reports that a line was added to `buffer`. */
  abstract written(): void;

  /** Writes the remaining lines. */
  abstract end(): Promise<void>;

  /** Adds a line of text. */
  line(text: string): void {
    this.buffer.append(utf8Bytes(text + "\n"));
    this.written();
  }

  /** Adds a line that is never dropped. */
  urgentLine(text: string): void {
    this.line(text);
  }

  /** Handles a failed write. */
  protected break(error: unknown): void {
    this.broken = true;
    if (error instanceof Deno.errors.BrokenPipe) return; // the reader has closed the pipe: … | head -1
    this.failed = true;
    this.onLost(`Cannot write the output: ${oneLine(error)}; make room, or write elsewhere`);
  }

  /** Text in a colour where colours are wanted; else unchanged. */
  paint(colour: Colour, text: string): string {
    return this.colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

/**
 * Turns colours off if the terminal is dumb. The check takes some milliseconds, so it is left out if
 * no output has colours.
 *
 * @example
 * ```ts
 * import { BlockingOutput } from "./blocking_output.ts";
 *
 * const log = new BlockingOutput(Deno.stderr);
 * await fitColours(log);
 * log.line(log.paint("red", "Error"));
 * ```
 */
export async function fitColours(...outputs: Output[]): Promise<void> {
  if (!outputs.some(({ colours }) => colours)) return;
  const { isDumbTerminal } = await import("./dumb_terminal.ts");
  const dumb = await isDumbTerminal();
  for (const output of outputs) output.colours &&= !dumb;
}
