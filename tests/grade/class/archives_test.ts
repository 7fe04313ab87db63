/**
 * Archives: what is right is unpacked, nothing lands outside its folder, and nothing
 * takes more room or time than it may.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { unpackArchive } from "../../../lib/grade/class/intake/archives.ts";
import { MAX_BYTES, MAX_FILES } from "../../../lib/grade/class/intake/limits.ts";
import { type Item, tar, tarGz, zip } from "./make_archives.ts";

/** What came of an archive, and every file that there is afterwards, above the folder too. */
interface Seen {
  why: string;
  leftOut: string[];
  files: Record<string, string>;
}

async function unpack(making: Uint8Array | Promise<Uint8Array>): Promise<Seen> {
  const above = await Deno.makeTempDir();
  try {
    const path = `${above}/its, archive`;
    await Deno.writeFile(path, await making);
    const unpacked = await unpackArchive(path, `${above}/in/it`, new AbortController().signal);
    await Deno.remove(path);
    const files: Record<string, string> = {};
    const list = async (folder: string) => {
      for await (const { name, isDirectory } of Deno.readDir(folder)) {
        if (isDirectory) await list(`${folder}/${name}`);
        else {
          const text = await Deno.readTextFile(`${folder}/${name}`);
          files[`${folder}/${name}`.slice(above.length + 1)] = text.slice(0, 20);
        }
      }
    };
    await list(above);
    return { ...unpacked, files };
  } finally {
    await Deno.remove(above, { recursive: true });
  }
}

const GOOD: Item[] = [
  { name: "lab/server1.py", content: "print(1)" },
  { name: "lab/Größe.py", content: "é" },
];
const UNPACKED = { "in/it/lab/server1.py": "print(1)", "in/it/lab/Größe.py": "é" };

for (const [kind, archive] of Object.entries({ zip, tar, "tar.gz": tarGz })) {
  Deno.test(`a ${kind} is unpacked, its folders and other letters with it`, async () => {
    const { why, leftOut, files } = await unpack(archive(GOOD));
    assertEquals({ why, leftOut, files }, { why: "", leftOut: [], files: UNPACKED });
  });

  Deno.test(`a ${kind} writes nothing outside its folder, and the rest is unpacked`, async () => {
    const names = ["../out", "a/../../out", "/tmp/out-of-its-folder", "..\\out", "C:\\out"];
    const { why, leftOut, files } = await unpack(
      archive([...names.map((name) => ({ name, content: "out" })), ...GOOD]),
    );
    assertEquals(why, "");
    assertEquals(files, UNPACKED);
    assertEquals(leftOut.length, names.length);
  });

  Deno.test(`a ${kind} with a name twice, or a file in a file, keeps the first`, async () => {
    const { files, leftOut } = await unpack(archive([
      { name: "a", content: "first" },
      { name: "a", content: "second" },
      { name: "a/b", content: "third" },
    ]));
    assertEquals(files, { "in/it/a": "first" });
    assertEquals(leftOut.length, 2);
  });

  Deno.test(`a ${kind} that is cut short is damaged`, async () => {
    const noise = crypto.getRandomValues(new Uint8Array(3_000));
    const whole = await archive([{ name: "server1.py", content: noise }]);
    const { why } = await unpack(whole.subarray(0, 1_000));
    assertMatch(why, /^it is damaged/);
  });

  Deno.test(`a ${kind} may not say that it is smaller than it is`, async () => {
    const content = crypto.getRandomValues(new Uint8Array(10_000));
    const { why, files } = await unpack(archive([{ name: "a", content, claimed: 10 }]));
    assert(why !== "");
    assertEquals(files, {});
  });
}

Deno.test("links and devices in archives are left out", async () => {
  const links = ["1", "2", "3", "4", "6"].map((type) => ({ name: `entry${type}`, type }));
  const fromTar = await unpack(tar([...links, ...GOOD]));
  assertEquals([fromTar.leftOut.length, fromTar.files], [links.length, UNPACKED]);
  const link = { name: "link", mode: 0o120777, content: "/etc/passwd" };
  const fromZip = await unpack(zip([link, { name: "link/x", content: "x" }, ...GOOD]));
  assertEquals(fromZip.files, { ...UNPACKED, "in/it/link/x": "x" });
});

Deno.test("an archive with too many files is refused", async () => {
  const items = Array.from({ length: MAX_FILES + 1 }, (_, i) => ({ name: `f${i}` }));
  const { why, files } = await unpack(tarGz(items));
  assertMatch(why, /more than \d+ files/);
  assertEquals(files, {});
});

Deno.test("2 GB of zeros are refused before they take any room", async () => {
  const claimed = await unpack(zip([{ name: "zeros", content: "0", claimed: 2 ** 31 }]));
  assertMatch(claimed.why, /larger than 200 MB/);
  const zeros = new Uint8Array(MAX_BYTES / 2 + 1);
  const counted = await unpack(
    tarGz([{ name: "a", content: zeros }, { name: "b", content: zeros }]),
  );
  assertMatch(counted.why, /larger than 200 MB/);
});

Deno.test("an encrypted zip says so", async () => {
  const { why } = await unpack(zip([{ name: "server1.py", content: "x", encrypted: true }]));
  assertEquals(why, "it is encrypted");
});

Deno.test("what is no archive says so", async () => {
  assertMatch((await unpack(new Uint8Array())).why, /empty/);
  assertMatch((await unpack(new TextEncoder().encode("Rar!"))).why, /neither zip/);
});

Deno.test("long names in tar archives are read, GNU's and pax's", async () => {
  const name = `${"n".repeat(90)}/${"m".repeat(90)}.py`;
  const gnu = await unpack(
    tar([{ name: "././@LongLink", type: "L", content: `${name}\0` }, { name: "n", content: "1" }]),
  );
  assertEquals(gnu.files, { [`in/it/${name}`]: "1" });
  const line = ` path=${name}\n`;
  const length = line.length + 3;
  const pax = await unpack(
    tar([{ name: "pax", type: "x", content: `${length}${line}` }, { name: "n", content: "2" }]),
  );
  assertEquals(pax.files, { [`in/it/${name}`]: "2" });
});

Deno.test("a name that no system takes is left out", async () => {
  const { leftOut, files } = await unpack(zip([
    { name: "n".repeat(300), content: "x" },
    { name: "d/".repeat(40) + "x", content: "x" },
    { name: "a\0b", content: "x" },
    ...GOOD,
  ]));
  assertEquals([leftOut.length, files], [3, UNPACKED]);
});
