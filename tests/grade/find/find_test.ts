/** Which files are the four programs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findPrograms } from "../../../lib/grade/find/find_programs.ts";
import { missingThing } from "../../../lib/grade/find/missing.ts";
import { planFor } from "../../../lib/grade/find/languages.ts";
import { usesUdp } from "../../../lib/grade/find/roles.ts";
import { credentialsIn } from "../../../lib/grade/find/files.ts";
import { text } from "../../harness.ts";
import { type Need, needing } from "../../needs.ts";
import { replyToPrompt } from "../../../lib/grade/read/prompts.ts";

for (
  const [names, server1, client2] of [
    [["server1.py", "client2.py"], "server1.py", "client2.py"],
    [["tcp_server_1.js", "TCPClient2.java"], "tcp_server_1.js", "TCPClient2.java"],
    [["q1/server.c", "q2/client.c"], "q1/server.c", "q2/client.c"],
    [["src/bin/server1.rs", "src/bin/client2.rs"], "src/bin/server1.rs", "src/bin/client2.rs"],
    [["MyServer1.java", "old/server1.py", "Client_2.py"], "MyServer1.java", "Client_2.py"],
  ] as [string[], string, string][]
) {
  Deno.test(`findPrograms() ${names.join(", ")}`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      for (const name of names) {
        Deno.mkdirSync(`${folder}/${name.replace(/[^/]*$/, "")}`, { recursive: true });
        const does = /server/i.test(name) ? "listen(" : "connect(";
        Deno.writeTextFileSync(`${folder}/${name}`, does);
      }
      const { programs } = await findPrograms(folder);
      assertEquals(programs.server1?.path, server1);
      assertEquals(programs.client2?.path, client2);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

/** A folder with these files is searched. */
async function found(files: Record<string, string>): Promise<Record<string, string>> {
  return (await foundWith(files)).programs;
}

