/**
 * Question 3b: two clients of one server.
 *
 * @module
 */
import { arrow, diagram, digitsOf } from "./diagram.ts";
import { listeningSockets, prove, proveListening, resetsSent } from "./evidence.ts";
import { EXAMPLE, PORT } from "./facts.ts";
import { Terminal } from "./terminal.ts";

const LOOPBACK_SOCKET = `127.0.0.1:${PORT}`;

/** Without -M and with it. */
export async function question3b(): Promise<string> {
  return `
### Question 3b

> Can you run two clients against the same server? Why or why not?

Yes, with \`-M\`. Without \`-M\`, both clients can connect, but only the first one is served.

${await withoutM()}

${await withM()}
`;
}

/** Without -M: the second client waits in the accept queue. */
async function withoutM(): Promise<string> {
  const server = await Terminal.start("server1");
  const first = await Terminal.start("client1");
  await first.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const second = await Terminal.start("client1");
  await second.typeUnanswered("comm");
  await second.shows("No reply yet");
  const sockets = await listeningSockets();
  proveListening(sockets, LOOPBACK_SOCKET, 1);
  await first.type("comnet", `Received: ${digitsOf("comnet")}`);
  prove("server1 does not accept the second client", !server.has("Received: comm\r"));
  const before = await resetsSent();
  await first.typeCtrlD();
  await first.ends(0);
  await server.ends(0);
  await second.ends(1);
  prove("the second client gets RST", await resetsSent() > before);
  prove("the second client reports the reset", second.has("the server reset the connection"));
  return `**Without \`-M\`** server1 calls \`accept()\` once, and talks with this client until the client leaves.
The operating system completes the TCP handshake of the second client without the server, and puts
the connection into the **accept queue** of the listening socket. So the second client is connected, and can send.
The server does not read what it sends. After 3 s the client says \`No reply yet\`. When the first
client leaves, server1 closes its listening socket and exits. The operating system resets the
connections in the accept queue: it sends RST.

${server.block}

The first client:

${first.block}

The second client:

${second.block}

The listening socket while the second client waits. \`Recv-Q\` is the length of its accept queue:

${sockets.block}

${
    diagram(
      "participant A as first client1",
      "participant S as server1",
      "participant Q as accept queue",
      "participant B as second client1",
      "A->>S: SYN (connect)",
      arrow("A", "S", EXAMPLE),
      arrow("S", "A", digitsOf(EXAMPLE)),
      "B->>Q: SYN (connect)",
      arrow("B", "Q", "comm"),
      "Note over B: No reply yet",
      arrow("A", "S", "comnet"),
      arrow("S", "A", digitsOf("comnet")),
      "A->>S: FIN (Ctrl+D)",
      "Note over S: exits",
      "Q--xB: RST",
    )
  }`;
}

/** With -M: one thread serves both clients. */
async function withM(): Promise<string> {
  const server = await Terminal.start("server1", ["-M", "-T", "1"]);
  const first = await Terminal.start("client1");
  await first.type(EXAMPLE, `Received: ${digitsOf(EXAMPLE)}`);
  const second = await Terminal.start("client1");
  await second.type("comm", `Received: ${digitsOf("comm")}`);
  const sockets = await listeningSockets();
  proveListening(sockets, LOOPBACK_SOCKET, 0);
  await first.type("comnet", `Received: ${digitsOf("comnet")}`);
  for (const client of [first, second]) {
    await client.typeCtrlD();
    await client.ends(0);
  }
  await server.stop();
  return `**With \`-M\`** server1 calls \`accept()\` again at once, while it talks with the first client. Each
connection has its own \`serve()\` (in \`lib/server/connection.ts\`), which reads, answers and writes in
a loop. Where \`serve()\` has to wait for bytes, it awaits them. Meanwhile the same thread runs the
\`serve()\` of other connections. No client waits for another one, although \`-T 1\` limits the server
to one thread here. A Python server whose \`recv()\` blocks needs a thread for each client. Without
\`-T\`, server1 uses several cores: several threads accept clients from the same port, and each
serves many.

${server.block}

The first client:

${first.block}

The second client:

${second.block}

While both clients are connected, the accept queue is empty:

${sockets.block}

${
    diagram(
      "participant A as first client1",
      "participant S as server1 -M",
      "participant B as second client1",
      "A->>S: SYN (connect)",
      arrow("A", "S", EXAMPLE),
      arrow("S", "A", digitsOf(EXAMPLE)),
      "B->>S: SYN (connect)",
      arrow("B", "S", "comm"),
      arrow("S", "B", digitsOf("comm")),
      arrow("A", "S", "comnet"),
      arrow("S", "A", digitsOf("comnet")),
    )
  }`;
}
