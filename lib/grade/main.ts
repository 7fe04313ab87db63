/**
 * Grades the lab: plays the assignment's questions against four programs in any
 * language, and says why they fail if they do.
 *
 * ```sh
 * deno task grade
 * deno task grade --server1 'python3 server1.py' --client1 'python3 client1.py'
 * ```
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import { CHECKS, selectChecks } from "./all_checks.ts";
import type { Check, ProgramName } from "./check.ts";
import type { Setup } from "./lab.ts";
import { addressOfInterface, inPrivateNetwork, isPrivateNetwork, onStop } from "./network.ts";
import { Program } from "./program.ts";
import { toCheck50, toGradescope } from "./result_files.ts";
import { runChecks } from "./run_checks.ts";
import { lost } from "./scores.ts";
import { showProgress, showResults, showSummary } from "./screen.ts";
import { splitWords } from "./shell_words.ts";

const PROGRAMS: ProgramName[] = ["server1", "server2", "client1", "client2"];
const VALUED = [...PROGRAMS, "only", "json", "gradescope"];
const SWITCHES = ["no-options", "verbose", "help"];
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const HELP = `Usage: deno task grade [OPTION]…

Plays the lab's questions against four programs; ours stand in for those not given.

  --server1 COMMAND    how to run it, as 'python3 server1.py'; the grader adds
  --server2 COMMAND    -p PORT, -I NAME and -M
  --client1 COMMAND    … and -p PORT with -I NAME or -a ADDRESS
  --client2 COMMAND
  --no-options         the programs take no options: port 3000, lo and eth1
  --only WORDS         these checks or programs only, as 1a,3b or server1
  --verbose            show every conversation
  --json FILE          results in check50's shape
  --gradescope FILE    results in Gradescope's shape
  --help               show this and exit

Without an eth1 all of it runs in a private network that has one, and no way out:
build the programs, and fetch what they need, beforehand.

Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.`;

/** What the command line asks for. */
interface Options {
  given: Partial<Record<ProgramName, string>>;
  checks: Check[];
  takesOptions: boolean;
  verbose: boolean;
  json: string | undefined;
  gradescope: string | undefined;
}

/** A wrong command line. */
class UsageError extends Error {}

function readOptions(args: string[]): Options | "help" {
  const flags = parseArgs(args, {
    string: VALUED,
    boolean: SWITCHES,
    unknown: (arg) => {
      throw new UsageError(`Cannot read "${arg}": there is no such option`);
    },
  });
  if (flags.help) return "help";
  const text = (name: string): string | undefined => {
    const value: unknown = flags[name];
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value.trim() === "") {
      throw new UsageError(`Cannot read --${name}: it needs one value`);
    }
    return value;
  };
  const given: Options["given"] = {};
  for (const name of PROGRAMS) {
    const command = text(name);
    if (command === undefined) continue;
    given[name] = command;
    try {
      splitWords(command);
    } catch (error) {
      throw new UsageError(`Cannot read --${name}: ${(error as Error).message}`);
    }
  }
  const only = text("only")?.split(",") ?? [];
  const checks = selectChecks(only);
  if (checks.length === 0) {
    throw new UsageError(
      `Cannot find a check for --only ${only}: it begins as ${CHECKS[0].id}, or is a program`,
    );
  }
  return {
    given,
    checks,
    takesOptions: !flags["no-options"],
    verbose: flags.verbose === true,
    json: text("json"),
    gradescope: text("gradescope"),
  };
}

async function main(args: string[]): Promise<number> {
  let options: Options | "help";
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`grade: ${error.message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  for (const name of ["json", "gradescope"] as const) {
    const file = options[name];
    try {
      // With what it holds so far: the run may be stopped.
      if (file !== undefined) {
        Deno.writeTextFileSync(inCallersDirectory(file), "", { append: true });
      }
    } catch (error) {
      console.error(`grade: Cannot write --${name} ${file}: ${(error as Error).message}`);
      return EXIT_USAGE;
    }
  }
  let why = "";
  if (!isPrivateNetwork() && !addressOfInterface("eth1")) {
    const outcome = await inPrivateNetwork(import.meta.url, args);
    if (typeof outcome === "number") return outcome;
    why = outcome;
  }
  return await grade(options, why);
}

/** `deno task` runs in the project's directory; commands and files are the caller's. */
function callersDirectory(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

function inCallersDirectory(file: string): string {
  return file.startsWith("/") ? file : `${callersDirectory()}/${file}`;
}

/** @param why There can be no private network, if there is none. */
async function grade(options: Options, why: string): Promise<number> {
  const setup: Setup = { ...options, cwd: callersDirectory(), eth1: addressOfInterface("eth1") };
  const stop = onStop(() => {
    Program.killEverything();
    console.error("\ngrade: stopped; every program was killed");
    Deno.exit(stop.exitCode);
  });
  console.log(`${introduction(setup, why)}\n`);
  const since = performance.now();
  const results = await runChecks(
    options.checks,
    setup,
    showProgress(options.checks.length, Deno.stderr.isTerminal()),
  );
  const seconds = (performance.now() - since) / 1000;
  console.log(showResults(results, {
    colour: Deno.stdout.isTerminal() && !Deno.noColor,
    verbose: options.verbose,
  }));
  console.log(showSummary(results, seconds));
  const write = (file: string | undefined, value: unknown) => {
    if (file === undefined) return;
    Deno.writeTextFileSync(inCallersDirectory(file), `${JSON.stringify(value, null, 2)}\n`);
  };
  try {
    write(options.json, toCheck50(results));
    write(options.gradescope, toGradescope(results, seconds));
  } catch (error) {
    console.error(`grade: Cannot write the results: ${(error as Error).message}`);
    return EXIT_FAILED;
  }
  return results.some(lost) ? EXIT_FAILED : 0;
}

function introduction({ given, eth1 }: Setup, why: string): string {
  const programs = PROGRAMS.map((name) => `${name}: ${given[name] ?? "ours"}`);
  const where = eth1 === undefined
    ? `This machine has no eth1, and a private network cannot be made (${why}): server2 is graded on lo.`
    : isPrivateNetwork()
    ? `eth1 is ${eth1}, in a private network made for this run.`
    : `eth1 is this machine's own, ${eth1}.`;
  return `Grading ${programs.join(", ")}.\n${where}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
