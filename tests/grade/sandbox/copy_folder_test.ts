/** The copy of a submission that its sandboxes see. */
import { assertEquals } from "@std/assert";
import { copyFolder } from "../../../lib/grade/sandbox/copy_folder.ts";

Deno.test("a script with #! and an ELF file can be executed in the copy, also without an x bit", async () => {
  const root = await Deno.makeTempDir();
  try {
    const files = {
      "start.sh": "#!/bin/sh\necho hi\n",
      "server": "\x7fELF\x02",
      "marked.py": "print(1)\n",
      "notes.txt": "# no script\n",
    };
    await Deno.mkdir(`${root}/from`);
    await Deno.mkdir(`${root}/to`);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${root}/from/${name}`, text, { mode: 0o644 });
    }
    await Deno.chmod(`${root}/from/marked.py`, 0o755);
    assertEquals(await copyFolder(`${root}/from`, `${root}/to`), []);
    const executable = Object.keys(files).filter((name) =>
      ((Deno.statSync(`${root}/to/${name}`).mode ?? 0) & 0o111) !== 0
    );
    assertEquals(executable, ["start.sh", "server", "marked.py"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
