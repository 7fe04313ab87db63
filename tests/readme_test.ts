/**
 * The commands of the guides are run in a private network, where their ports are free and `eth1` has
 * the address that they show. Their output is compared.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { command, Program, RunningServer, within } from "./harness.ts";
import { needing } from "./needs.ts";
import { inNetwork } from "./network.ts";

const README = read("README.md");
const [FRAMES, PACKETS] = read("lib/wire/README.md").split(/^(?=## Look at the packets$)/m);

function read(name: string): string {
  return Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));
}

/** A command and the lines that a guide shows below it. */
interface ShownCommand {
  command: string;
  /** Undefined for a command of a `sh` block, which shows no output. */
  output?: string;
}

/** The commands of a guide: `console` blocks, and `sh` blocks if asked for. */
function shownCommands(markdown: string, { sh = false } = {}): ShownCommand[] {
  return [...markdown.matchAll(/^```(console|sh)\n(.*?)^```$/gms)].flatMap(([, kind, block]) => {
    if (kind === "sh") {
      const lines = block.trimEnd().split("\n").map((line) => line.replace(/ +# .*$/, ""));
      return sh ? lines.map((command) => ({ command })) : [];
    }
    return block.split(/^\$ /m).slice(1).map((part) => {
      const [command, ...lines] = part.split("\n");
      return { command, output: lines.join("\n") };
    });
  });
}

/** Without what differs: ports that the system picks, times of packets, sizes of TCP's buffers. */
function withoutAccidents(text: string): string {
  return text.replace(/', [3-6]\d{4}\)/g, "', PORT)")
    .replace(/ [3-6]\d{4} → /g, " PORT → ").replace(/ → [3-6]\d{4} /g, " → PORT ")
    .replace(/^ *\d+ \d+\.\d{9} /gm, "N TIME ").replace(/ (Win|WS|MSS)=\d+/g, " $1=N")
    .replace(/ +$/gm, "");
}

const FUNCTIONS = `
deno() { '${Deno.execPath()}' "$@"; }
shows() { for _ in $(seq 1200); do grep -q "$1" $2 && return; sleep 0.05; done; }
stop() { [ -z "$server" ] || { sleep 0.2; kill -- -$server; wait $server; }; server=; }
stop_capture() {
  [ -z "$capture" ] && return
  echo 'the last packet' > /dev/udp/127.0.0.1/9 # once it is in the file, the packets before it are too
  for _ in $(seq 1200); do grep -aq 'the last packet' $out/lab.pcap && break; sleep 0.05; done
  kill -INT -- -$capture; wait $capture; capture=
}
out=$(mktemp -d)`;

/**
 * Runs a guide's commands in a private network, in one shell, and compares what they print.
 *
 * A server runs in the background until its clients have ended. Without -M it ends by itself;
 * otherwise it is stopped before the next server starts. A capture is stopped before it is read.
 */
async function assertPrinted(commands: ShownCommand[]): Promise<void> {
  // With job control, a command in the background is a group of processes of its own. Job control is
  // on only while the command starts: bash also writes a line into the stderr of whatever runs when a
  // job ends.
  const background = (run: string) => `set -m; ${run} & set +m`;
  const script = commands.map(({ command }, i) => {
    const run = `{ ${command.replaceAll("/tmp/", "$out/")}; } >$out/${i} 2>$out/${i}.err`;
    if (/task server/.test(command)) {
      return `stop; ${background(run)}; server=$!; shows Interface $out/${i}`;
    }
    if (/^tshark .*-w /.test(command)) {
      return `${background(run)}; capture=$!; shows 'Capture started' $out/${i}.err`;
    }
    return /^tshark /.test(command) ? `stop_capture; ${run}` : run;
  });
  const print = commands.map((_, i) => `echo "=== ${i}"; cat $out/${i}; cat $out/${i}.err >&2`);
  const text = [FUNCTIONS, ...script, "stop", ...print, "rm -r $out"].join("\n");
  await using shell = new Program([...inNetwork("exec"), "bash", "-c", text]);
  await within("the guide's commands", shell.exit(180_000), 180_000);
  const printed = shell.stdout.text.split(/^=== \d+\n/m).slice(1);
  for (const [i, { command, output }] of commands.entries()) {
    if (output === undefined) continue;
    assertEquals(
      withoutAccidents(printed[i]),
      withoutAccidents(output),
      `$ ${command}\n${shell.stderr.text}`,
    );
  }
}

Deno.test(needing(["eth1"], {
  name: "README's commands print what README shows",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const commands = [...shownCommands(README), ...shownCommands(FRAMES)];
    assert(commands.length > 6);
    await assertPrinted(commands);
  },
}));

Deno.test(needing(["eth1", "tshark"], {
  name: "the captured packets are those that the guide to frames shows",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const commands = shownCommands(PACKETS, { sh: true });
    assertEquals(commands.length, 10);
    await assertPrinted(commands);
  },
}));

Deno.test(needing(["linux"], {
  name: "README's commands for another folder start client1 there",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const [, other, install] = README.match(/^(deno task --config .*?) +#.*\n(deno install .*)$/m)!;
    const root = await Deno.makeTempDir();
    const PATH = `${root}:${root}/bin:${Deno.env.get("PATH")}`;
    const env = { DENO_INSTALL_ROOT: root, PATH };
    const lab = fileURLToPath(new URL("../", import.meta.url));
    try {
      await Deno.symlink(Deno.execPath(), `${root}/deno`);
      await using server = new RunningServer(command("server1", ["-M", "-p", "0"]));
      const [, port] = await server.stdout.match(/Port: (\d+)/);
      await using installing = new Program(["sh", "-c", install], { cwd: lab, env });
      assertEquals(await installing.exit(), 0, installing.stderr.text);
      const task = other.replace("~/lab/", lab).replace("client1 ", `client1 -q -p ${port} `);
      for (const client of [`client1 -q -p ${port} comm`, task]) {
        await using program = new Program(["sh", "-c", client], { cwd: root, env });
        assertEquals(await program.exit(), 0, program.stderr.text);
        assertEquals(program.stdout.text, "01100011 01101111 01101101 01101101\n");
      }
    } finally {
      await Deno.remove(root, { recursive: true });
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

Deno.test("README has 200 lines at most, and the other guides to the code 120", () => {
  const lines = (name: string) =>
    Deno.readTextFileSync(new URL(`../${name}`, import.meta.url)).split("\n").length - 1;
  assert(lines("README.md") <= 200);
  for (const folder of ["", "wire/", "server/", "client/"]) {
    assert(lines(`lib/${folder}README.md`) <= 120, folder);
  }
  assert(lines("lib/grade/CODE.md") <= 120);
});
