/**
 * Question 3c: client1 and three wrong addresses.
 *
 * @module
 */
import { arrow, diagram, digitsOf } from "./diagram.ts";
import { prove, resetsSent } from "./evidence.ts";
import { ETH1_ADDRESS, EXAMPLE, PORT, UNUSED_ADDRESS } from "./facts.ts";
import { Terminal } from "./terminal.ts";

/** No server at the address, another server there, no host there. */
export async function question3c(): Promise<string> {
  return `
### Question 3c

> What happens when you try to connect client1 to server2 by passing a wrong network address (e.g.,
> connecting to localhost instead of eth1 IP)?

It depends on what is at the address: a host without a server on this port, a host with another
server, or no host.

${await noServer()}

${await otherServer()}

${await noHost()}
`;
}

/** The host has no server at this address: connection refused. */
async function noServer(): Promise<string> {
  const server = await Terminal.start("server2");
  const before = await resetsSent();
  const client = new Terminal("client1");
  await client.ends(1);
  prove("the connection is refused", client.has("connection refused"));
  prove("the operating system sends RST", await resetsSent() === before + 1);
  prove("server2 does not accept a connection", !server.has("Connected"));
  await server.stop();
  return `**Localhost: no program listens there.** server2 listens on ${ETH1_ADDRESS}, client1 connects to
127.0.0.1. The port is the same, but the address is not. The operating system answers the SYN with
RST. server2 is not involved. client1 reports \`connection refused\` and exits with code 1:

${server.block}

${client.block}

${
    diagram(
      "participant C as client1",
      `participant L as 127.0.0.1, port ${PORT}`,
      `participant S as server2 on ${ETH1_ADDRESS}`,
      "C->>L: SYN",
      "L--xC: RST, no program listens",
      "Note over S: gets nothing",
    )
  }`;
}

/** server2 is at the address: its error reply is shown, and both continue. */
async function otherServer(): Promise<string> {
  const server = await Terminal.start("server2");
  const client = await Terminal.start("client1", [`--use-ip-addr=${ETH1_ADDRESS}`]);
  await client.type(EXAMPLE, "Error: ");
  await client.type(digitsOf("co"), "Received: co");
  await client.typeCtrlD();
  await client.ends(1);
  await server.ends(0);
  return `**eth1's address: server2 listens there.** client1 connects, because TCP connects to any program that
listens. server2 expects binary digits and gets \`${EXAMPLE}\`. It replies with an error frame (its
first byte is 1 instead of 0), and the connection continues: server2 decodes the next message, which
consists of digits. client1 exits with code 1, because one of its texts got an error:

${server.block}

${client.block}

${
    diagram(
      "participant C as client1",
      `participant S as server2 on ${ETH1_ADDRESS}`,
      "C->>S: SYN (connect)",
      arrow("C", "S", EXAMPLE),
      "S->>C: error frame, a group must have only the digits 0 and 1",
      arrow("C", "S", digitsOf("co")),
      arrow("S", "C", "co"),
      "C->>S: FIN (Ctrl+D)",
    )
  }`;
}

/** No host has the address: there is no answer to ARP. */
async function noHost(): Promise<string> {
  const startedAt = performance.now();
  const client = new Terminal("client1", ["-a", UNUSED_ADDRESS]);
  await client.ends(1);
  prove("there is no route to the unused address", client.has("there is no route to it"));
  prove("client1 waits for ARP", performance.now() - startedAt > 1000);
  return `**${UNUSED_ADDRESS}: no host has this address.** The address belongs to eth1's network, so the operating
system asks with ARP for the host that has it. There is no answer. After three requests, 3 s later, it
gives up, and client1 exits with code 1. (For an address behind a router, the operating system
repeats the SYN instead, and gets no answer; client1 gives up after 10 s.)

${client.block}

${
    diagram(
      "participant C as client1",
      "participant O as its operating system",
      "participant E as network of eth1",
      `C->>O: connect to ${UNUSED_ADDRESS}`,
      `O-)E: ARP, who has ${UNUSED_ADDRESS}?`,
      `O-)E: ARP, who has ${UNUSED_ADDRESS}?`,
      `O-)E: ARP, who has ${UNUSED_ADDRESS}?`,
      "O-->>C: no route to host",
    )
  }`;
}