Deno.test("a program whose helper alone has its sockets uses UDP if the helper does", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/server1.c`, "int main() { serve(udp_socket()); }");
    Deno.writeTextFileSync(`${folder}/udp.c`, "void serve(int s) { recvfrom(s); sendto(s); }");
    const { server1 } = (await findPrograms(folder)).programs;
    assert(usesUdp(server1!.whole));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** The same, with the files that may be programs too. */
async function foundWith(
  files: Record<string, string>,
): Promise<{ programs: Record<string, string>; unused: string[] }> {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    const { programs, unused } = await findPrograms(folder);
    const own = Object.entries(programs).filter(([, { isBorrowed }]) => !isBorrowed)
      .map(([name, { path, selector }]) => [name, [path, ...selector].join(" ")]);
    return { programs: Object.fromEntries(own), unused };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("findPrograms() tells the programs of one file apart by its arguments", async () => {
  const source = `if mode == "server1": s.listen()\nif mode == "client1": s.connect(a)\n` +
    `if mode == "server2": s.listen()\nif mode == "client2": s.connect(b)`;
  assertEquals(await found({ "lab.py": source }), {
    server1: "lab.py server1",
    server2: "lab.py server2",
    client1: "lab.py client1",
    client2: "lab.py client2",
  });
});

Deno.test("findPrograms() takes a client that converts nothing for both servers", async () => {
  const files = {
    "server1.py": "s.bind(('localhost', 5001)); s.listen()",
    "server2.py": "s.bind((eth1, 5002)); s.listen()",
  };
  const general = "s.connect((sys.argv[1], int(sys.argv[2])))";
  assertEquals((await found({ ...files, "client.py": general })).client2, "client.py");
  const menu =
    `question("1) text to binary\\n2) binary to text"); if (choice === "1") net.connect(p)`;
  const { client1: first, client2: second } = await found({ ...files, "client.js": menu });
  assertEquals([first, second], ["client.js", "client.js"]);
  const calls = { "a.py": "s.connect((host, 5002))", "b.py": "s.connect((host, 5001))" };
  const { client1, client2 } = await found({ ...files, ...calls });
  assertEquals([client1, client2], ["b.py", "a.py"]);
});

Deno.test("findPrograms() reads names in other languages, and pairs files by the rest of the name", async () => {
  const server = "my $s = IO::Socket::INET->new(LocalPort => $p, Listen => 5);";
  const client = "my $s = IO::Socket::INET->new(PeerAddr => $h);";
  assertEquals(
    await found({
      "serwer_bin.pl": `${server} sprintf '%08b', $c`,
      "serwer_tekst.pl": `${server} '10.0.0.1 eth1'`,
      "klient_bin.pl": client,
    }),
    { server1: "serwer_bin.pl", server2: "serwer_tekst.pl", client1: "klient_bin.pl" },
  );
  assertEquals(
    await found({
      "binary_server.py": "serve(bin(b)[2:].zfill(8))",
      "text_server.py": "serve(int(w, 2))",
      "binary_client.py": "client(sys.argv[1])",
      "text_client.py": "client(sys.argv[1])",
      "common.py": "def serve(): s.listen()\ndef client(): s.connect(a)",
    }),
    {
      server1: "binary_server.py",
      server2: "text_server.py",
      client1: "binary_client.py",
      client2: "text_client.py",
    },
  );
});

Deno.test("findPrograms() takes the main packages of a Go module, not its library", async () => {
  const main = (call: string) => `package main\n\nfunc main() {\n\t${call}\n}\n`;
  assertEquals(
    await found({
      "go.mod": "module lab",
      "wire/serve.go": 'package wire\n\nfunc Serve() { net.Listen("tcp", a) }\n',
      "wire/ask.go": 'package wire\n\nfunc Ask() { net.Dial("tcp", a) }\n',
      "cmd/encd/main.go": main('wire.Serve(fmt.Sprintf("%08b", b))'),
      "cmd/decd/main.go": main("wire.Serve(strconv.ParseUint(g, 2, 8))"),
      "cmd/enc/main.go": main("wire.Ask()"),
      "cmd/dec/main.go": main("wire.Ask()"),
    }),
    {
      server1: "cmd/encd/main.go",
      server2: "cmd/decd/main.go",
      client1: "cmd/enc/main.go",
      client2: "cmd/dec/main.go",
    },
  );
});

Deno.test("findPrograms() reads the words for roles from lists and sub-commands", async () => {
  const both = "TCPServer.new # server\nSocket.tcp(h) # client\n";
  const roles = "%w[encoder decoder encode-client decode-client]";
  assertEquals(await found({ "lab.rb": both + roles }), {
    server1: "lab.rb encoder",
    server2: "lab.rb decoder",
    client1: "lab.rb encode-client",
    client2: "lab.rb decode-client",
  });
  const go =
    'func main() { net.Listen(server); net.Dial(client) } // "encoder|decoder|encode|decode"';
  assertEquals(await found({ "main.go": go }), {
    server1: "main.go encoder",
    server2: "main.go decoder",
    client1: "main.go encode",
    client2: "main.go decode",
  });
  const service = 'choices=["binary", "text"]; "{0:08b}"; int(b, 2); SimpleXMLRPCServer(a)';
  const { server1, server2 } = await found({ "rpc_servers.py": service });
  assertEquals([server1, server2], ["rpc_servers.py binary", "rpc_servers.py text"]);
});

Deno.test("findPrograms() takes the class with an entry point, with the calls of its helpers", async () => {
  const menu = '"1) Server text\\n2) Server binary\\n3) Client\\n4) Client"; static void Main()';
  const programs = await found({
    "Program.cs": menu,
    "Servers.cs": "new TcpListener(a); Convert.ToString(b, 2)",
    "Client.cs": "new TcpClient(a); Convert.ToByte(s, 2)",
  });
  assertEquals(new Set(Object.values(programs)), new Set(["Program.cs"]));
  assertEquals(Object.keys(programs).length, 4);
});

Deno.test("findPrograms() tells servers from clients by the class that each of them uses", async () => {
  const main = "static void main(String[] a)";
  const programs = await found({
    "A1.java": `${main} { new Base(a); }`,
    "A2.java": `${main} { new Base(b); }`,
    "B1.java": `${main} { Talk.run(a); }`,
    "B2.java": `${main} { Talk.run(b); }`,
    "Base.java": "new ServerSocket(port)",
    "Talk.java": "new Socket(host, port)",
  });
  assertEquals(programs, {
    server1: "A1.java",
    server2: "A2.java",
    client1: "B1.java",
    client2: "B2.java",
  });
});

Deno.test("findPrograms() takes two servers, and two clients, of one folder in their order", async () => {
  const [server, client] = ["TCPServer.new(2345); answer", "TCPSocket.new('localhost', 2345)"];
  const programs = await found({
    "ex4server.rb": server,
    "ex5server.rb": server,
    "ex4client.rb": client,
    "ex5client.rb": client,
  });
  assertEquals(programs, {
    server1: "ex4server.rb",
    server2: "ex5server.rb",
    client1: "ex4client.rb",
    client2: "ex5client.rb",
  });
});

Deno.test("findPrograms() ignores the number of a folder that holds all files", async () => {
  const encode = "createServer(); [...data].map((byte) => byte.toString(2))";
  const decode = "createServer(); parseInt(bin, 2)";
  const folder = Deno.makeTempDirSync();
  try {
    for (const [path, text] of [["a", encode], ["b", decode]]) {
      Deno.mkdirSync(`${folder}/day_2/${path}`, { recursive: true });
      Deno.writeTextFileSync(`${folder}/day_2/${path}/server.js`, text);
    }
    const { programs } = await findPrograms(folder);
    assertEquals(programs.server1?.path, "day_2/a/server.js");
    assertEquals(programs.server2?.path, "day_2/b/server.js");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("planFor() takes no go.mod of another folder whose name begins alike", () => {
  const source = { path: "client2/main.go", source: "package main\nfunc main() {}" };
  const shell = (module: string) => planFor(source, [source.path, module], "/lab").own!.shell;
  assert(shell("client/go.mod").includes("GO111MODULE=off"));
  assert(!shell("client2/go.mod").includes("GO111MODULE=off"));
  assert(!shell("go.mod").includes("GO111MODULE=off"));
});

Deno.test("findPrograms() takes a source that is compiled twice for two programs", async () => {
  const rules = "decserv: pair.c\n\t$(CC) -DSECOND -o $@ $<\nencserv: pair.c\n\t$(CC) -o $@ $^\n";
  const files = {
    "pair.c": "int main(void) { listen(s, 5); }",
    "client.c": "int main(void) { connect(s); }",
    "Makefile": rules,
  };
  const programs = await found(files);
  assertEquals([programs.server1, programs.server2], ["encserv", "decserv"]);
  assertEquals([programs.client1, programs.client2], ["client.c", "client.c"]);
  const made = { path: "decserv", source: "", compiledFrom: "pair.c", defines: ["-DSECOND"] };
  assertStringIncludes(planFor(made, Object.keys(files), "/lab").own!.shell, "'-DSECOND'");
});

Deno.test("findPrograms() finds the clients and servers of shell scripts", async () => {
  assertEquals(
    await found({
      "client.sh": '#!/usr/bin/env bash\nexec 3<>"/dev/tcp/$1/$2"\n',
      "encoder.sh": "exec socat TCP-LISTEN:4001,fork EXEC:./bits.sh\n",
      "decoder.sh": "exec socat TCP4-LISTEN:4002,fork EXEC:./text.sh\n",
    }),
    {
      server1: "encoder.sh",
      server2: "decoder.sh",
      client1: "client.sh",
      client2: "client.sh",
    },
  );
});

Deno.test("a module that package.json names and Deno does not find is missing", () => {
  const shown = 'error: Could not resolve "ws", but found it in a package.json. Deno expects …';
  assertEquals(missingThing(shown)?.look, {
    cause: "needs the Node module ws",
    install: "npm install -g ws",
  });
});

Deno.test("findPrograms() gives each server the client that calls its port or has its name", async () => {
  const servers = {
    "bits_server.js": "net.createServer(f).listen(7001); c.toString(2)",
    "text_server.js": "net.createServer(f).listen(7002); parseInt(g, 2)",
  };
  for (const [first, second] of [[7001, 7002], [7000, 7000]]) {
    const clients = {
      "bits_client.js": `new net.Socket().connect(${first}); ask("a binary string:")`,
      "text_client.js": `new net.Socket().connect(${second}); localhost`,
    };
    const { client1, client2 } = await found({ ...servers, ...clients });
    assertEquals([client1, client2], ["bits_client.js", "text_client.js"]);
  }
});

Deno.test("planFor() builds a Java package whose name is not ASCII from the folder above it", () => {
  const source =
    "package Übung.eins;\npublic class Server { public static void main(String[] a) {} }";
  const path = "src/Übung/eins/Server.java";
  const { words, own } = planFor({ path, source }, [path], "/lab");
  assertEquals([words.at(-1), own!.folder], ["Übung.eins.Server", "src"]);
});

Deno.test("a client's login gets the user name and the password that the files name", () => {
  const settings = { path: "lab.properties", source: "port=3131\nuser=student\npassword=open42\n" };
  const credentials = credentialsIn([{ ...settings, isCode: false }]);
  assertEquals(credentials, { user: "student", password: "open42" });
  const code = { path: "s.py", source: 'user = input("?")\nif password != "quoted7":' };
  assertEquals(credentialsIn([{ ...code, isCode: true }]), { password: "quoted7" });
  const known = {
    number: 1,
    conversion: { words: /x/ },
    role: "client",
    host: "h",
    port: 1,
  } as const;
  assertEquals(replyToPrompt("user: ", { ...known, credentials }), "student");
  assertEquals(replyToPrompt("Password: ", { ...known, credentials }), "open42");
  assertEquals(replyToPrompt("Your name: ", { ...known, credentials }), "ada");
});

Deno.test("findPrograms() tells programs apart by the sources in their folders", async () => {
  const all = (top: string, conversion: string) => ({
    [`${top}/start.c`]: "int main(void) { listen(s, 5); convert(); }",
    [`${top}/run_client.c`]: "int main(void) { connect(s); }",
    [`${top}/work.c`]: conversion,
  });
  const programs = await found({ ...all("left", "stoi(g, 0, 2)"), ...all("right", '"%08b"') });
  assertEquals([programs.server1, programs.client1], ["right/start.c", "right/run_client.c"]);
  assertEquals([programs.server2, programs.client2], ["left/start.c", "left/run_client.c"]);
});

Deno.test("findPrograms() takes a server alone for the first question", async () => {
  const { server1, client1 } = await found({
    "Tcp.java": "class Tcp { static void main(String[] a) { new ServerSocket(7000); } }",
    "TcpClient.java": "class TcpClient { static void main(String[] a) { new Socket(h, 7000); } }",
  });
  assertEquals([server1, client1], ["Tcp.java", "TcpClient.java"]);
});

const HELPED: [tool: Need, source: string, files: Record<string, string>][] = [
  ["gcc", "q1/server.c", {
    "q1/server.c": "int bits(void); int main(void) { return bits(); }",
    "q1/bits.c": "int bits(void) { return 0; }",
    "q2/bits.c": "int bits(void) { return 1; }",
  }],
  ["go", "server1.go", {
    "server1.go": "package main\n\nfunc main() { bits() }\n",
    "client1.go": "package main\n\nfunc main() { bits() }\n",
    "bits.go": "package main\n\nfunc bits() {}\n",
  }],
];
for (const [tool, path, files] of HELPED) {
  Deno.test(needing([tool], {
    name: `planFor() builds ${path} with the helpers beside it, and without another program's`,
    fn: async () => {
      const top = Deno.makeTempDirSync();
      try {
        for (const [name, source] of Object.entries({ ...files, ".lab-build/x": "" })) {
          Deno.mkdirSync(`${top}/${name.replace(/[^/]*$/, "")}`, { recursive: true });
          Deno.writeTextFileSync(`${top}/${name}`, source);
        }
        const { shell, folder } = planFor({ path, source: files[path] }, Object.keys(files), top)
          .own!;
        const args = ["-c", shell];
        const { success, stderr } = await new Deno.Command("sh", { args, cwd: `${top}/${folder}` })
          .output();
        assert(success, text(stderr));
      } finally {
        Deno.removeSync(top, { recursive: true });
      }
    },
  }));
}

