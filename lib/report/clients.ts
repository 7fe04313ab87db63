/**
 * Question 3: the two clients, and what happens when something goes wrong.
 *
 * @module
 */
import { diagram, digitsOf } from "./diagram.ts";
import { ETH1_ADDRESS } from "../eth1/network.ts";
import { EXAMPLE, PORT } from "./facts.ts";
import { prove, Terminal } from "./terminal.ts";

/** Two clients for each server. */
export async function question3(): Promise<string> {
  const parts = [];
  for (
    const [n, about] of [
      ["1", (text: string) => [text, digitsOf(text)]],
      ["2", (text: string) => [digitsOf(text), text]],
    ] as const
  ) {
    const server = await Terminal.start(`server${n}`, ["-M", "-T", "1"]);
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
      await client.typeCtrlD();
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

/** Ctrl+D. */
export async function question3a(): Promise<string> {
  const server = await Terminal.start("server1");
  const client = await Terminal.start("client1");
  await client.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  await client.typeCtrlD();
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

/** Without -M: the second client waits, and is told when the server ends. */
async function oneAtATime(): Promise<string> {
  const server = await Terminal.start("server1");
  const first = await Terminal.start("client1");
  await first.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const second = await Terminal.start("client1");
  await second.typeInVain("comm", "Received");
  await first.type("comnet", `Received: ${digitsOf("comnet")}`);
  prove("the second client is not accepted", !server.has("Received: comm\r"));
  await first.typeCtrlD();
  await first.ends(0);
  await server.ends(0);
  await second.ends(1);
  const picture = diagram(
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
  return `${server.block}

The first client:

${first.block}

The second:

${second.block}

${picture}`;
}

/** With -M: both are served. */
async function sideBySide(): Promise<string> {
  const both = await Terminal.start("server1", ["-M", "-T", "1"]);
  const one = await Terminal.start("client1");
  await one.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const other = await Terminal.start("client1");
  await other.type("comm", `Received: ${digitsOf("comm")}`);
  await one.type("comnet", `Received: ${digitsOf("comnet")}`);
  for (const client of [one, other]) {
    await client.typeCtrlD();
    await client.ends(0);
  }
  await both.stop();
  const picture = diagram(
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
  return `${both.block}

${one.block}

${other.block}

${picture}`;
}

/** Two clients at one server. */
export async function question3b(): Promise<string> {
  return `
### Question 3b

> Can you run two clients against the same server? Why or why not?

It depends on how the server is written. Without \`-M\`, server1 accepts one client and talks with
it until it has gone. A second client can connect all the same: the operating system completes the
connection and keeps it in the queue of the listening socket. But nobody reads what it sends, so it
waits. When the first client goes, server1 ends, and the second one is told.

${await oneAtATime()}

With \`-M\` the server goes on accepting while it talks: every client has its own connection, and a
client that says nothing holds up nobody.

${await sideBySide()}
`;
}

/** Nobody listens at the address: connection refused. */
async function refusedThere(): Promise<string> {
  const idle = await Terminal.start("server2");
  const refused = new Terminal("client1");
  await refused.ends(1);
  prove("server2 noticed nothing", !idle.has("Connected"));
  await idle.stop();
  return `${idle.block}

${refused.block}

${
    diagram(
      "participant C as client1",
      `participant L as 127.0.0.1, port ${PORT}`,
      `participant S as server2 on ${ETH1_ADDRESS}`,
      "C->>L: SYN",
      "L--xC: RST, nobody listens",
      "Note over S: notices nothing",
    )
  }`;
}

/** Another server listens there: its error is shown, and all live on. */
async function astrayThere(): Promise<string> {
  const server = await Terminal.start("server2");
  const astray = await Terminal.start("client1", [`--use-ip-addr=${ETH1_ADDRESS}`]);
  await astray.type(EXAMPLE, "Error: ");
  await astray.type(digitsOf("co"), "Received: co");
  await astray.typeCtrlD();
  await astray.ends(1);
  await server.ends(0);
  return `${server.block}

${astray.block}

${
    diagram(
      "participant C as client1",
      `participant S as server2 on ${ETH1_ADDRESS}`,
      "C->>S: connect",
      `C->>S: ${EXAMPLE}`,
      "S->>C: error, a group must have only the digits 0 and 1",
      `C->>S: ${digitsOf("co")}`,
      "S->>C: co",
      "C->>S: FIN, nothing more to send",
    )
  }`;
}

/** A wrong address. */
export async function question3c(): Promise<string> {
  return `
### Question 3c

> What happens when you try to connect client1 to server2 by passing a wrong network address (e.g.,
> connecting to localhost instead of eth1 IP)?

There are two cases.

**Nobody listens there.** server2 listens on eth1's address, client1 connects to the loopback
interface's. The port is the same, the address is not: the operating system refuses the connection
(it answers the SYN with a RST), and server2 never hears of it. client1 says so in one line and ends
with exit code 1.

${await refusedThere()}

**server2 listens there.** Given eth1's address, client1 connects: TCP does not know which program
it has reached. But server2 expects binary digits, and \`${EXAMPLE}\` is none. It replies with an
error that says so, a frame whose first byte is 1, and goes on: the next message is digits, and is
answered. client1 ends with exit code 1, because not every text had an answer.

${await astrayThere()}
`;
}
