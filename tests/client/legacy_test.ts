/**
 * The clients with servers of the original lab. Their replies have a byte-swapped length
 * (`hi lo 00 00`), and their digits end with a space.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bytes, digits, type Outcome, Peer, run, text } from "../harness.ts";

type Answer = (request: string) => string;

const toBinary: Answer = (request) => digits(request) + " ";
const toText: Answer = (request) =>
  request.split(" ").map((group) => String.fromCharCode(parseInt(group, 2))).join("");

/** A server as the original lab's: it treats the bytes of one read as one message. */
async function serveAsOriginal(listener: Deno.TcpListener, answer: Answer): Promise<void> {
  for await (const conn of listener) {
    using peer = new Peer(conn);
    for (let frame; (frame = await peer.frame().catch(() => null)) !== null;) {
      const reply = bytes(answer(text(frame.payload)));
      await peer.send(Uint8Array.of(reply.length >> 8, reply.length, 0, 0));
      await peer.send(reply);
    }
  }
}

/** Runs a client with such a server. */
async function talk(name: string, answer: Answer, args: string[], input = ""): Promise<Outcome> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveAsOriginal(listener, answer);
  try {
    return await run(name, ["-I", "lo", "-p", `${listener.addr.port}`, ...args], input);
  } finally {
    listener.close();
    await serving;
  }
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: true, sanitizeResources: true, fn });
}

test("client1 --legacy-server understands the original's server1", async () => {
  const { code, stdout, stderr } = await talk(
    "client1",
    toBinary,
    ["-q", "--legacy-server"],
    "comnetsii\nhi\n",
  );
  assertEquals([code, stdout, stderr], [0, `${digits("comnetsii")}\n${digits("hi")}\n`, ""]);
});

test("client2 --legacy-server understands the original's server2", async () => {
  const { code, stdout } = await talk("client2", toText, [
    "-q",
    "--legacy-server",
    "1100011 1101111",
  ]);
  assertEquals([code, stdout], [0, "co\n"]);
});

// The first header byte is 0 for a reply of up to 255 bytes, an unknown status for a longer one.
for (const letters of [1, 9, 28, 29, 57, 1000]) {
  test(`client1 recognises the original's header for ${letters} letters, and names the option`, async () => {
    const { code, stderr } = await talk("client1", toBinary, ["x".repeat(letters)]);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^client1: Cannot understand the server: .*hi lo 00 00.*--legacy-server\n$/,
    );
  });
}

test("--legacy-server sends no text whose reply's length would not fit in two bytes", async () => {
  const { code, stdout, stderr } = await talk(
    "client1",
    toBinary,
    ["-q", "--legacy-server", "x".repeat(7282), "x".repeat(7281)],
  );
  assertEquals([code, stdout], [1, `\n${digits("x".repeat(7281))}\n`]);
  assertStringIncludes(stderr, "at most 7281 bytes");
});
