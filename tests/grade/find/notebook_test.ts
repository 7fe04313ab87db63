/** Cells of a notebook become the files that they write. */
import { assertEquals } from "@std/assert";
import { unpackNotebooks } from "../../../lib/grade/find/notebook.ts";

Deno.test("unpackNotebooks() writes the files of a notebook's cells, inside the submission alone", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const cells = [
      { cell_type: "markdown", source: ["The server:"] },
      {
        cell_type: "code",
        source: ["%%writefile src/server1.py\n", "import socket\n", "s.listen()"],
      },
      { cell_type: "code", source: "%%writefile -a src/server1.py\n\nprint(1)\n" },
      { cell_type: "code", source: "%%file 'client1.py'\nconnect()\n" },
      { cell_type: "code", source: "%%writefile ../../outside.py\nbad\n" },
      { cell_type: "code", source: "%%writefile /tmp/outside.py\nbad\n" },
      { cell_type: "code", source: "%%writefile handed_in.py\nolder\n" },
      { cell_type: "code", source: "%%writefile handed_in.py/inner.py\nno folder\n" },
      { cell_type: "code", source: "print(2)\n" },
    ];
    Deno.mkdirSync(`${folder}/nb`);
    Deno.writeTextFileSync(`${folder}/nb/lab.ipynb`, JSON.stringify({ cells }));
    Deno.writeTextFileSync(`${folder}/nb/handed_in.py`, "newer\n");
    Deno.writeTextFileSync(`${folder}/broken.ipynb`, "{");
    await unpackNotebooks(folder);
    const read = (path: string) => Deno.readTextFileSync(`${folder}/${path}`);
    assertEquals(read("nb/src/server1.py"), "import socket\ns.listen()\nprint(1)\n");
    assertEquals(read("nb/client1.py"), "connect()\n");
    assertEquals(read("nb/handed_in.py"), "newer\n");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["broken.ipynb", "nb"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
