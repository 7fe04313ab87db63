/** The executables: compiled, and run in a folder without the sources. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { compile, PROGRAMS } from "../../lib/release/compile.ts";
import { digits, type Outcome, Program, within } from "../harness.ts";
import { needing } from "../needs.ts";

Deno.test(needing(["denort"], {
  name: "compiled programs converse with an empty environment, away from the sources",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn(t) {
    const dir = await Deno.makeTempDir();
    const suffix = Deno.build.os === "windows" ? ".exe" : "";
    const path = (program: string) => `${dir}/${program}${suffix}`;
    const start = (program: string, args: string[]) =>
      new Program([path(program), ...args], { cwd: dir, clearEnv: true });
    const run = async (program: string, args: string[]): Promise<Outcome> => {
      await using running = start(program, args);
      const code = await running.exit();
      return { code, stdout: running.stdout.text, stderr: running.stderr.text };
    };
    const listening = async (server: Program) =>
      (await server.stdout.match(/^Interface: lo, Port: (\d+), .*\n/))[1];
    try {
      for (const program of PROGRAMS) {
        await t.step(`${program} compiles`, async () => {
          await within("deno compile", compile(program, `${dir}/${program}`), 120_000);
        });
      }

      await t.step("server1 and client1, one client", async () => {
        await using server = start("server1", ["-p", "0"]);
        const port = await listening(server);
        const client = await run("client1", ["-p", port, "comnetsii"]);
        assertEquals(client, {
          code: 0,
          stdout: `Interface: lo, Port: ${port}\n('127.0.0.1', ${port})\n` +
            `Sent: comnetsii\nReceived: ${digits("comnetsii")}\n`,
          stderr: "",
        });
        assertEquals(await server.exit(), 0);
      });

      await t.step("server2 -M with two threads serves both of its clients", async () => {
        await using server = start("server2", ["-I", "lo", "-p", "0", "-M", "-T", "2"]);
        const port = await listening(server);
        for (const word of ["hi", "héllo"]) {
          const client = await run("client2", ["-I", "lo", "-q", "-p", port, digits(word)]);
          assertEquals(client, { code: 0, stdout: `${word}\n`, stderr: "" });
        }
        server.child.kill("SIGTERM");
        assertEquals(await server.exit(), 0);
        assertEquals(server.stderr.text, ""); // no thread failed to start
      });

      await t.step("help, a fault and a wrong option", async () => {
        const help = await run("client2", ["--help"]);
        assertEquals([help.code, help.stderr], [0, ""]);
        assertMatch(help.stdout, /^client2 sends binary digits/);
        const refused = await run("client1", ["-p", "1"]);
        assertEquals(refused.code, 1);
        assertMatch(refused.stderr, /^client1: Cannot connect to \('127.0.0.1', 1\): .*\n$/);
        const wrong = await run("server1", ["--nonsense"]);
        assertEquals([wrong.code, wrong.stdout], [2, ""]);
        assertStringIncludes(wrong.stderr, "--nonsense");
      });
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
}));
