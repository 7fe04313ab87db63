/**
 * A server's command line.
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
import { DEFAULT_LIMITS } from "./limits.ts";

/** More threads than this were never faster on the machines that were measured. */
const MAX_DEFAULT_THREADS = 8;
const MAX_THREADS = 64;

/** A server's options. */
export interface ServerOptions extends LabOptions {
  /** Whether to serve many clients at once, until a signal. */
  multiThreaded: boolean;
  /** How many threads share the clients. */
  threads: number;
  /** Clients at once, all threads together. */
  maxConnections: number;
  /** Milliseconds after which a silent client is closed; 0 means never. */
  idleTimeoutMs: number;
}

/**
 * Reads a server's command line.
 *
 * @returns The options, or the help or version to show.
 * @throws {UsageError} If an option is unknown or its value is wrong.
 */
export function parseServerArgs(
  program: LabProgram,
  args: string[],
): ServerOptions | HelpOrVersion {
  const given = parseOptions({
    ...program,
    synopsis: "[OPTION]…",
    options: [
      ...addressOptions(program, "listen on", ", 0 for a free one"),
      { name: "multi-threaded", letter: "M", help: "serve many clients at once" },
      {
        name: "threads",
        letter: "T",
        value: "N",
        help: `with -M: threads to share them (cores, at most ${MAX_DEFAULT_THREADS})`,
      },
      {
        name: "max-connections",
        value: "N",
        help: `with -M: clients at once (${DEFAULT_LIMITS.maxConnections})`,
      },
      {
        name: "idle-timeout",
        value: "S",
        help: "close a client silent for S seconds (0: never)",
      },
      ...showingOptions("no transcript: the first line only"),
    ],
  }, args);
  if ("text" in given) return given;
  const multiThreaded = given.has("multi-threaded");
  const alone = ["threads", "max-connections"].find((name) => given.has(name) && !multiThreaded);
  if (alone !== undefined) {
    throw new UsageError(`Cannot use --${alone} alone: it goes with --multi-threaded (-M)`);
  }
  const cores = Math.min(navigator.hardwareConcurrency, MAX_DEFAULT_THREADS);
  const options = {
    ...readLabOptions(program, given),
    multiThreaded,
    threads: given.integer("threads", cores, 1, MAX_THREADS),
    maxConnections: given.integer("max-connections", DEFAULT_LIMITS.maxConnections, 1, 1_000_000),
    idleTimeoutMs: given.milliseconds("idle-timeout"),
  };
  if (given.texts.length > 0) {
    throw new UsageError(
      `Cannot use the argument "${given.texts[0]}": a server takes options only`,
    );
  }
  return options;
}