Deno.test("findPrograms() takes files whose sockets are in an imported helper, and not the helper", async () => {
  const expected = { server1: "encode.EXT", server2: "decode.EXT" };
  for (
    const [ending, load, helper] of [
      ["js", `require("./net/start")(5050, 'encode')`, "net/start"],
      ["ts", `import { start } from "./start.ts";`, "start"],
      ["rb", "require_relative 'start'", "start"],
      ["php", "require_once __DIR__ . '/start.php';", "start"],
      ["py", "from net.start import (one,\n  two)", "net/start"],
      ["py", "from .start import one", "start"],
      ["pl", `require "./start.pl";`, "start"],
      ["sh", `. "$(dirname "$0")/start.sh"`, "start"],
      ["lua", `require "net.start"`, "net/start"],
    ]
  ) {
    const { programs, unused } = await foundWith({
      [`encode.${ending}`]: load,
      [`decode.${ending}`]: load,
      [`${helper}.${ending}`]: "createServer( TCPServer listen( TCP-LISTEN:",
    });
    assertEquals(
      [programs, unused],
      [
        Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, v.replace("EXT", ending)])),
        [],
      ],
      `${ending} ${load}`,
    );
  }
});

Deno.test("a file in an unknown language forbids absent; a picture does not", async () => {
  assertEquals((await foundWith({ "server.abc": "listen" })).unused, ["server.abc"]);
  assertEquals(
    (await foundWith({ "server.png": "", "notes.md": "", "v1.0/Makefile": "" })).unused,
    [],
  );
});

