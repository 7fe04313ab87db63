/**
 * What the report claims, checked against the run.
 *
 * @module
 */
import { Failure } from "../cli/failure.ts";
import { lenientText } from "../wire/text.ts";

/** An unanswered request stays unanswered for at least this time. */
const SILENCE_MS = 500;

/**
 * Checks a claim of the report.
 *
 * @throws {Failure} If the run does not show it.
 */
export function prove(claim: string, isSo: boolean): void {
  if (!isSo) throw new Failure(`Cannot write the report: the run does not show that ${claim}`);
}

/** Waits long enough to see that something does not happen. */
export async function waitInSilence(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
}

/** What a command of the system printed. */
export class CommandOutput {
  #command: string[];
  #text: string;

  private constructor(command: string[], text: string) {
    this.#command = command;
    this.#text = text;
  }

  /** Runs a command, in the report's network. */
  static async of(...command: string[]): Promise<CommandOutput> {
    const [program, ...args] = command;
    const { success, stdout } = await new Deno.Command(program, { args, stdin: "null" }).output();
    prove(`${command.join(" ")} succeeds`, success);
    return new CommandOutput(command, lenientText(stdout).replaceAll(/ +$/gm, "").trimEnd());
  }

  /** The command and its output as a block of Markdown. */
  get block(): string {
    return ["```text", `$ ${this.#command.join(" ")}`, this.#text, "```"].join("\n");
  }

  /** The output's lines, each split at white space. */
  get rows(): string[][] {
    return this.#text.split("\n").map((line) => line.trim().split(/\s+/));
  }
}

/** The sockets that listen in the report's network. */
export async function listeningSockets(): Promise<CommandOutput> {
  return await CommandOutput.of("ss", "-ltn");
}

/** Fails unless one socket listens, at `address` (`127.0.0.1:3000`) with `queued` connections. */
export function proveListening(sockets: CommandOutput, address: string, queued = 0): void {
  const listening = sockets.rows.slice(1).map(([_state, queue, _backlog, local]) =>
    `${local}, ${queue} in its accept queue`
  );
  const expected = `${address}, ${queued} in its accept queue`;
  prove(`${expected} is all that listens: ${listening}`, listening.join() === expected);
}

/** How many RST segments this network's TCP has sent. */
export async function resetsSent(): Promise<number> {
  const counters = await Deno.readTextFile("/proc/self/net/snmp");
  const [names, values] = counters.split("\n").filter((line) => line.startsWith("Tcp: "))
    .map((line) => line.split(" "));
  return Number(values[names.indexOf("OutRsts")]);
}
