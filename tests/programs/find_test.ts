/** Which files are the four programs. */
import { assertEquals } from "@std/assert";
import { findPrograms } from "../../lib/programs/find.ts";

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
