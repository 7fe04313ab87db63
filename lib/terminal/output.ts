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

/** What is written to: `Deno.stdout` or `Deno.stderr`. */
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
  /** Where to append bytes; call {@linkcode Output.written} after each whole line. */
  buffer: ByteBuffer = new ByteBuffer(4096);
  /** Whether a write has failed: further lines are dropped. */
  broken = false;
  /** Whether the failure is an error, as a full disk is. A reader that has closed the pipe is none. */
  failed = false;
  /** Called with a sentence when lines are lost. */
  onLost: (why: string) => void = () => {};

  /** Whether lines may have colours (see https://no-color.org). */
  colours: boolean;
  /** Where the lines go. */
  protected readonly stream: Stream;

  /** An output whose lines go to `stream`. */
  constructor(stream: Stream) {
    this.stream = stream;
    this.colours = !Deno.noColor && stream.isTerminal();
  }

  /** Reports that a line was added to `buffer`. */
  abstract written(): void;

  /** Writes what is left. */
  abstract end(): Promise<void>;

  /** Adds a line of text. */
  line(text: string): void {
    this.buffer.append(utf8Bytes(text + "\n"));
    this.written();
  }

  /** Adds a line that is never left out. */
  urgentLine(text: string): void {
    this.line(text);
  }

  /** Handles a failed write. */
  protected break(error: unknown): void {
    this.broken = true;
    if (error instanceof Deno.errors.BrokenPipe) return; // the reader wants no more: … | head -1
    this.failed = true;
    this.onLost(`Cannot write the output: ${oneLine(error)}; make room, or write elsewhere`);
  }

  /** Text in a colour where colours are wanted; else unchanged. */
  paint(colour: Colour, text: string): string {
    return this.colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

/** Turns colours off where the terminal is dumb. Finding that out takes time, at a terminal only. */
export async function fitColours(...outputs: Output[]): Promise<void> {
  if (!outputs.some(({ colours }) => colours)) return;
  const { isDumbTerminal } = await import("./dumb_terminal.ts");
  const dumb = await isDumbTerminal();
  for (const output of outputs) output.colours &&= !dumb;
}
