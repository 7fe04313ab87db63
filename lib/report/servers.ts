/**
 * Questions 1 and 2: the two servers.
 *
 * @module
 */
import { arrows, diagram, digitsOf } from "./diagram.ts";
import { ETH1_ADDRESS } from "../eth1/network.ts";
import { EXAMPLE, PORT } from "./facts.ts";
import { prove, Terminal } from "./terminal.ts";

/** Text to binary on the loopback interface. */
export async function question1(): Promise<string> {
  const server = await Terminal.start("server1");
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

/** Binary to text on eth1. */
export async function question2(): Promise<string> {
  const server = await Terminal.start("server2");
  const client = await Terminal.start("client2");
  for (const text of [EXAMPLE, "co", "comn"]) {
    await client.type(digitsOf(text), `Received: ${text}`);
  }
  await client.typeCtrlD();
  await client.ends(0);
  await server.ends(0);
  prove("server2 is on eth1", client.has(`('${ETH1_ADDRESS}', ${PORT})`));
  return `
## Question 2

> The Binary Decoding Server: another server, running on the eth1 interface. It returns the string
> value of a binary input.

server2 reads each group of digits as the number of one byte, and the bytes as text. It asks the
system for eth1's address, here ${ETH1_ADDRESS}, and listens there and nowhere else.

${server.block}

${client.block}
`;
}
