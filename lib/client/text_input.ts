/**
 * The source of a client's texts: its arguments, or stdin line by line.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { oneLine } from "../terminal/show.ts";
import { stdinStream } from "../terminal/stdin.ts";
import { utf8Bytes } from "../wire/text.ts";
import { Lines } from "./lines.ts";

/** A source of texts. */
export interface TextInput {
  /** The texts, in order. */
  texts: AsyncIterable<Uint8Array>;
  /** Whether the next text is available without a wait, so that one write can send both. */
  more(): boolean;
  /** The text's place, for an error message: ` (line 3)`. */
  place?(index: number): string;
  /** Resolves with the exit code when a signal ends the program. */
  interrupted?: Promise<number>;
  /** Restores the terminal. */
  close?(): void;
}

/**
 * The texts on the command line.
 *
 * @example
 * ```ts
 * for await (const text of fromArguments(["hi"]).texts) console.log(text.length); // 2
 * ```
 */
export function fromArguments(texts: string[]): TextInput {
  // more(): false writes each text at once, which is simple, and fast enough for arguments.
  return { texts: ReadableStream.from(texts.map(utf8Bytes)), more: () => false };
}

/**
 * The lines of a pipe or a file.
 *
 * @param maxBytes The longest line, in bytes; longer ones are cut a little beyond that.
 *
 * @example
 * ```ts
 * for await (const line of fromPipe(1024).texts) console.log(line.length);
 * ```
 */
export function fromPipe(maxBytes: number): TextInput {
  const lines = new Lines(stdinStream(unreadable), maxBytes);
  return { texts: lines, more: () => lines.more, place: (index) => ` (line ${index + 1})` };
}

/** The failure for an input that cannot be read. */
export function unreadable(error: unknown): Failure {
  const why = `Cannot read the input: ${oneLine(error)}; give a file, a pipe or a keyboard`;
  return new Failure(why, undefined, { cause: error });
}
