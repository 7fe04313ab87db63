/**
 * A submission that is graded alone: a folder, an archive, or a folder with only an archive.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { openSubmission } from "../../lib/grade/open_submission.ts";
import { Folder, PROGRAMS, submission } from "./class/folders.ts";
import { zip } from "./class/make_archives.ts";

/** The names in the folder that is graded, and what is said. */
async function open(path: string) {
  await using opened = await openSubmission(path, new AbortController().signal);
  const names = opened.why === "" ? [...Deno.readDirSync(opened.folder)] : [];
  return {
    names: names.map(({ name }) => name).sort(),
    isCopy: opened.folder !== path,
    why: opened.why,
    notes: opened.notes,
  };
}

const ARCHIVE = await zip(Object.entries(PROGRAMS).map(([name, content]) => ({ name, content })));
const NAMES = Object.keys(PROGRAMS).sort();

Deno.test("a folder with programs is graded where it is, and an archive beside them is named", async () => {
  await using folder = new Folder({ ...submission("ann é#"), "ann é#/lab.zip": ARCHIVE });
  assertEquals(await open(`${folder.path}/ann é#`), {
    names: ["lab.zip", ...NAMES].sort(),
    isCopy: false,
    why: "",
    notes: ["Not read, because programs are beside it: ann é#/lab.zip"],
  });
});

Deno.test("an archive, and a folder with only an archive, are unpacked", async () => {
  await using folder = new Folder({ "lab.zip": ARCHIVE, "bob/lab.zip": ARCHIVE });
  for (const path of ["lab.zip", "bob"]) {
    const { names, isCopy, why } = await open(`${folder.path}/${path}`);
    assertEquals([names, isCopy, why], [NAMES, true, ""]);
  }
});

Deno.test("a lab.json that is not valid is reported with line and column", async () => {
  await using folder = new Folder({ ...submission("ann"), "ann/lab.json": '{"server1": {}\n' });
  const { notes } = await open(`${folder.path}/ann`);
  assertMatch(
    notes[0],
    /^Its lab\.json is not used: it is not JSON at line 1, column 15: the end /,
  );
  folder.put("ann/lab.json", '\ufeff{"server1": {} /* none */}');
  assertEquals((await open(`${folder.path}/ann`)).notes, []);
});

Deno.test("a repository without a program says so", async () => {
  await using folder = new Folder({ "README.md": "# lab", ".git/config": "" });
  const { why } = await open(folder.path);
  assertMatch(why, /^Nothing was handed in that can be run: only README\.md\.$/);
});

Deno.test("a folder that is graded where it is leaves no temporary folder, even after kill -9", async () => {
  await using folder = new Folder(submission("ann"));
  const before = Deno.env.get("TMPDIR");
  const temporary = await Deno.makeTempDir();
  Deno.env.set("TMPDIR", temporary);
  try {
    await using _ = await openSubmission(`${folder.path}/ann`, new AbortController().signal);
    assertEquals([...Deno.readDirSync(temporary)], []);
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
    await Deno.remove(temporary, { recursive: true });
  }
});
