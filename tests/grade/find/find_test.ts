/** Which files are the four programs. */
import { assertEquals } from "@std/assert";
import { findPrograms } from "../../../lib/grade/find/find_programs.ts";

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
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    }
    const { programs } = await findPrograms(folder);
    return Object.fromEntries(
      Object.entries(programs).map(([name, { path, words }]) => [name, [path, ...words].join(" ")]),
    );
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
