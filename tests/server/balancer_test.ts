/** The guide's HAProxy configuration, in front of two servers: one is killed. */
import { assert, assertEquals } from "@std/assert";
import { digits, LIMIT_MS, message, Peer, Program, startServer, text } from "../harness.ts";
import { needing } from "../needs.ts";

const CLIENTS = 20;

/** The guide's configuration, with these ports. */
async function configuration(front: number, one: number, two: number): Promise<string> {
  const readme = await Deno.readTextFile(new URL("../../lib/server/README.md", import.meta.url));
  const [, block] = readme.match(/^```haproxy\n(.*?)^```$/ms)!;
  return block.replace(":3000", `:${front}`).replace(":3001", `:${one}`).replace(
    ":3002",
    `:${two}`,
  );
}

/** A port that is free now: HAProxy does not print the port for port 0. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** An answer through the balancer, or null if the connection was lost. */
async function ask(peer: Peer, word: string): Promise<string | null> {
  try {
    await peer.send(message(word));
    const frame = await peer.frame();
    return frame && text(frame.payload);
  } catch {
    return null;
  }
}

/** Connects until HAProxy forwards to a server that has passed the health check. */
async function connected(front: number): Promise<Peer> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end;) {
    try {
      const peer = await Peer.connect(front);
      if (await ask(peer, "up") !== null) return peer;
      peer[Symbol.dispose]();
    } catch {
      // HAProxy does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("HAProxy forwards to no server");
}

Deno.test(needing(["haproxy"], {
  name: "behind HAProxy the loss of one of two servers costs only its own clients",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    await using one = await startServer("server1", ["-M"]);
    await using two = await startServer("server1", ["-M"]);
    const file = await Deno.makeTempFile({ suffix: ".cfg" });
    const front = freePort();
    await Deno.writeTextFile(file, await configuration(front, one.port, two.port));
    const peers: Peer[] = [];
    try {
      await using _balancer = new Program(["haproxy", "-db", "-f", file]);
      for (let i = 0; i < CLIENTS; i++) peers.push(await connected(front));
      for (const peer of peers) assertEquals(await ask(peer, "hi"), digits("hi"));

      one.child.kill("SIGKILL");
      const answers = await Promise.all(peers.map((peer) => ask(peer, "still")));
      const lost = answers.filter((answer) => answer !== digits("still")).length;
      assert(lost > 0 && lost < CLIENTS, `${lost} of ${CLIENTS} lost their server`);
      const newcomers = await Promise.all(peers.map(() => connected(front)));
      peers.push(...newcomers);
      for (const peer of newcomers) assertEquals(await ask(peer, "new"), digits("new"));
    } finally {
      for (const peer of peers) peer[Symbol.dispose]();
      await Deno.remove(file);
    }
  },
}));
