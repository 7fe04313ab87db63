/**
 * Where a client's texts come from: its arguments, or stdin line by line.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { oneLine } from "../terminal/show.ts";
import { stdinStream } from "../terminal/stdin.ts";
import { utf8Bytes } from "../wire/text.ts";
import { Lines } from "./lines.ts";

/** What a client sends, and how it names it in a message. */
export interface TextInput {
  /** The texts, one after the other. */
  texts: AsyncIterable<Uint8Array>;
  /** Whether the next text is at hand, so that both can go in one write. */
  more(): boolean;
  /** ` (line 3)` for the third text, or nothing where that would not help. */
  place(index: number): string;
  /** Settles with the exit code when a signal ends the input before its end. */
  interrupted?: Promise<number>;
  /** Leaves the terminal as it was. */
  close?(): void;
}

/** The texts on the command line. */
export function fromArguments(texts: string[]): TextInput {
  return { texts: ReadableStream.from(texts.map(utf8Bytes)), more: () => false, place: () => "" };
}

/**
 * The lines of a pipe or a file.
 *
 * @param maxBytes The longest line wanted, in bytes; of a longer one a part comes.
 */
export function fromPipe(maxBytes: number): TextInput {
  const lines = new Lines(stdinStream(unreadable), maxBytes);
  return { texts: lines, more: () => lines.more, place: (index) => ` (line ${index + 1})` };
}

/** The sentence for an input that cannot be read. */
export function unreadable(error: unknown): Failure {
  const why = `Cannot read the input: ${oneLine(error)}; give a file, a pipe or a keyboard`;
  return new Failure(why, undefined, { cause: error });
}
