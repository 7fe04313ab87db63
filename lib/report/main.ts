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
import { lenientText, utf8Bytes } from "../wire/text.ts";
import { digitsOf, frame, HEADER_BYTES, showBytes } from "./frames.ts";
import { inPrivateNetwork, isPrivateNetwork } from "./network.ts";
import { Program } from "./program.ts";
import { joinWords } from "./shell_words.ts";
import { pause, until } from "./waiting.ts";

const ROOT = new URL("../../", import.meta.url);
const FILE = new URL("REPORT.md", ROOT);
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces"];
const ETH1 = "10.0.0.1";
const PORT = 3000;
const EXAMPLE = "comnetsii";

const LIMIT_MS = 10_000;
/** Long enough to see that a server does not answer. */
const SILENCE_MS = 500;
const CTRL_D = "\x04";

/** One program on a terminal of its own. */
class Terminal {
  #program: Program;
  #command: string;

  constructor(name: string, args: string[] = []) {
    const words = [Deno.execPath(), "run", ...PERMISSIONS, `${name}.ts`, ...args];
    const terminal = ["script", "-qefc", joinWords(words), "/dev/null"];
    this.#program = new Program(name, terminal, ROOT);
    this.#command = joinWords([`./${name}.ts`, ...args]);
  }

  /** Starts a server and waits until it listens, or a client until it is connected. */
  static async start(name: string, args: string[] = []): Promise<Terminal> {
    const terminal = new Terminal(name, args);
    await terminal.shows(name.startsWith("server") ? "Interface: " : "('");
    return terminal;
  }

  /** What stands on it, as a block of Markdown. */
  get block(): string {
    return ["```text", `$ ${this.#command}`, ...this.#lines, "```"].join("\n");
  }

  get #lines(): string[] {
    return this.#program.stdout.text
      .replaceAll("^D\b\b", "") // the terminal's echo of Ctrl+D
      .replaceAll("\r\n", "\n").trimEnd().split("\n");
  }

  /** What was sent and received, in order. */
  get exchanges(): { sent: string; received: string }[] {
    const texts = (label: string) =>
      this.#lines.flatMap((line) => line.startsWith(label) ? line.slice(label.length) : []);
    const received = texts("Received: ");
    return texts("Sent: ").map((sent, i) => ({ sent, received: received[i] }));
  }

  /** Waits for a text, `times` over; fails if it does not come. */
  async shows(text: string, times = 1): Promise<void> {
    const seen = () => this.#program.stdout.text.split(text).length > times || undefined;
    if (await until(seen, LIMIT_MS)) return;
    throw new Error(`Cannot see ${JSON.stringify(text)} on this terminal:\n${this.block}`);
  }

  /** Whether a text is there by now. */
  has(text: string): boolean {
    return this.#program.stdout.text.includes(text);
  }

  /** Types a line and waits for what it brings. */
  async type(line: string, brings: string): Promise<void> {
    const times = this.#program.stdout.text.split(brings).length;
    this.#program.type(`${line}\n`);
    await this.shows(brings, times);
  }

  /** Types a line that brings nothing yet. */
  async typeInVain(line: string, unseen: string): Promise<void> {
    this.#program.type(`${line}\n`);
    await pause(SILENCE_MS);
    prove(`${unseen} is not there`, !this.has(unseen));
  }

  /** Ends a client as a person does. */
  typeCtrlD(): void {
    this.#program.type(CTRL_D);
  }

  /** Fails unless the program ends by itself with this exit code. */
  async ends(code: number): Promise<void> {
    const exit = await this.#program.ended(LIMIT_MS);
    prove(`${this.#command} ends with ${code}`, exit?.code === code);
  }

  /** Ends a server that would go on. */
  stop(): Promise<void> {
    return this.#program.stop();
  }
}

/** The report must not say what the run does not show. */
function prove(what: string, seen: boolean): void {
  if (!seen) throw new Error(`Cannot write the report: this is not so: ${what}`);
}

