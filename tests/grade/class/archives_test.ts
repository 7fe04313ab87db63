/**
 * Archives: good ones are unpacked, nothing is written outside the folder, and the limits
 * of room and time hold.
 *
 * @module
 */
import { needing } from "../../needs.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { unpackArchive } from "../../../lib/grade/class/intake/archives.ts";
import { MAX_BYTES, MAX_FILES } from "../../../lib/grade/class/intake/limits.ts";
import type { LeftOut } from "../../../lib/grade/class/intake/unpack.ts";
import { type Item, tar, tarGz, zip } from "./make_archives.ts";

/** The result of unpacking, and every file afterwards, above the folder too. */
interface Seen {
  why: string;
  leftOut: LeftOut[];
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
  Deno.test(`a ${kind} is unpacked with its folders and letters beyond ASCII`, async () => {
    const { why, leftOut, files } = await unpack(archive(GOOD));
    assertEquals({ why, leftOut, files }, { why: "", leftOut: [], files: UNPACKED });
  });

  Deno.test(`a ${kind} writes nothing outside its folder, and its other files are unpacked`, async () => {
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

  Deno.test(`a ${kind} that claims a smaller size than it has is damaged`, async () => {
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

Deno.test("an archive of 2 GB of zeros is refused before it takes disk space", async () => {
  const claimed = await unpack(zip([{ name: "zeros", content: "0", claimed: 2 ** 31 }]));
  assertMatch(claimed.why, /larger than 200 MB/);
  const zeros = new Uint8Array(MAX_BYTES / 2 + 1);
  const counted = await unpack(
    tarGz([{ name: "a", content: zeros }, { name: "b", content: zeros }]),
  );
  assertMatch(counted.why, /larger than 200 MB/);
});

Deno.test("an encrypted zip is refused with the reason", async () => {
  const { why } = await unpack(zip([{ name: "server1.py", content: "x", encrypted: true }]));
  assertMatch(why, /^it is encrypted/);
});

Deno.test("a file that is no archive is refused with the reason", async () => {
  assertMatch((await unpack(new Uint8Array())).why, /empty/);
  assertMatch(
    (await unpack(new TextEncoder().encode("Rar!"))).why,
    /a rar archive; unpack it with: unar/,
  );
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

Deno.test("a name that is not valid on every system is left out", async () => {
  const { leftOut, files } = await unpack(zip([
    { name: "n".repeat(300), content: "x" },
    { name: "d/".repeat(40) + "x", content: "x" },
    { name: "a\0b", content: "x" },
    ...GOOD,
  ]));
  assertEquals([leftOut.length, files], [3, UNPACKED]);
});

Deno.test("names in Russian, Japanese and western code pages, and in UTF-8 without its flag", async () => {
  const russian = [0x8b, 0xa0, 0xa1, 0xa0]; // "Лаба" in code page 866
  const japanese = [0x89, 0xdb, 0x91, 0xe8]; // "課題" in Shift-JIS
  const western = [0x47, 0x72, 0x94, 0xe1, 0x65]; // "Größe" in code page 437
  const utf8 = [...new TextEncoder().encode("Größe")];
  for (
    const [name, raw] of [
      ["Лаба", russian],
      ["課題", japanese],
      ["Größe", western],
      ["Größe", utf8],
    ] as const
  ) {
    const bytes = Uint8Array.from([...raw, ...new TextEncoder().encode("/server1.py")]);
    const { files } = await unpack(zip([{ name: bytes, content: "1" }]));
    assertEquals(files, { [`in/it/${name}/server1.py`]: "1" });
  }
});

Deno.test("folder entries with back slashes are folders", async () => {
  const { leftOut, files } = await unpack(zip([
    { name: "Lab 1\\" },
    { name: "Lab 1\\server1.py", content: "1" },
  ]));
  assertEquals([leftOut, files], [[], { "in/it/Lab 1/server1.py": "1" }]);
});

Deno.test("files that macOS adds to archives are not unpacked", async () => {
  const { leftOut, files } = await unpack(zip([
    ...GOOD,
    { name: "__MACOSX/lab/._server1.py", content: "x" },
    { name: "__MACOSX/server2.py", content: "x" },
    { name: "lab/.DS_Store", content: "x" },
  ]));
  assertEquals([leftOut, files], [[], UNPACKED]);
});

/** The zip, tar.gz and other archives that Python and the usual tools make. */
const MAKE = `import zipfile, tarfile, io, sys
data = b"print(1)"
with zipfile.ZipFile("zip64", "w") as archive:
    with archive.open("lab/server1.py", "w", force_zip64=True) as file: file.write(data)
long = "d\u00e9" * 40 + "/" + "e" * 120 + ".py"
for kind, name in ((tarfile.PAX_FORMAT, "pax"), (tarfile.GNU_FORMAT, "gnu")):
    with tarfile.open(name, "w:gz", format=kind) as archive:
        for path in ("./lab/server1.py", long):
            info = tarfile.TarInfo(path); info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
`;

Deno.test(
  needing(["python3"], {
    name: "zip64, and tar with long names of pax and of GNU, as Python writes them",
    fn: async () => {
      const folder = await Deno.makeTempDir();
      try {
        const { success } = await new Deno.Command("python3", { args: ["-c", MAKE], cwd: folder })
          .output();
        assert(success);
        const read = async (name: string) => await unpack(Deno.readFile(`${folder}/${name}`));
        assertEquals((await read("zip64")).files, { "in/it/lab/server1.py": "print(1)" });
        for (const name of ["pax", "gnu"]) {
          const { why, files } = await read(name);
          assertEquals([why, Object.keys(files).length], ["", 2]);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  }),
);

Deno.test("an archive in an unsupported format is refused, with the command that unpacks it", async () => {
  const signatures: [number[], RegExp][] = [
    [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], /^it is a 7z archive; unpack it with: 7z x '/],
    [[0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], /^it is a rar archive; unpack it with: unar '/],
    [[0x42, 0x5a, 0x68, 0x39], /bzip2; unpack it with: tar -xjf '/],
    [[0xfd, 0x37, 0x7a, 0x58, 0x5a], /xz; unpack it with: tar -xJf '/],
  ];
  for (const [signature, why] of signatures) {
    assertMatch((await unpack(Uint8Array.from([...signature, ...Array(600).fill(7)]))).why, why);
  }
});
