/** Commands in help and messages work when they are pasted, in the folder where the program runs. */
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, Program, run } from "../harness.ts";

const ROOT = new URL("../../", import.meta.url);
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces"];

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: true, sanitizeResources: true, fn });
}

/** An empty folder for the test, removed after it. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("a server of one's own has no task: its help names its script", () =>
  inFolder(async (cwd) => {
    const source = await Deno.readTextFile(new URL("server1.ts", ROOT));
    await Deno.writeTextFile(
      `${cwd}/server3.ts`,
      source.replaceAll("./lib", `${ROOT}lib`).replace('name: "server1"', 'name: "server3"'),
    );
    const config = fileURLToPath(new URL("deno.json", ROOT));
    await using help = new Program([
      Deno.execPath(),
      ...["run", "--config", config, `${cwd}/server3.ts`, "--help"],
    ], { cwd: fileURLToPath(ROOT) });
    assertEquals(await help.exit(), 0);
    assertMatch(help.stdout.text, /Usage: deno run .*server3\.ts \[OPTION\]/);
  }));

test("in the project's folder, help and its examples name the task", async () => {
  const { stdout } = await run("client1", ["--help"]);
  assertMatch(stdout, /Usage: deno task client1 \[OPTION\]…/);
  assertMatch(stdout, /Examples:\n {2}deno task client1 .*\n {2}deno task client1 comm comnet/);
});

test("elsewhere, help and its examples name the script by its path", () =>
  inFolder(async (cwd) => {
    const { stdout } = await run("client1", ["--help"], "", { cwd });
    const script = fileURLToPath(new URL("client1.ts", ROOT));
    const prefix = `deno run ${PERMISSIONS.join(" ")} ${script}`;
    assertStringIncludes(stdout, `Usage: ${prefix} [OPTION]…`);
    assertStringIncludes(stdout, `\n  ${prefix} comm comnet\n`);
  }));

test("a program without permission names a command that works in the current folder", () =>
  inFolder(async (cwd) => {
    const { code, stderr } = await run("client1", ["-p", "1", "hi"], "", { cwd, permissions: [] });
    assertEquals(code, 1);
    const [, advised] = stderr.match(/^client1: Cannot use the network .*; run: (.*)\n$/) ?? [];
    const [, ...args] = advised.split(" ");
    await using again = new Program([Deno.execPath(), ...args, "-p", "1", "hi"], { cwd });
    assertEquals(await again.exit(), 1);
    assertStringIncludes(again.stderr.text, "connection refused");
  }));

test("a server that may not read its source names the permission by a path that works anywhere", () =>
  inFolder(async (cwd) => {
    const args = ["-M", "-T", "2", "-p", "0"];
    await using server = new Program(command("server1", args, { cwd, permissions: PERMISSIONS }), {
      cwd,
    });
    await server.stdout.match(/Interface: /);
    const [, advised] = await server.stderr.match(/One thread serves all .*(--allow-read=\S+)\n/);
    const permissions = [...PERMISSIONS, advised];
    await using granted = new Program(command("server1", args, { cwd, permissions }), { cwd });
    await granted.stdout.match(/Interface: /);
    assertEquals(granted.stderr.text, "");
  }));

test("deno task works with a package.json beside the programs", () =>
  inFolder(async (folder) => {
    for (const name of ["deno.json", "deno.lock", "client1.ts"]) {
      await Deno.copyFile(new URL(name, ROOT), `${folder}/${name}`);
    }
    await Deno.symlink(fileURLToPath(new URL("lib", ROOT)), `${folder}/lib`);
    await Deno.writeTextFile(`${folder}/package.json`, '{ "name": "lab", "version": "1.0.0" }\n');
    const task = new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "client1", "--version"],
      cwd: folder,
    });
    const { code, stdout, stderr } = await task.output();
    assertEquals(new TextDecoder().decode(stderr), "");
    assertMatch(new TextDecoder().decode(stdout), /^client1 \d/);
    assertEquals(code, 0);
  }));
