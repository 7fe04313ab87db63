/** Sources and tools that are made up to harm the grader. */
import { cpuUsage } from "node:process";
import { assertEquals } from "@std/assert";
import { findPrograms } from "../../../lib/grade/find/find_programs.ts";
import { missingThing } from "../../../lib/grade/find/missing.ts";
import { planFor } from "../../../lib/grade/find/languages.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const SECONDS = 1_000;

Deno.test("S13: each regular expression ends soon on a long hostile source", () => {
  for (
    const source of ["class a\n".repeat(16_000), "\n".repeat(126_000), "package a".repeat(14_000)]
  ) {
    const before = cpuUsage().user;
    planFor({ path: "A.java", source }, ["A.java"], "/lab");
    const took = (cpuUsage().user - before) / 1_000;
    assertEquals(took < 2 * SECONDS, true, `${took} ms`); // 20 s before
  }
});

Deno.test("S13: findPrograms() ends soon on a folder of hostile sources", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (let i = 0; i < 16; i++) {
      const name = `${i % 2 ? "server" : "client"}${i}.py`;
      await Deno.writeTextFile(`${folder}/${name}`, `import socket\n${"a-".repeat(32_000)}`);
    }
    const before = cpuUsage().user;
    await findPrograms(folder);
    const took = (cpuUsage().user - before) / 1_000;
    assertEquals(took < 2 * SECONDS, true, `${took} ms`); // 4.5 s before
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("S14: an invented header in a student's include is not reported as missing here", () => {
  const error = (header: string, line: string) =>
    missingThing(
      `server1.c:1:10: fatal error: ${header}: No such file or directory\n    1 | ${line}`,
    );
  assertEquals(error("/nowhere/x.h", '#include "/nowhere/x.h"'), undefined);
  assertEquals(error("/nowhere/x.h", "#include </nowhere/x.h>"), undefined);
  assertEquals(error("lib/x.h", '#include "lib/x.h"'), undefined);
  assertEquals(
    error("openssl/ssl.h", "#include <openssl/ssl.h>")?.why,
    "the header openssl/ssl.h is not installed here",
  );
});

Deno.test("S10: a submission's toolchain file is not obeyed when tools are looked for", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/bin/rustc`, `#!/bin/sh\n: > ${folder}/marker\n`);
    await Deno.chmod(`${folder}/bin/rustc`, 0o755);
    await Deno.writeTextFile(`${folder}/rust-toolchain.toml`, `[toolchain]\npath = "${folder}"\n`);
    const module = new URL("../../../lib/grade/sandbox/tools.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${folder}/look.ts`,
      `
      import { tools } from "${module}";
      await tools();
    `,
    );
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-c", `${ROOT}deno.json`, `${folder}/look.ts`],
      cwd: folder,
    }).output();
    const marked = await Deno.stat(`${folder}/marker`).then(() => true, () => false);
    assertEquals([success, marked], [true, false]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("findPrograms() reads a bounded part of a folder, and says which sources it left out", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (let i = 0; i < 300; i++) Deno.writeTextFileSync(`${folder}/f${i}.py`, "import a\n");
    const { unused, sources } = await findPrograms(folder);
    assertEquals(sources.length, 200);
    assertEquals(unused.length, 100);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
