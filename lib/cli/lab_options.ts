/**
 * The options that the four programs share, with the original's letters.
 *
 * @module
 */
import type { OptionSpec, ProgramInfo } from "./command_line.ts";
import type { ParsedOptions } from "./options.ts";

/** The port of the original assignment. */
export const DEFAULT_PORT = 3000;

/** One of the four programs. */
export interface LabProgram extends ProgramInfo {
  /** The interface that it uses unless told otherwise. */
  interface: string;
}

/** What both kinds of program are told. */
export interface LabOptions {
  /** The port to listen on or to connect to. */
  port: number;
  /** The name of the interface whose address is used. */
  interface: string;
  /** Whether to leave the transcript out. */
  quiet: boolean;
  /** Whether to show every frame's bytes. */
  trace: boolean;
}

/** The port and the interface, for a program that does `verb` with them: `listen on`. */
export function addressOptions(
  program: LabProgram,
  verb: string,
  portNote = "",
): OptionSpec[] {
  return [
    {
      name: "port",
      letter: "p",
      value: "N",
      help: `port to ${verb}${portNote} (${DEFAULT_PORT})`,
    },
    {
      name: "interface",
      letter: "I",
      value: "NAME",
      help: `interface whose address to ${verb} (${program.interface})`,
    },
  ];
}

/** What is shown, for a program that shows `quietly` alone when it is quiet. */
export function showingOptions(quietly: string): OptionSpec[] {
  return [
    { name: "quiet", letter: "q", help: quietly },
    { name: "trace", letter: "t", help: "show every frame's bytes, on stderr" },
  ];
}

/**
 * Reads the options that are shared.
 *
 * @throws {UsageError} If a value is wrong.
 */
export function readLabOptions(program: LabProgram, given: ParsedOptions): LabOptions {
  return {
    port: given.integer("port", DEFAULT_PORT, 0, 65_535),
    interface: given.text("interface") ?? program.interface,
    quiet: given.has("quiet"),
    trace: given.has("trace"),
  };
}