Deno.test("findPrograms() takes no earlier version of a program, and no absent server for a helper's", async () => {
  const { programs } = await foundWith({
    "server1.py": "listen(",
    "client.py": "connect(",
    "old/server2.py": "listen(",
  });
  assertEquals([programs.server1, programs.server2], ["server1.py", undefined]);
  const java = await foundWith({
    "Main.java": "public static void main(String[] a) { new Socket(h, p); Sunucu.run(); }",
    "Sunucu.java": "class Sunucu { void run() { new ServerSocket(); } }",
  });
  assertEquals(java.programs.server1, "Main.java");
});

Deno.test("a missing tool is named in a sandbox too, whatever the submission's folders are called", () => {
  const shown = "setsid: failed to execute lua: No such file or directory";
  assertEquals(missingThing(shown, ["lua/server1.lua"])?.why, "lua is not installed here");
  const go = missingThing("sh: 1: go: not found\n", ["go/server.go", "go.mod"]);
  assertEquals(go?.look.install, "apt-get install golang");
  const node = missingThing("setsid: failed to execute node: No such file or directory");
  assertEquals(node?.look.install, "apt-get install nodejs");
});

Deno.test("findPrograms() reads a script without an ending, and takes no file that only declares a class", async () => {
  const script = "#!/usr/bin/env php\n<?php\nuse Lab\\Net\\{Client, Server};\n" +
    `match ($argv[1]) { 'serve:encode' => (new Server)->run(), 'encode' => (new Client)->run() };`;
  const declares = (name: string, calls: string) =>
    `<?php\nnamespace Lab\\Net;\n\nfinal class ${name}\n{\n    function run() { ${calls} }\n}\n`;
  const { programs, unused } = await foundWith({
    "bin/labor": script,
    "src/Server.php": declares("Server", "stream_socket_server($a); sprintf('%08b'); bindec($b);"),
    "src/Client.php": declares("Client", "stream_socket_client($a);"),
  });
  assertEquals([programs.server1, programs.client1], ["bin/labor.php", "bin/labor.php"]);
  assertEquals(unused.filter((path) => path.startsWith("src/")), []);
});

