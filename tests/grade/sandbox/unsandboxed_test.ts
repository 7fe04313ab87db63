/** Without sandboxes: which protections from a submission's programs remain. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { UnsandboxedRunner } from "../../../lib/grade/sandbox/unsandboxed_runner.ts";
import { HELPER_ENV } from "../../../lib/grade/sandbox/helpers.ts";
import { until } from "../../../lib/grade/sandbox/waiting.ts";
import { LIMIT_MS } from "../../harness.ts";
import { needing } from "../../needs.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

Deno.test(needing(["root", "setpriv", "setsid"], {
  name: "S9: a daemon that a program leaves behind ends with the grading",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const mark = `7${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    try {
      await Deno.chmod(folder, 0o777);
      const runner = new UnsandboxedRunner(folder, HELPER_ENV, false);
      const words = ["sh", "-c", `setsid sh -c 'sleep ${mark} & sleep ${mark}' > /dev/null 2>&1 &`];
      const running = runner.run({ words, folder: "" }, false);
      await running.endsWithin(LIMIT_MS);
      assert(await until(() => alive(mark).length > 0 || undefined, LIMIT_MS), "no daemon");
      await running.stop();
      await runner.close();
      await until(() => alive(mark).length === 0 || undefined, LIMIT_MS);
      assertEquals(alive(mark), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
}));

Deno.test(needing(["linux", "setsid"], {
  name:
    "S9: the words of a command are no options of the commands before it; a missing command is reported",
  fn: async () => {
    const runner = new UnsandboxedRunner(Deno.cwd(), HELPER_ENV, false);
    const running = runner.run({ words: ["--reuid=0", "id"], folder: "" }, false);
    assert(await running.endsWithin(LIMIT_MS));
    assert(running.exit !== 0 && !running.screen.includes("uid=0("), running.screen);
    await running.stop();
  },
}));

const SHOW = `
import { UnsandboxedRunner } from "./lib/grade/sandbox/unsandboxed_runner.ts";
import { HELPER_ENV } from "./lib/grade/sandbox/helpers.ts";
const runner = new UnsandboxedRunner("/tmp", HELPER_ENV, false);
const running = runner.run({ words: ["ls", "-l", "/proc/self/fd"], folder: "" }, false);
await running.endsWithin(${LIMIT_MS});
console.log(running.screen);
`;

Deno.test(needing(["linux", "bash"], {
  name: "S9: a descriptor that the grader inherited is closed",
  fn: async () => {
    const secret = await Deno.makeTempFile({ prefix: "secret" });
    try {
      const command = `exec 19< "$0"; exec "$1" run -A --ext=ts - 2>&1`;
      const child = new Deno.Command("bash", {
        args: ["-c", command, secret, Deno.execPath()],
        cwd: ROOT,
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(SHOW));
      await writer.close();
      const { stdout } = await child.output();
      const shown = new TextDecoder().decode(stdout);
      assert(shown.includes("/proc/") && !shown.includes("secret"), shown);
    } finally {
      await Deno.remove(secret);
    }
  },
}));

function alive(mark: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      return line.startsWith(`sleep ${mark}`) ? [line] : [];
    } catch {
      return []; // no process, or it has ended
    }
  });
}

Deno.test(needing(["root", "setpriv", "setsid"], {
  name: "S9: a program's variables do not reach the commands that run as the grader's user",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.chmod(folder, 0o777);
      for (const name of ["setsid", "setpriv", "script", "bash"]) {
        const text = `#!/bin/sh\n/usr/bin/id -u >> ${folder}/marker\nexit 1\n`;
        await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
      }
      const runner = new UnsandboxedRunner(folder, HELPER_ENV, false);
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      const running = runner.run({ words: ["setsid"], folder: "", env }, true);
      assert(await running.endsWithin(LIMIT_MS));
      const users = (await Deno.readTextFile(`${folder}/marker`)).trim().split("\n");
      assert(users.length > 0 && !users.includes("0"), users.join());
      await running.stop();
      await runner.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
}));

Deno.test(needing(["root", "setpriv", "setsid"], {
  name: "a folder that a build made a link is entered as the program's user, not as the grader's",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.chmod(folder, 0o755);
      await Deno.mkdir(`${folder}/closed/open`, { recursive: true });
      await Deno.writeTextFile(`${folder}/closed/open/secret`, "secret");
      await Deno.chmod(`${folder}/closed`, 0o700);
      await Deno.symlink(`${folder}/closed/open`, `${folder}/src`);
      const runner = new UnsandboxedRunner(folder, HELPER_ENV, false);
      const running = runner.run({ words: ["cat", "secret"], folder: "src" }, false);
      assert(await running.endsWithin(LIMIT_MS));
      assertEquals(running.exit === 0, false);
      assert(!running.screen.endsWith("secret"), running.screen);
      await running.stop();
      await runner.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
}));
