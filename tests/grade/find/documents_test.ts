/** Commands in a submission's documents start its programs. */
import { cpuUsage } from "node:process";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { missingLanguage } from "../../../lib/grade/find/missing.ts";
import { documentedCommands, documentedFor } from "../../../lib/grade/find/documents.ts";
import { findPrograms } from "../../../lib/grade/find/find_programs.ts";
import type { ProgramName } from "../../../lib/grade/results/results.ts";

const cases: [
  document: string,
  text: string,
  path: string,
  name: ProgramName,
  arguments: string | undefined,
][] = [
  [
    "README.md",
    "    python3 -m lab.server1 --port 5001",
    "lab/server1.py",
    "server1",
    "--port {port}",
  ],
  ["README.md", "Start `python client.py 10.0.0.1 6000`.", "client.py", "client2", "{host} {port}"],
  [
    "README.md",
    "$ go run ./cmd/server2 -addr <eth1-ip>:6000",
    "cmd/server2/main.go",
    "server2",
    "-addr {host}:{port}",
  ],
  ["README.md", "cargo run -p server1 -- --verbose", "server1/src/main.rs", "server1", "--verbose"],
  [
    "README.md",
    "java -cp out lab.Client1 localhost 6000",
    "src/lab/Client1.java",
    "client1",
    "{host} {port}",
  ],
  ["README.md", "PORT=7001 target/release/encli --fast", "src/bin/encli.rs", "client1", "--fast"],
  ["README.md", "g++ -o build/server1 more.cpp", "src/server1.cpp", "server1", undefined],
  ["README.md", "./server1 9000   # then the client", "server1.c", "server1", "{port}"],
  [
    "README.md",
    "./tool serve binary 4001     ./tool serve text 4002",
    "tool.rs",
    "server1",
    "serve binary {port}",
  ],
  [
    "README.md",
    "./tool serve binary 4001 ./tool serve text 4002",
    "tool.rs",
    "server2",
    "serve text {port}",
  ],
  ["README.md", "python3 -m lab.server1 [--port P]", "lab/server1.py", "server1", ""],
  ["README.md", "python3 lab.py serve --mode 2", "lab.py", "server1", undefined],
  [
    "package.json",
    '{"scripts": {"c2": "node client.mjs --way 2"}}',
    "client.mjs",
    "client2",
    "--way 2",
  ],
  ["Makefile", "PORT = 6000\nrun:\n\t./server1 $(PORT)\n", "server1.c", "server1", "{port}"],
  [
    "Dockerfile",
    'CMD ["python3", "server.py", "--mode", "encode"]',
    "server.py",
    "server1",
    "--mode encode",
  ],
  [
    "server.py",
    '"""Usage: python server.py 6000"""\nimport socket',
    "server.py",
    "server1",
    "{port}",
  ],
];

for (const [document, text, path, name, given] of cases) {
  Deno.test(`a command of ${document} starts ${name}: ${text.slice(0, 50)}`, () => {
    const commands = documentedCommands([{ path: document, source: text }]);
    assertEquals(documentedFor(path, name, commands)[0]?.given.join(" "), given);
  });
}

Deno.test("documentedCommands() ends soon on a long hostile document", () => {
  const before = cpuUsage().user;
  for (const part of ["python ", "A=1 ", "./", "node --", "`uv run ", "$(A)", "A = $(A)\n"]) {
    for (const path of ["README.md", "Makefile", "Dockerfile"]) {
      documentedCommands([{ path, source: part.repeat(20_000) }]);
    }
  }
  assertEquals(cpuUsage().user - before < 5_000_000, true);
});

