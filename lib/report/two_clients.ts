/**
 * Question 3: the two clients.
 *
 * @module
 */
import { arrow, diagram, digitsOf } from "./diagram.ts";
import { Terminal } from "./terminal.ts";

const TEXTS = ["comm", "comnet"];

/** Two clients of each kind, at the same time. */
export async function question3(): Promise<string> {
  return `
## Question 3

> Write two client programs, one for each of the servers.

A client sends each line that is typed, and shows the reply. client1 connects to the address of lo,
client2 to the address of eth1. Below, two clients of each kind use one server at the same time
(\`-M\`): the server, the first client, the second client. The second client types first.

${await twoClients("1", (text) => [text, digitsOf(text)])}

${
    diagram(
      "participant A as first client1",
      "participant S as server1 -M",
      "participant B as second client1",
      "A->>S: SYN (connect)",
      "B->>S: SYN (connect)",
      arrow("B", "S", TEXTS[1]),
      arrow("S", "B", digitsOf(TEXTS[1])),
      arrow("A", "S", TEXTS[0]),
      arrow("S", "A", digitsOf(TEXTS[0])),
      "A->>S: FIN (Ctrl+D)",
      "B->>S: FIN (Ctrl+D)",
    )
  }

${await twoClients("2", (text) => [digitsOf(text), text])}
`;
}

/** The terminals of a server and two clients, the second of which types first. */
async function twoClients(
  number: string,
  exchange: (text: string) => [request: string, reply: string],
): Promise<string> {
  const server = await Terminal.start(`server${number}`, ["-M", "-T", "1"]);
  const clients: { client: Terminal; text: string }[] = [];
  for (const text of TEXTS) {
    const client = await Terminal.start(`client${number}`);
    clients.push({ client, text });
    await server.shows("Connected to", clients.length);
  }
  for (const { client, text } of clients.toReversed()) {
    const [request, reply] = exchange(text);
    await client.type(request, `Received: ${reply}`);
  }
  for (const { client } of clients) {
    await client.typeCtrlD();
    await client.ends(0);
  }
  await server.stop();
  return [server, ...clients.map(({ client }) => client)].map(({ block }) => block).join("\n\n");
}
