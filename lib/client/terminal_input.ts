/**
 * The lines that a person types. This module is loaded only if stdin is a terminal, so that a pipe
 * does not wait for it.
 *
 * @module
 */

import { Keyboard } from "../keyboard/keyboard.ts";
import { untilEmptyLine } from "../keyboard/terminal_lines.ts";
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import { isDumbTerminal } from "../terminal/dumb_terminal.ts";
import { stdinStream } from "../terminal/stdin.ts";
import { Lines } from "./lines.ts";
import { type TextInput, unreadable } from "./text_input.ts";

/** The program that reads the terminal. */
export interface TerminalPurpose {
  /** The program's name. */
  name: string;
  /** What a person types: `a text`. */
  typed: string;
  /** The longest line, in bytes. Of a longer one, enough is returned to see that it is too long. */
  maxRequestBytes: number;
}

/**
 * The lines of the terminal that stdin is, up to an empty one. With `quiet`, on a dumb terminal and
 * on Windows the terminal edits the lines; elsewhere the keyboard does, with a prompt.
 *
 * @param program The program that reads them.
 * @param quiet Whether only results are shown.
 * @param out The transcript.
 * @param log The output for the hint and messages.
 */
export async function fromTerminal(
  { name, typed, maxRequestBytes }: TerminalPurpose,
  quiet: boolean,
  out: BlockingOutput,
  log: BlockingOutput,
): Promise<TextInput> {
  const say = (message: string) => log.line(`${name}: ${message}`);
  const plain = quiet || !Deno.stderr.isTerminal() || Deno.build.os === "windows";
  if (plain || await isDumbTerminal()) {
    const lines = new Lines(stdinStream(unreadable), maxRequestBytes);
    return { texts: untilEmptyLine(lines, say), more: () => lines.more };
  }
  const hint = `Type ${typed} and press Enter; an empty line or Ctrl+D ends the client`;
  log.line(log.paint("dim", `${name}: ${hint}`));
  return new Keyboard(maxRequestBytes, [out, log], say);
}
