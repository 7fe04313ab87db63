/**
 * Question 3a: a client that ends, in four ways.
 *
 * @module
 */
import { arrow, diagram, digitsOf } from "./diagram.ts";
import { CommandOutput, prove, resetsSent, waitInSilence } from "./evidence.ts";
import { ETH1_ADDRESS, EXAMPLE, OTHER_ADDRESS, PORT } from "./facts.ts";
import { OtherHost } from "./other_host.ts";
import { Terminal } from "./terminal.ts";

const IDLE_TIMEOUT_S = 6;
/** Exit codes of a program that a signal ended: 128 and the signal's number. */
const EXIT_SIGINT = 130;
const EXIT_SIGKILL = 137;

/** Ctrl+D, Ctrl+C, kill, and a lost host. Ends eth1: no other question can follow. */
export async function question3a(): Promise<string> {
  return `
### Question 3a

> What happens if the client aborts (e.g., when the input is CTRL/D)?

The server sees the end of the connection: the client's operating system sends FIN, however the
client ends. The server sees nothing if the client's host or the network fails.

| client                  | exit code of the client | last segment from the client's host | without \`-M\` the server |
| ----------------------- | ----------------------- | ----------------------------------- | ------------------------- |
| Ctrl+D                  | 0                       | FIN, after the last reply           | exits with 0              |
| Ctrl+C (SIGINT)         | ${EXIT_SIGINT}                     | FIN                                 | exits with 0              |
| \`kill -9\` (SIGKILL)     | ${EXIT_SIGKILL}                     | FIN                                 | exits with 0              |
| its host or network fails | –                     | none                                | waits                     |

${await ctrlD()}

${await ctrlC()}

${await killed()}

${await lostHost()}
`;
}

/** Ctrl+D: the client ends normally. */
async function ctrlD(): Promise<string> {
  const before = await resetsSent();
  const server = await Terminal.start("server1");
  const client = await Terminal.start("client1");
  await client.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  await client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  prove("Ctrl+D sends no RST", await resetsSent() === before);
  return `**Ctrl+D** ends the client's input. The client waits for the replies that are missing, closes the
connection (FIN), and exits with code 0. The server's next read returns the end of the stream. server1
serves one client only, so it exits too, with code 0:

${client.block}

${server.block}

${
    diagram(
      "participant C as client1",
      "participant S as server1",
      arrow("C", "S", EXAMPLE),
      arrow("S", "C", digitsOf(EXAMPLE)),
      "Note over C: Ctrl+D",
      "C->>S: FIN",
      "S->>C: FIN",
      "Note over C,S: both exit with code 0",
    )
  }`;
}

/** Ctrl+C: a signal ends the client. */
async function ctrlC(): Promise<string> {
  const before = await resetsSent();
  const server = await Terminal.start("server1");
  const client = await Terminal.start("client1");
  await client.type("comm", `Received: ${digitsOf("comm")}`);
  await client.typeCtrlC();
  await client.ends(EXIT_SIGINT);
  await server.ends(0);
  prove("Ctrl+C in the client sends no RST", await resetsSent() === before);
  return `**Ctrl+C** sends SIGINT to the client, which ends it at once, with exit code ${EXIT_SIGINT} (128 + 2, the
signal's number). The operating system closes the client's socket and sends FIN. For the server this
is the same as Ctrl+D:

${client.block}

${server.block}

${
    diagram(
      "participant C as client1",
      "participant S as server1",
      arrow("C", "S", "comm"),
      arrow("S", "C", digitsOf("comm")),
      "Note over C: Ctrl+C, SIGINT",
      "C->>S: FIN, from the operating system",
      "S->>C: FIN",
      "Note over S: exits with code 0",
    )
  }`;
}

/** kill -9: with -M the server goes on. */
async function killed(): Promise<string> {
  const server = await Terminal.start("server1", ["-M", "-T", "1"]);
  const client = await Terminal.start("client1");
  const other = await Terminal.start("client1");
  await client.type("comm", `Received: ${digitsOf("comm")}`);
  const before = await resetsSent();
  client.kill();
  await client.ends(EXIT_SIGKILL);
  await other.type("comnet", `Received: ${digitsOf("comnet")}`);
  prove("the kill of a client sends no RST", await resetsSent() === before);
  await other.typeCtrlD();
  await other.ends(0);
  await server.stop();
  return `**\`kill -9\`** ends the client at once: no line of the client's code runs. The operating
system closes its socket here too, and sends FIN. (It sends RST instead if the client has not read
all that it received.)
With \`-M\` the server continues: the second client gets its reply after the first one was killed.
The first client, the second client, the server:

${client.block}

${other.block}

${server.block}

${
    diagram(
      "participant A as first client1",
      "participant S as server1 -M",
      "participant B as second client1",
      arrow("A", "S", "comm"),
      arrow("S", "A", digitsOf("comm")),
      "Note over A: kill -9",
      "A->>S: FIN, from the operating system",
      "S->>A: FIN",
      arrow("B", "S", "comnet"),
      arrow("S", "B", digitsOf("comnet")),
    )
  }`;
}

/** The client's host loses its network: the server gets no segment. */
async function lostHost(): Promise<string> {
  const host = await OtherHost.make();
  try {
    const server = await Terminal.start("server2", ["--idle-timeout", `${IDLE_TIMEOUT_S}`]);
    const client = await Terminal.start("client2", ["-a", ETH1_ADDRESS], host.before);
    await client.type(digitsOf("co"), "Received: co");
    await host.disconnect();
    client.kill();
    await client.ends(EXIT_SIGKILL);
    await waitInSilence();
    const connections = await CommandOutput.of("ss", "-tn");
    prove(
      "the server's connection to the lost host is established",
      connections.rows.some(([state, , , local, peer]) =>
        state === "ESTAB" && local === `${ETH1_ADDRESS}:${PORT}` &&
        peer.startsWith(`${OTHER_ADDRESS}:`)
      ),
    );
    await server.runsOn();
    await server.shows(`sends nothing for ${IDLE_TIMEOUT_S} s is closed`);
    await server.ends(0);
    return lostHostText(server, client, connections);
  } finally {
    await host.end();
  }
}

function lostHostText(server: Terminal, client: Terminal, connections: CommandOutput): string {
  return `**A lost host.** For this case client2 runs on a second host (${OTHER_ADDRESS}) at the other end of eth1.
The second host loses its link, and then client2 is killed. No FIN reaches the server. Its connection
remains established, and its read waits:

${client.block}

${connections.block}

TCP finds the loss only when it sends: Linux sends its first keepalive probe after two hours.
\`--idle-timeout\` is the server's own limit. Here server2 closes the client after
${IDLE_TIMEOUT_S} s, and exits with code 0:

${server.block}

${
    diagram(
      `participant C as client2 on ${OTHER_ADDRESS}`,
      `participant S as server2 on ${ETH1_ADDRESS}`,
      arrow("C", "S", digitsOf("co")),
      arrow("S", "C", "co"),
      "Note over C: link lost, then kill -9",
      "C--xS: FIN, which is lost",
      `Note over S: no segment for ${IDLE_TIMEOUT_S} s, closes the client`,
      "S--xC: error frame and FIN, which are lost",
    )
  }`;
}
