/** `deno task eth1` in two terminals: one opens the private network, the other joins it. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { MAKE_INTERFACES } from "../../lib/eth1/network.ts";
import { Program } from "../harness.ts";
import { Terminal } from "../keyboard/terminal.ts";
import { needing } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url);
const DENO = `'${Deno.execPath()}'`;
const MAIN = new URL("lib/eth1/main.ts", ROOT).pathname;

/** A copy of the project for the test, which does not join the network of the real project. */
async function inProject(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const name of ["deno.json", "deno.lock", "server2.ts", "client2.ts", "lib"]) {
      await Deno.symlink(new URL(name, ROOT).pathname, `${folder}/${name}`);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test(needing(["eth1", "script"], {
  name: "deno task eth1 in two terminals: server2 in one, client2 in the other",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: () =>
    inProject(async (folder) => {
      const open = `cd '${folder}' && ${DENO} task -q eth1`;
      await using first = new Terminal(open);
      await first.shows(/eth1: This shell is in a new private network[^]*exit[^]*[$#] $/);
      await first.write(`${DENO} task -q server2\r`);
      await first.shows(/\nInterface: eth1, Port: 3000, Multi-threaded\?: False\n$/);

      await using second = new Terminal(open);
      await second.shows(/eth1: This shell has joined the open private network[^]*[$#] $/);
      await second.write(`${DENO} task -q client2 '01100011 01101111'\r`);
      await second.shows(
        /\n\('10\.0\.0\.1', 3000\)\nSent: 01100011 01101111\nReceived: co\n.*[$#] $/,
      );
      await first.shows(/\nReceived: 01100011 01101111\nSent: co\n.*[$#] $/);

      await second.write(`${DENO} task -q eth1\r`);
      await second.shows(/eth1: This terminal has eth1 already: .*\n.*[$#] $/);
      for (const terminal of [second, first]) {
        await terminal.write("exit 0\r");
        assertEquals(await terminal.exit(), 0);
      }
    }),
}));

Deno.test(needing(["eth1", "script"], {
  name: "deno task eth1 in two terminals at the same time makes one network",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: () =>
    inProject(async (folder) => {
      const open = `cd '${folder}' && ${DENO} task -q eth1`;
      await using first = new Terminal(open);
      await using second = new Terminal(open);
      const shells = [first, second];
      const said = await Promise.all(
        shells.map((one) => one.shows(/eth1: This shell [^]*exit[^]*[$#] $/)),
      );
      assertEquals(said.filter(([text]) => text.includes("joined the open")).length, 1);
      for (const one of shells) await one.write("exit 0\r");
      for (const one of shells) assertEquals(await one.exit(), 0);
    }),
}));

Deno.test(needing(["eth1"], {
  name: "deno task eth1 says what to do where namespaces are refused",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const none = "echo 0 > /proc/sys/user/max_user_namespaces";
    const script = `${none} && exec ${DENO} run -A '${MAIN}'`;
    await using refused = new Program(["unshare", "-Ur", "bash", "-c", script]);
    assertEquals(await refused.exit(), 1);
    assertMatch(
      refused.stderr.text,
      /^eth1: Cannot make a private network: unshare: .*; use the loopback .* -I lo .*\n$/,
    );
  },
}));

Deno.test(needing(["eth1"], {
  name: "deno task eth1 takes no argument, and makes no network if there is an eth1",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const script = `${MAKE_INTERFACES} && ${DENO} run -A '${MAIN}' && ${DENO} run -A '${MAIN}' x`;
    await using inside = new Program(["unshare", "-Urn", "bash", "-c", script]);
    assertEquals(await inside.exit(), 2);
    assertMatch(inside.stderr.text, /^eth1: This terminal has eth1 already/);
    assertMatch(inside.stderr.text, /\neth1: Cannot use the argument "x": .*\nUsage: /);
    assertNotMatch(inside.stderr.text, /private network/);
  },
}));
