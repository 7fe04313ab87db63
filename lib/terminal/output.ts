/**
 * Lines for stdout and stderr. How they are written is told in
 * `blocking_output.ts` (a client waits for their reader) and in
 * `non_blocking_output.ts` (a server must not, because its clients would wait too).
 *
 * @module
 */
import { ByteBuffer } from "../wire/byte_buffer.ts";
import { utf8Bytes } from "../wire/text.ts";
import { oneLine } from "./show.ts";

/** How long to leave a reader alone that has set the pipe not to block. */
export const WOULD_BLOCK_PAUSE_MS = 2;

/** What is written to: `Deno.stdout` or `Deno.stderr`. */
export interface Stream {
  /** Writes some of the bytes, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** The same, and does not return before. */
  writeSync(bytes: Uint8Array): number;
  /** Whether a person sees it directly. */
  isTerminal(): boolean;
}

/** The name of a colour that {@linkcode Output.paint} knows. */
export type Colour = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";

/** The colours that are used, as ANSI codes that look well on light and dark. */
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
  /** Whether nothing can be written any more: what comes is dropped. */
  broken = false;
  /** Whether that is an error, as a full disk is; a reader that has gone is none. */
  failed = false;
  /** Told in a sentence when lines are lost. */
  onLost: (why: string) => void = () => {};

  /** Whether they may have colours (see https://no-color.org). */
  colours: boolean;
  /** Where the lines go. */
  protected readonly stream: Stream;

  /** An output whose lines go to `stream`. */
  constructor(stream: Stream) {
    this.stream = stream;
    this.colours = !Deno.noColor && stream.isTerminal();
  }

  /** Says that a line was added to `buffer`. */
  abstract written(): void;

  /** Writes what is left; a reader that takes nothing may cost it. */
  abstract end(): Promise<void>;

  /** Adds a line of text. */
  line(text: string): void {
    this.buffer.append(utf8Bytes(text + "\n"));
    this.written();
  }

  /** Takes in that a write has failed. */
  protected break(error: unknown): void {
    this.broken = true;
    if (error instanceof Deno.errors.BrokenPipe) return; // … | head -1: it has had enough
    this.failed = true;
    this.onLost(`Cannot write the output: ${oneLine(error)}; make room, or write elsewhere`);
  }

  /** Text in a colour where colours are wanted; else as it is. */
  paint(colour: Colour, text: string): string {
    return this.colours ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

/** Gives up colours where the terminal is dumb. Only at a terminal does finding that out take time. */
export async function fitColours(...outputs: Output[]): Promise<void> {
  if (!outputs.some(({ colours }) => colours)) return;
  const { isDumbTerminal } = await import("./dumb_terminal.ts");
  const dumb = await isDumbTerminal();
  for (const output of outputs) output.colours &&= !dumb;
}