/** The programs that are found in a folder with these files. */
async function found(files: Record<string, string>): Promise<Record<string, string>> {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    const { programs, unused } = await findPrograms(folder);
    return {
      ...Object.fromEntries(Object.entries(programs).map(([name, { path }]) => [name, path])),
      unused: unused.join(" "),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("findPrograms() takes the only client for both of two servers", async () => {
  const programs = await found({
    "server1.js": "listen(",
    "server2.js": "listen(",
    "client.js": "connect( 0b1 eth1",
  });
  assertEquals([programs.client1, programs.client2], ["client.js", "client.js"]);
});

Deno.test("findPrograms() takes no imported helper for an unused program", async () => {
  const { unused } = await found({
    "lab/__init__.py": "",
    "lab/server1.py": "from .core import serve\nlisten(",
    "lab/core.py": "def serve():\n  connect(",
    "other.py": "import socket\nif __name__ == '__main__': socket.socket()",
  });
  assertEquals(unused, "other.py");
});

Deno.test("findPrograms() pairs programs whose names differ in the role only", async () => {
  const { client1, client2 } = await found({
    "bits_server.py": "listen( 08b",
    "text_server.py": "listen( int(x, 2)",
    "bits_client.py": "import common",
    "text_client.py": "import common",
  });
  assertEquals([client1, client2], ["bits_client.py", "text_client.py"]);
});

Deno.test("findPrograms() gives a client of one server's name to that server only", async () => {
  const { client1, client2 } = await found({
    "serwer_bin.pl": "LocalPort sprintf %08b",
    "serwer_tekst.pl": "LocalPort",
    "klient_bin.pl": "PeerAddr",
  });
  assertEquals([client1, client2], ["klient_bin.pl", undefined]);
});

Deno.test("findPrograms() takes one file that listens and connects for all four", async () => {
  const source = 'net.Listen(x) net.Dial(x) "encoder" "decoder" %08b ParseInt(x, 2, 8)';
  const programs = await found({ "main.go": source });
  assertEquals([programs.server1, programs.client2], ["main.go", "main.go"]);
});

Deno.test("missingLanguage() names the language of an unused file", () => {
  const { cause, install } = missingLanguage(["notes.md", "app/Main.kt"])!;
  assertStringIncludes(cause, "Kotlin");
  assertStringIncludes(install!, "kotlin");
  assertEquals(missingLanguage(["server.py"]), undefined);
});

Deno.test("documentedCommands() gives each of several choices, in the order of the questions", () => {
  for (
    const [path, source, second] of [
      ["server.js", "// node server.js settings.json encode|decode", "settings.json decode"],
      ["server.js", "// node server.js --encode | --decode", "--decode"],
      ["server.js", "// node server.js {binary,text} [-p PORT]", "text"],
      [
        "package.json",
        '{"scripts": {"a": "node server.js text", "b": "node server.js binary"}}',
        "binary",
      ],
      [
        "docker-compose.yml",
        "services:\n  two:\n    command: [node, server.js, decode]\n",
        "decode",
      ],
    ]
  ) {
    const commands = documentedCommands([{ path, source }]);
    assertEquals(documentedFor("server.js", "server2", commands)[0]?.given.join(" "), second);
  }
});

Deno.test("documentedCommands() fills placeholders of variables, and reads a command in a quoted message", () => {
  const dots = documentedCommands([
    { path: "main.py", source: "ROLE=client  HOST=... PORT=… python3 main.py" },
  ]);
  assertEquals(dots[0]?.env, { ROLE: "client", HOST: "{host}", PORT: "{port}" });
  const quoted = documentedCommands([{
    path: "client2.js",
    source: "if (!h) { console.error('SERVER=<eth1 ip> node client2.js'); process.exit(2); }",
  }]);
  assertEquals([quoted[0]?.target, quoted[0]?.env], ["client2.js", { SERVER: "{host}" }]);
});

Deno.test("documentedCommands() reads two commands with a bar between them", () => {
  const source =
    "/** java -cp out lab.Server bin 127.0.0.1 8801  |  java -cp out lab.Server txt 0.0.0.0 8802 */";
  const commands = documentedCommands([{ path: "lab/Server.java", source }]);
  assertEquals(commands.map(({ given }) => given.join(" ")), [
    "bin {host} {port}",
    "txt {host} {port}",
  ]);
});