/** A diagram of what happened in order. */
function diagram(...lines: string[]): string {
  return ["```mermaid", "sequenceDiagram", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

/** Arrows for a client's exchanges, each with its length as it goes over the wire. */
function arrows(client: string, server: string, terminal: Terminal): string[] {
  const arrow = (from: string, to: string, text: string) =>
    `${from}->>${to}: ${showBytes(frame(text).subarray(0, HEADER_BYTES))} ${text}`;
  return terminal.exchanges.flatMap(({ sent, received }) => [
    arrow(client, server, sent),
    arrow(server, client, received),
  ]);
}

async function question1(): Promise<string> {
  const server = await Terminal.start("server1");
  const client = await Terminal.start("client1");
  for (const text of [EXAMPLE, "comm", "comnet", "abcdef"]) {
    await client.type(text, `Received: ${digitsOf(text)}`);
  }
  client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  return `
## Question 1

> Write a server program for TCP. (a) The server returns the binary value of the text sent by the
> client. (b) It runs on the localhost interface. (c) You are free to choose any port.

server1 writes each byte of a text as eight binary digits. It listens on the address of the loopback
interface alone, and on port ${PORT} unless \`-p\` names another one.

${server.block}

${client.block}

A message is its length in four bytes, the highest first, and then its bytes. TCP carries a stream
of bytes without any borders: the length is how the other side knows where a message ends.

${
    diagram(
      "participant C as client1",
      "participant S as server1 on lo",
      "C->>S: connect",
      ...arrows("C", "S", client),
      "C->>S: FIN, nothing more to send (Ctrl+D)",
      "S->>C: FIN",
    )
  }
`;
}

async function question2(): Promise<string> {
  const server = await Terminal.start("server2");
  const client = await Terminal.start("client2");
  for (const text of [EXAMPLE, "co", "comn"]) {
    await client.type(digitsOf(text), `Received: ${text}`);
  }
  client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  prove("server2 is on eth1", client.has(`('${ETH1}', ${PORT})`));
  return `
## Question 2

> The Binary Decoding Server: another server, running on the eth1 interface. It returns the string
> value of a binary input.

server2 reads each group of digits as the number of one byte, and the bytes as text. It asks the
system for eth1's address, here ${ETH1}, and listens there and nowhere else.

${server.block}

${client.block}
`;
}

async function question3(): Promise<string> {
  const parts = [];
  for (
    const [n, about] of [
      ["1", (text: string) => [text, digitsOf(text)]],
      ["2", (text: string) => [digitsOf(text), text]],
    ] as const
  ) {
    const server = await Terminal.start(`server${n}`, ["-M"]);
    const clients = [];
    for (const text of ["comm", "comnet"]) {
      const client = await Terminal.start(`client${n}`);
      await server.shows("Connected to", clients.length + 1);
      clients.push({ client, text });
    }
    for (const { client, text } of clients.toReversed()) {
      const [request, reply] = about(text);
      await client.type(request, `Received: ${reply}`);
    }
    for (const { client } of clients) {
      client.typeCtrlD();
      await client.ends(0);
    }
    await server.stop();
    parts.push(
      `${server.block}\n\n${clients.map(({ client }) => client.block).join("\n\n")}`,
    );
  }
  return `
## Question 3

> Write two client programs, one for each of the servers.

client1 and client2 send each line that is typed, and show what went and what came. Here two of each
use one server at the same time, which serves them side by side because of \`-M\`; the one that came
last is answered first.

${parts.join("\n\n")}
`;
}

async function question3a(): Promise<string> {
  const server = await Terminal.start("server1");
  const client = await Terminal.start("client1");
  await client.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  return `
### Question 3a

> What happens if the client aborts (e.g., when the input is CTRL/D)?

Ctrl+D ends the client's input. That is no error: once it has the replies to all that it sent,
client1 closes its connection and ends, with exit code 0. The operating system tells the server that
nothing more will come: its next read returns the end of the stream. server1 served this one client
only, so it ends too, with exit code 0; with \`-M\` it would go on serving the others.

${client.block}

${server.block}
`;
}

async function question3b(): Promise<string> {
  const server = await Terminal.start("server1");
  const first = await Terminal.start("client1");
  await first.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const second = await Terminal.start("client1");
  await second.typeInVain("comm", "Received");
  await first.type("comnet", `Received: ${digitsOf("comnet")}`);
  prove("the second client is not accepted", !server.has("Received: comm\r"));
  first.typeCtrlD();
  await first.ends(0);
  await server.ends(0);
  await second.ends(1);
  const single = diagram(
    "participant A as first client1",
    "participant S as server1",
    "participant B as second client1",
    "A->>S: connect",
    `A->>S: ${EXAMPLE}`,
    `S->>A: ${digitsOf(EXAMPLE)}`,
    "B->>S: connect",
    "Note over S,B: the system accepts, server1 does not",
    "B->>S: comm",
    "A->>S: comnet",
    `S->>A: ${digitsOf("comnet")}`,
    "A->>S: FIN, nothing more to send",
    "Note over S: exits",
    "S--xB: RST",
  );

  const both = await Terminal.start("server1", ["-M"]);
  const one = await Terminal.start("client1");
  await one.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const other = await Terminal.start("client1");
  await other.type("comm", `Received: ${digitsOf("comm")}`);
  await one.type("comnet", `Received: ${digitsOf("comnet")}`);
  for (const client of [one, other]) {
    client.typeCtrlD();
    await client.ends(0);
  }
  await both.stop();
  const many = diagram(
    "participant A as first client1",
    "participant S as server1 -M",
    "participant B as second client1",
    "A->>S: connect",
    `A->>S: ${EXAMPLE}`,
    `S->>A: ${digitsOf(EXAMPLE)}`,
    "B->>S: connect",
    "B->>S: comm",
    `S->>B: ${digitsOf("comm")}`,
    "A->>S: comnet",
    `S->>A: ${digitsOf("comnet")}`,
  );
  return `
### Question 3b

> Can you run two clients against the same server? Why or why not?

It depends on how the server is written. Without \`-M\`, server1 accepts one client and talks with
it until it has gone. A second client can connect all the same: the operating system completes the
connection and keeps it in the queue of the listening socket. But nobody reads what it sends, so it
waits. When the first client goes, server1 ends, and the second one is told.

${server.block}

The first client:

${first.block}

The second:

${second.block}

${single}

With \`-M\` the server goes on accepting while it talks: every client has its own connection, and a
client that says nothing holds up nobody.

${both.block}

${one.block}

${other.block}

${many}
`;
}

async function question3c(): Promise<string> {
  const idle = await Terminal.start("server2");
  const refused = new Terminal("client1");
  await refused.ends(1);
  prove("server2 noticed nothing", !idle.has("Connected"));
  await idle.stop();

  const server = await Terminal.start("server2");
  const astray = await Terminal.start("client1", [`--use-ip-addr=${ETH1}`]);
  await astray.type(EXAMPLE, "Error: ");
  await astray.type(digitsOf("co"), "Received: co");
  astray.typeCtrlD();
  await astray.ends(1);
  await server.ends(0);
  return `
### Question 3c

> What happens when you try to connect client1 to server2 by passing a wrong network address (e.g.,
> connecting to localhost instead of eth1 IP)?

There are two cases.

**Nobody listens there.** server2 listens on eth1's address, client1 connects to the loopback
interface's. The port is the same, the address is not: the operating system refuses the connection
(it answers the SYN with a RST), and server2 never hears of it. client1 says so in one line and ends
with exit code 1.

${idle.block}

${refused.block}

${
    diagram(
      "participant C as client1",
      `participant L as 127.0.0.1, port ${PORT}`,
      `participant S as server2 on ${ETH1}`,
      "C->>L: SYN",
      "L--xC: RST, nobody listens",
      "Note over S: notices nothing",
    )
  }

**server2 listens there.** Given eth1's address, client1 connects: TCP does not know which program
it has reached. But server2 expects binary digits, and \`${EXAMPLE}\` is none. It replies with an
error that says so, a frame whose first byte is 1, and goes on: the next message is digits, and is
answered. client1 ends with exit code 1, because not every text had an answer.

${server.block}

${astray.block}

${
    diagram(
      "participant C as client1",
      `participant S as server2 on ${ETH1}`,
      "C->>S: connect",
      `C->>S: ${EXAMPLE}`,
      "S->>C: error, a group must have only the digits 0 and 1",
      `C->>S: ${digitsOf("co")}`,
      "S->>C: co",
      "C->>S: FIN, nothing more to send",
    )
  }
`;
}

/**
 * The report's text, made by playing all of it; in a private network only.
 *
 * @throws {Error} If the programs do not do what it says.
 */
export async function makeReport(): Promise<string> {
  try {
    const text = [
      `# Networks Lab, Assignment 1

Everything on the terminals below was run by \`deno task report\`, which wrote this file: the
programs on terminals of their own, in a network with the interfaces lo (127.0.0.1) and eth1
(${ETH1}). \`./server1.ts\` stands for \`deno run ${PERMISSIONS.join(" ")} server1.ts\`, which is
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
    Program.killEverything();
  }
}

/** The text as `deno fmt` wants it, which checks it like any file of the project. */
async function format(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(utf8Bytes(markdown));
  await writer.close();
  const { stdout, success } = await child.output();
  if (!success) throw new Error("Cannot write the report: deno fmt does not take it");
  return lenientText(stdout);
}

/** A report without what differs from run to run: the clients' ports, and where lines break. */
export function withoutAccidents(report: string): string {
  return report.replace(
    /\('([\d.]+)', (\d+)\)/g,
    (all, address, port) => Number(port) === PORT ? all : `('${address}', PORT)`,
  ).replace(/\s+/g, " ");
}

/** Writes REPORT.md, or with `--print` shows it. */
async function main(args: string[]): Promise<number> {
  if (!isPrivateNetwork()) {
    const outcome = await inPrivateNetwork(import.meta.url, args);
    if (typeof outcome === "number") return outcome;
    console.error(`report: Cannot make a private network with an eth1: ${outcome}`);
    return 1;
  }
  try {
    const report = await makeReport();
    if (args.includes("--print")) console.log(report);
    else await Deno.writeTextFile(FILE, report);
    return 0;
  } catch (error) {
    console.error(`report: ${(error as Error).message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
