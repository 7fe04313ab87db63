/** Sandboxes: what is started in one ends with it, however early it is stopped. */
import { assert, assertEquals } from "@std/assert";
import { SandboxRunner } from "../../../lib/grade/sandbox/runner.ts";
import { Sandbox } from "../../../lib/grade/sandbox/sandbox.ts";
import { linkedTools } from "../../../lib/grade/sandbox/tools.ts";
import { pause, until } from "../../../lib/grade/sandbox/waiting.ts";
import { LIMIT_MS } from "../../harness.ts";
import { needing } from "../../needs.ts";

const STARTS = 30;
const SIGPIPE = 13;

Deno.test(needing(["sandboxes"], {
  name: "a sandbox that is stopped while it is being made leaves nothing behind",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const mark = `4${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    try {
      const sandbox = await Sandbox.open(folder);
      const runner = new SandboxRunner(sandbox);
      try {
        for (let i = 0; i < STARTS; i++) {
          const running = runner.build({ words: ["sleep", mark], folder: "" });
          await pause(i);
          await running.stop();
        }
        await allEnded(mark);
        runner.build({ words: ["sleep", mark], folder: "" });
      } finally {
        await sandbox.close();
      }
      await allEnded(mark); // also the one that no test stopped
    } finally {
      await Deno.remove(folder);
    }
  },
  sanitizeOps: false, // what watches sandboxes may look once more
  sanitizeResources: false,
}));

const PROBE = `
import ctypes, os, socket
call = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
libc = ctypes.CDLL(None, use_errno=True)
print("keyctl", libc.syscall(call, 0, -3, 0), os.strerror(ctypes.get_errno()))
for family in (socket.AF_VSOCK, socket.AF_INET):
    try:
        print(family.name, socket.socket(family, socket.SOCK_STREAM).fileno() > 0)
    except OSError as error:
        print(family.name, error.strerror)
print("open", [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")])
print(open("/proc/1/environ").read())
`;

Deno.test(needing(["sandboxes", "python3"], {
  name:
    "a sandbox is refused keys, sockets to its host, descriptors, variables and signal settings of the grader",
  sanitizeOps: false, // what watches sandboxes may look once more
  sanitizeResources: false,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const sandbox = await Sandbox.open(folder);
      try {
        const words = ["python3", "-c", PROBE];
        const running = new SandboxRunner(sandbox).build({ words, folder: "" });
        await running.endsWithin(LIMIT_MS);
        await running.stop();
        const lines = running.screen.split("\n");
        const signals = new SandboxRunner(sandbox).build({
          words: ["grep", "SigIgn", "/proc/self/status"],
          folder: "",
        });
        await signals.endsWithin(LIMIT_MS);
        const ignored = parseInt(signals.screen.split(":")[1], 16);
        assertEquals(Math.floor(ignored / 2 ** (SIGPIPE - 1)) % 2, 0, signals.screen);
        assertEquals(lines.slice(0, 4), [
          "keyctl -1 Function not implemented",
          "AF_VSOCK Function not implemented",
          "AF_INET True",
          "open ['0', '1', '2']",
        ]);
        assert(!running.screen.includes(Deno.cwd()), running.screen);
      } finally {
        await sandbox.close();
      }
    } finally {
      await Deno.remove(folder);
    }
  },
}));

Deno.test("linkedTools() finds what a link in a folder of programs leads to outside /usr", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/tool`, "");
    await Deno.symlink("../tool", `${folder}/bin/tool`);
    await Deno.symlink("/usr/bin/env", `${folder}/bin/env`);
    await Deno.symlink("nowhere", `${folder}/bin/broken`);
    assertEquals(linkedTools([`${folder}/bin`, `${folder}/absent`]), [`${folder}/tool`]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The kernel ends killed processes a moment later. */
async function allEnded(mark: string): Promise<void> {
  await until(() => alive(mark).length === 0 || undefined, LIMIT_MS);
  assertEquals(alive(mark), []);
}

function alive(mark: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      return line.includes(mark) ? [line] : [];
    } catch {
      return []; // no process, or it has ended
    }
  });
}
