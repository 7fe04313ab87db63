/**
 * Questions 1 and 2: the two servers.
 *
 * @module
 */
import { arrows, diagram, digitsOf } from "./diagram.ts";
import { CommandOutput, listeningSockets, prove, proveListening } from "./evidence.ts";
import { ETH1_ADDRESS, EXAMPLE, PORT } from "./facts.ts";
import { Terminal } from "./terminal.ts";

/** A port other than the default, for question 1c. */
const OTHER_PORT = 4000;

/** Text to binary, on the loopback interface, on any port. */
export async function question1(): Promise<string> {
  const server = await Terminal.start("server1");
  const sockets = await listeningSockets();
  proveListening(sockets, `127.0.0.1:${PORT}`);
  const client = await Terminal.start("client1");
  for (const text of [EXAMPLE, "comm", "comnet", "abcdef"]) {
    await client.type(text, `Received: ${digitsOf(text)}`);
  }
  await client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  return `
## Question 1

> Write a server program for TCP. (a) The server returns the binary value of the text sent by the
> client. (b) It runs on the localhost interface. (c) You are free to choose any port.

**(a)** server1 answers each byte of a text (UTF-8) with eight binary digits:

${server.block}

${client.block}

A message is a header and a payload. The header is the payload's length in four bytes, the most
significant byte first (big-endian). TCP carries a stream of bytes and does not separate messages.
The length tells the receiver where a message ends. client1 sends FIN after the last reply:

${
    diagram(
      "participant C as client1",
      `participant S as server1 on 127.0.0.1, port ${PORT}`,
      "C->>S: SYN (connect)",
      ...arrows("C", "S", client),
      "C->>S: FIN (Ctrl+D)",
      "S->>C: FIN",
    )
  }

**(b)** server1 listens on the address of the loopback interface, 127.0.0.1. Programs on other hosts
cannot reach this address. \`ss -ltn\` lists the TCP sockets that listen while server1 runs:

${sockets.block}

${await question1c()}
`;
}

async function question1c(): Promise<string> {
  const server = await Terminal.start("server1", ["-p", `${OTHER_PORT}`]);
  const sockets = await listeningSockets();
  proveListening(sockets, `127.0.0.1:${OTHER_PORT}`);
  const client = await Terminal.start("client1", ["-p", `${OTHER_PORT}`, "comm"]);
  await client.ends(0);
  await server.ends(0);
  prove("client1 gets a reply from the other port", client.has(`Received: ${digitsOf("comm")}`));
  return `**(c)** The default port is ${PORT}. \`-p\` chooses another port, for the server and the client:

${server.block}

${sockets.block}

${client.block}`;
}

/** Binary to text, on eth1. */
export async function question2(): Promise<string> {
  const server = await Terminal.start("server2");
  const sockets = await listeningSockets();
  proveListening(sockets, `${ETH1_ADDRESS}:${PORT}`);
  const addresses = await CommandOutput.of("ip", "-br", "-4", "addr");
  prove(
    `eth1 has ${ETH1_ADDRESS}`,
    addresses.rows.some(([name, , address]) =>
      /^eth1(@|$)/.test(name) && address === `${ETH1_ADDRESS}/24`
    ),
  );
  const client = await Terminal.start("client2");
  for (const text of [EXAMPLE, "co", "comn"]) {
    await client.type(digitsOf(text), `Received: ${text}`);
  }
  await client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  return `
## Question 2

> The Binary Decoding Server: another server, running on the eth1 interface. (a) It returns the
> string value of a binary input.

**(a)** server2 reads each group of up to eight digits as one byte, and answers with the text of these
bytes:

${server.block}

${client.block}

${
    diagram(
      "participant C as client2",
      `participant S as server2 on ${ETH1_ADDRESS}, port ${PORT}`,
      "C->>S: SYN (connect)",
      ...arrows("C", "S", client),
      "C->>S: FIN (Ctrl+D)",
      "S->>C: FIN",
    )
  }

**On eth1:** server2 asks the operating system for the address of eth1 and listens on this address
only. The addresses of the interfaces, and the socket that listens:

${addresses.block}

${sockets.block}
`;
}
