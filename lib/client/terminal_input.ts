/**
 * The lines that a person types. Loaded only at a terminal: a pipe need not wait
 * for it.
 *
 * @module
 */
import { gatheredLines } from "../keyboard/gathered_lines.ts";
import { Keyboard } from "../keyboard/keyboard.ts";
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import { isDumbTerminal } from "../terminal/dumb_terminal.ts";
import { stdinStream } from "../terminal/stdin.ts";
import { Lines } from "./lines.ts";
import { type TextInput, unreadable } from "./text_input.ts";

/** What a terminal is read for. */
export interface TerminalPurpose {
  /** The program's name. */
  name: string;
  /** What a person is to type: `a text`. */
  typed: string;
  /** The longest line wanted, in bytes; of a longer one, as much comes as tells that it is. */
  maxRequestBytes: number;
}

/**
 * The lines of the terminal that stdin is, up to an empty one. Where a prompt is
 * out of place, the terminal gathers and edits them; on Windows it does that well.
 *
 * @param purpose What they are for.
 * @param quiet Whether only results are wanted.
 * @param out Where other lines go, while one is being typed.
 * @param log The same; what there is to say of the input goes there.
 */
export async function fromTerminal(
  { name, typed, maxRequestBytes }: TerminalPurpose,
  quiet: boolean,
  out: BlockingOutput,
  log: BlockingOutput,
): Promise<TextInput> {
  const plain = quiet || !Deno.stderr.isTerminal() || Deno.build.os === "windows";
  if (plain || await isDumbTerminal()) {
    const lines = new Lines(stdinStream(unreadable), maxRequestBytes);
    return {
      texts: gatheredLines(name, lines, log),
      more: () => lines.more,
      place: () => "",
    };
  }
  const hint = `Type ${typed} and press Enter; an empty line or Ctrl+D ends`;
  return new Keyboard({ name, hint, maxBytes: maxRequestBytes, out, log });
}