Deno.test("a server is not absent while a mode of the client's file names it", async () => {
  const source = `public static void main(String[] a) { new Socket(host, 1);
    switch (a[0]) { case "encode-server": Unknown.start(); case "encode-client": ask(); } }`;
  const { programs, unused } = await foundWith({ "Lab.java": source });
  assertEquals(
    [programs.server1 ?? "", unused].flat().some((one) => one.includes("Lab.java")),
    true,
  );
});

Deno.test("findPrograms() gives a server the client that calls a port of it alone", async () => {
  const server = (port: number, convert: string) =>
    `PORT = ${port}\nSIZE = 4096\ns.listen()\n${convert}`;
  const client = (port: number) => `# uses port 50000\nPORT = ${port}\nSIZE = 4096\ns.connect(a)`;
  const { programs } = await foundWith({
    "2.1_server2.py": server(50_000, "format(b, '08b')"),
    "3.1_server2.py": server(50_001, "int(b, 2)"),
    "2.5_client1.py": client(50_000),
    "3.5_client1.py": client(50_001),
  });
  assertEquals(programs, {
    server1: "2.1_server2.py",
    server2: "3.1_server2.py",
    client1: "2.5_client1.py",
    client2: "3.5_client1.py",
  });
});

Deno.test("findPrograms() pairs names in capitals, and shortened ones of one library", async () => {
  const main = (call: string) => `public static void main(String[] a) { ${call} }`;
  const client = main("new Socket(a[0], 1);");
  const { programs } = await foundWith({
    "ServidorBinario.java": main("new ServerSocket(1); Integer.toBinaryString(b);"),
    "ServidorTexto.java": main("new ServerSocket(1); Integer.parseInt(bits, 2);"),
    "ClienteBinario.java": client,
    "ClienteTexto.java": client,
  });
  assertEquals(programs.client1, "ClienteBinario.java");
  assertEquals(programs.client2, "ClienteTexto.java");
  const short = await foundWith({
    "src/lib.rs": "fn serve() { TcpListener::bind(a) } fn client() { TcpStream::connect(a) }",
    "src/bin/encoder.rs": "fn main() { lab::serve(lab::to_bits) }",
    "src/bin/decoder.rs": "fn main() { lab::serve(lab::to_text) }",
    "src/bin/encli.rs": "fn main() { lab::client(a) }",
    "src/bin/decli.rs": "fn main() { lab::client(a) }",
  });
  assertEquals(short.programs.client1, "src/bin/encli.rs");
  assertEquals(short.programs.client2, "src/bin/decli.rs");
});
