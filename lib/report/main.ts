/**
 * Writes REPORT.md, the lab report: the assignment's questions, answers, and the
 * terminals of a real run just made, in a network of its own that has an eth1.
 *
 * ```sh
 * deno task report
 * ```
 *
 * @module
 */
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, Failure, UsageError } from "../cli/failure.ts";
import { parseOptions } from "../cli/options.ts";
import { PERMISSIONS } from "../cli/permissions.ts";
import { runProgram } from "../cli/program.ts";
import { writeAtomically } from "../grade/results/write_atomically.ts";
import { BlockingOutput } from "../terminal/blocking_output.ts";
import { lenientText, utf8Bytes } from "../wire/text.ts";
import { question3, question3a, question3b, question3c } from "./clients.ts";
import { ETH1_ADDRESS } from "../eth1/network.ts";
import { PORT } from "./facts.ts";
import { isInside, runInside } from "./network.ts";
import { question1, question2 } from "./servers.ts";
import { Terminal } from "./terminal.ts";

const ROOT = new URL("../../", import.meta.url);
const FILE = new URL("REPORT.md", ROOT);

const COMMAND_LINE: CommandLine = {
  name: "report",
  summary: "report writes REPORT.md, the lab report, from a real run of the four programs.",
  synopsis: "[OPTION]…",
  options: [{ name: "print", help: "show it, and write nothing" }],
  examples: [["", "write REPORT.md"], ["--print", "show it"]],
  permissions: ["--allow-all"],
};

/** The report's text, made by playing all of it. Fails if the programs do not do what it says. */
async function makeReport(): Promise<string> {
  try {
    const text = [
      `# Networks Lab, Assignment 1

Everything on the terminals below was run by \`deno task report\`, which wrote this file: the
programs on terminals of their own, in a network with the interfaces lo (127.0.0.1) and eth1
(${ETH1_ADDRESS}). \`./server1.ts\` stands for \`deno run ${
        PERMISSIONS.join(" ")
      } server1.ts\`, which is
what its first line says. Ctrl+D does not show on a terminal.
`,
      await question1(),
      await question2(),
      await question3(),
      await question3a(),
      await question3b(),
      await question3c(),
    ].join("");
    return await format(text);
  } finally {
    await Terminal.killAll();
  }
}

/** The text as `deno fmt` wants it, which checks it like any file of the project. */
async function format(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(utf8Bytes(markdown));
  await writer.close();
  const { stdout, success } = await child.output();
  if (!success) throw new Failure("Cannot write the report: deno fmt does not take it");
  return lenientText(stdout);
}

/** A report without what differs from run to run: the clients' ports, and where lines break. */
export function withoutAccidents(report: string): string {
  return report.replace(
    /\('([\d.]+)', (\d+)\)/g,
    (all, address, port) => Number(port) === PORT ? all : `('${address}', PORT)`,
  ).replace(/\s+/g, " ");
}

function main(args: string[]): Promise<number> {
  const out = new BlockingOutput(Deno.stdout);
  const log = new BlockingOutput(Deno.stderr);
  return runProgram(COMMAND_LINE, { out, log }, async () => {
    const given = parseOptions(COMMAND_LINE, args);
    if ("text" in given) {
      out.line(given.text);
      return EXIT_DONE;
    }
    const [stray] = given.texts;
    if (stray !== undefined) {
      throw new UsageError(`Cannot use the argument "${stray}": report takes options only`);
    }
    if (!isInside()) {
      const outcome = await runInside(args);
      if (typeof outcome === "number") return outcome;
      throw new Failure(`Cannot make a private network with an eth1: ${outcome}`);
    }
    const report = await makeReport();
    if (given.has("print")) out.line(report.trimEnd());
    else await writeAtomically(FILE, report);
    return EXIT_DONE;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
