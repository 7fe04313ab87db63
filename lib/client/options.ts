/**
 * A client's command line.
 *
 * @module
 */
import { UsageError } from "../cli/failure.ts";
import {
  addressOptions,
  type LabOptions,
  type LabProgram,
  readLabOptions,
  showingOptions,
} from "../cli/lab_options.ts";
import { type HelpOrVersion, parseOptions } from "../cli/options.ts";

/** A client's options. */
export interface ClientOptions extends LabOptions {
  /** The address to connect to instead of the interface's. */
  address?: string;
  /** Milliseconds to wait for a reply; 0: without limit. */
  timeoutMs: number;
  /** Whether the server is one of the original lab's. */
  legacyServer: boolean;
  /** The texts on the command line. */
  texts: string[];
}

/**
 * Reads a client's command line.
 *
 * @returns The options, or the help or version to show.
 * @throws {UsageError} If an option is unknown or its value is wrong.
 *
 * @example
 * ```ts
 * const program = { name: "client1", summary: "", examples: [], interface: "lo" };
 * const options = parseClientArgs(program, ["-p", "4000", "hi"]);
 * if (!("text" in options)) console.log(options.port, options.texts); // 4000 [ "hi" ]
 * ```
 */
export function parseClientArgs(
  program: LabProgram,
  args: string[],
): ClientOptions | HelpOrVersion {
  const given = parseOptions({
    ...program,
    synopsis: "[OPTION]… [TEXT]…",
    options: [
      ...addressOptions(program, "connect to"),
      {
        name: "use-ip-addr",
        letter: "a",
        value: "ADDR",
        help: "connect to this address instead",
      },
      {
        name: "timeout",
        value: "S",
        help: "give up on a reply after S seconds (0: never)",
      },
      { name: "legacy-server", help: "the server is one of the original lab's" },
      ...showingOptions("replies alone, one a line"),
    ],
  }, args);
  if ("text" in given) return given;
  const address = given.string("use-ip-addr");
  if (address !== undefined) assertWholeAddress(address);
  return {
    ...readLabOptions(program, given),
    ...(address === undefined ? {} : { address }),
    timeoutMs: given.milliseconds("timeout"),
    legacyServer: given.has("legacy-server"),
    texts: given.texts,
  };
}

/** Refuses `127.1`: the system would connect to 127.0.0.1, and to 1.2.0.3 for `1.2.3`. */
function assertWholeAddress(address: string): void {
  if (!/^[\d.]+$/.test(address)) return;
  const numbers = address.split(".");
  if (numbers.length === 4 && numbers.every((one) => /^\d{1,3}$/.test(one) && +one < 256)) return;
  throw new UsageError(
    `Cannot read --use-ip-addr (-a): an IPv4 address has four numbers from 0 to 255, got "${address}"`,
  );
}
