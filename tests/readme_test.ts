/**
 * README says what happens: its console blocks are run, in a private network
 * where its ports are free and `eth1` is what it says, and compared.
 */
import { pathToFileURL } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { command, Program, RunningServer, within } from "./harness.ts";
import { needing } from "./needs.ts";
import { inNetwork } from "./network.ts";

const README = ["../README.md", "../lib/wire/README.md"]
  .map((name) => Deno.readTextFileSync(new URL(name, import.meta.url))).join("\n");

/** A command of README and the lines that it shows below it. */
interface HelpOrVersion {
  command: string;
  output: string;
}

function consoleBlocks(markdown: string): HelpOrVersion[] {
  return [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block]) =>
    block.split(/^\$ /m).slice(1).map((part) => {
      const [command, ...lines] = part.split("\n");
      return { command, output: lines.join("\n") };
    })
  );
}

/** Ports that the system picks differ from run to run. */
function withoutPorts(text: string): string {
  return text.replace(/', [3-6]\d{4}\)/g, "', PORT)");
}

Deno.test(needing(["eth1"], {
  name: "README's commands print what it shows",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    // One shell holds the network: every command is one line on its stdin, and
    // ends with a line that says so.
    const blocks = consoleBlocks(README);
    assertEquals(blocks.length > 6, true);
    const script = [`deno() { '${Deno.execPath()}' "$@"; }`, "out=$(mktemp -d)"];
    for (const [i, { command }] of blocks.entries()) {
      // A server goes on in the background until its clients have been; without
      // -M it ends by itself, else it is stopped before the next server starts.
      script.push(
        /task server/.test(command)
          ? `stop; { ${command}; } >$out/${i} 2>/dev/null & server=$!; listening $out/${i}`
          : `{ ${command}; } >$out/${i} 2>/dev/null`,
      );
    }
    script.push("stop");
    for (const i of blocks.keys()) script.push(`echo "=== ${i}"; cat $out/${i}`);
    script.push("rm -r $out");
    const functions = [
      "listening() { for _ in $(seq 200); do grep -q Interface $1 && return; sleep 0.05; done; }",
      // Each command in the background is a group of processes.
      'stop() { [ -z "$server" ] || { sleep 0.2; kill -- -$server; wait $server; }; server=; }',
      "set -m",
    ];
    await using shell = new Program([
      ...inNetwork("exec"),
      "bash",
      "-c",
      [...functions, ...script].join("\n"),
    ]);
    await within("README's commands", shell.exit(60_000), 60_000);
    const printed = shell.stdout.text.split(/^=== \d+\n/m).slice(1);
    for (const [i, { command, output }] of blocks.entries()) {
      assertEquals(
        withoutPorts(printed[i]),
        withoutPorts(output),
        `$ ${command}\n${shell.stderr.text}`,
      );
    }
  },
}));

Deno.test("README's server3 reverses a text", async () => {
  const guide = await Deno.readTextFile(new URL("../lib/server/README.md", import.meta.url));
  const source = guide.match(/^```ts\n(.*?)^```$/ms)![1];
  const folder = await Deno.makeTempDir();
  try {
    const lib = new URL("../lib/", import.meta.url).href;
    await Deno.writeTextFile(`${folder}/server3.ts`, source.replaceAll('"./lib/', `"${lib}`));
    const script = pathToFileURL(`${folder}/server3.ts`);
    await using server = new RunningServer(command("server3", ["-p", "0"], { script }));
    const [, port] = await server.stdout.match(/Port: (\d+)/);
    const argv = command("client1", ["-q", "-p", port, "abc"]);
    await using client = new Program(argv);
    assertEquals(await client.exit(), 0);
    assertEquals(client.stdout.text, "cba\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("README has 200 lines at most, and the lab's other guides 120", () => {
  const lines = (name: string) =>
    Deno.readTextFileSync(new URL(`../${name}`, import.meta.url)).split("\n").length - 1;
  assert(lines("README.md") <= 200);
  for (const folder of ["", "wire/", "server/", "client/"]) {
    assert(lines(`lib/${folder}README.md`) <= 120, folder);
  }
});
