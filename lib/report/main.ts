/**
 * Writes REPORT.md, the lab report: the assignment's questions, their answers, and the terminals of
 * a run of the four programs in a private network that has an eth1.
 *
 * ```sh
 * deno task report
 * ```
 *
 * @module
 */
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, Failure } from "../cli/failure.ts";
import { PERMISSIONS } from "../cli/permissions.ts";
import { runTask } from "../cli/task.ts";
import { writeAtomically } from "../grade/results/result_files.ts";
import { lenientText, utf8Bytes } from "../wire/text.ts";
import { question3a } from "./aborts.ts";
import { ETH1_ADDRESS } from "./facts.ts";
import { question3b } from "./many_clients.ts";
import { isInside, runInside } from "./network.ts";
import { Terminal } from "./terminal.ts";
import { question3 } from "./two_clients.ts";
import { question1, question2 } from "./two_servers.ts";
import { question3c } from "./wrong_address.ts";

const ROOT = new URL("../../", import.meta.url);
const FILE = new URL("REPORT.md", ROOT);

const COMMAND_LINE: CommandLine = {
  name: "report",
  summary: "report writes REPORT.md, the lab report, from a real run of the four programs.",
  synopsis: "[OPTION]…",
  options: [{ name: "print", help: "show the report, and write nothing" }],
  examples: [["", "write REPORT.md"], ["--print", "show the report"]],
  permissions: ["--allow-all"],
};

/** Linux gives clients ports from here on. */
const FIRST_CHOSEN_PORT = 32_768;

/**
 * Runs the four programs and writes the report's text.
 *
 * @throws If the run does not show what the report says.
 */
async function makeReport(): Promise<string> {
  try {
    const answers = [await question1(), await question2(), await question3()];
    const wrongAddress = await question3c();
    const manyClients = await question3b();
    const aborts = await question3a(); // the last one: it ends eth1
    return await format(
      [header(), ...answers, aborts, manyClients, wrongAddress, CONCLUSION].join(""),
    );
  } finally {
    await Terminal.killAll();
  }
}

function header(): string {
  const [linux] = Deno.osRelease().match(/^\d+\.\d+/)!;
  return `# Networks Lab, Assignment 1

|          |                                       |
| -------- | ------------------------------------- |
| Name     |                                       |
| Course   |                                       |
| Date     |                                       |
| Versions | Deno ${Deno.version.deno}, Linux ${linux}, ${Deno.build.arch} |

\`deno task report\` wrote this file. It ran everything that the terminals below show, in a private
network with the interfaces lo (127.0.0.1) and eth1 (${ETH1_ADDRESS}). \`./server1.ts\` is the same as
\`deno run ${PERMISSIONS.join(" ")} server1.ts\`. In the diagrams, the
hexadecimal bytes before a text are its header; the segments that acknowledge others are left out.
The terminals are shown without a client's prompt and hint, and without \`^C\` and \`^D\`.

The programs: [server1.ts](server1.ts), [server2.ts](server2.ts), [client1.ts](client1.ts),
[client2.ts](client2.ts), and [the code that they share](lib/README.md).
`;
}

const CONCLUSION = `
## Conclusion

- TCP carries a stream of bytes. A program must mark where a message ends; here a header of four bytes
  has the length.
- The address that a server listens on decides who can reach it: 127.0.0.1 is for programs of the same
  host, eth1's address also for the hosts of its network.
- However a client ends, its operating system sends FIN, and the server reads the end of the stream.
  Only a lost host or network sends nothing: the server needs a timeout.
- The operating system accepts connections before the server does. A server serves many clients if it
  does not wait for one of them.
- TCP connects to any program that listens. A server must check each message, and answer a wrong one
  with an error.
`;

/** The text in the format of `deno fmt`, which `deno task check` checks. */
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
  if (!success) throw new Failure("Cannot write the report: deno fmt fails");
  return lenientText(stdout);
}

/** A report without what differs from run to run: ports, versions, and where lines break. */
export function withoutAccidents(report: string): string {
  return report
    .replace(
      /(\('|)(\d+\.\d+\.\d+\.\d+)(', |:)(\d+)/g,
      (all, open, address, between, port) =>
        Number(port) < FIRST_CHOSEN_PORT ? all : `${open}${address}${between}PORT`,
    )
    .replace(/Deno \d+\.\d+\.\d+, Linux \d+\.\d+, \w+/, "VERSIONS")
    .replace(/^(LISTEN +\d+ +)\d+/gm, "$1BACKLOG")
    .replace(/[\s-]+/g, " ");
}

function main(args: string[]): Promise<number> {
  return runTask(COMMAND_LINE, args, async (given, { out }) => {
    if (!isInside()) {
      const outcome = await runInside(args);
      if (typeof outcome === "number") return outcome;
      throw new Failure(`Cannot make a private network with an eth1: ${outcome}`);
    }
    const report = await makeReport();
    if (given.has("print")) {
      out.line(report.trimEnd());
    } else {
      await writeAtomically(FILE, report);
      out.line("REPORT.md is written.");
    }
    return EXIT_DONE;
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
