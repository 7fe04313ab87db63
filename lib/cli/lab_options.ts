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
  /** The interface that it uses by default. */
  interface: string;
}

/** The options of servers and clients. */
export interface LabOptions {
  /** The port to listen on or to connect to. */
  port: number;
  /** The name of the interface whose address is used. */
  interface: string;
  /** Whether to show no transcript. */
  quiet: boolean;
  /** Whether to show every frame, its first bytes in hexadecimal. */
  trace: boolean;
}

/** The options for port and interface. `verb` is what the program does with them: `listen on`. */
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

/** The options for the output. `quietly` is the help of --quiet. */
export function showingOptions(quietly: string): OptionSpec[] {
  return [
    { name: "quiet", letter: "q", help: quietly },
    { name: "trace", letter: "t", help: "show every frame (at most 64 bytes of it), on stderr" },
  ];
}

/**
 * Reads the shared options.
 *
 * @throws {UsageError} If a value is wrong.
 *
 * @example
 * ```ts
 * import { parseOptions } from "./options.ts";
 *
 * const program = { name: "server1", summary: "", examples: [], interface: "lo" };
 * const options = [...addressOptions(program, "listen on"), ...showingOptions("no transcript")];
 * const given = parseOptions({ ...program, synopsis: "", options }, ["-p", "4000"]);
 * if (!("text" in given)) readLabOptions(program, given).port; // 4000
 * ```
 */
export function readLabOptions(program: LabProgram, given: ParsedOptions): LabOptions {
  return {
    port: given.integer("port", DEFAULT_PORT, 0, 65_535),
    interface: given.string("interface") ?? program.interface,
    quiet: given.has("quiet"),
    trace: given.has("trace"),
  };
}
