/**
 * The autograder's zip, and its run in a folder tree and with the rights that
 * Gradescope's containers have: https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { unpackArchive } from "../../../lib/grade/class/intake/archives.ts";
import { rubricExample } from "../../../lib/grade/results/rubric.ts";
import { LIMIT_MS, text, within } from "../../harness.ts";
import { needing } from "../../needs.ts";
import { Folder } from "./folders.ts";

const ROOT = new URL("../../../", import.meta.url);
/** The capabilities that a container's root lacks in Docker, and that the grader could use. */
const TAKEN = "-sys_admin,-net_admin,-sys_ptrace";
const RUN_LIMIT_MS = 3 * LIMIT_MS;

/** Answers each message with its bits. */
const SERVER1 = `import socket
listener = socket.create_server(("127.0.0.1", 15432))
while True:
    conn, _ = listener.accept()
    while data := conn.recv(1024):
        conn.sendall(" ".join(format(b, "08b") for b in data).encode())
`;

/** Makes the zip, and unpacks it where Gradescope does. */
async function unpackAutograder(folder: Folder): Promise<void> {
  const zip = `${folder.path}/autograder.zip`;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--allow-all", "lib/grade/class/exports/autograder.ts", zip],
    cwd: ROOT,
  }).output();
  assert(success);
  assertMatch(text(stdout), /autograder\.zip is ready/);
  const { why } = await unpackArchive(zip, `${folder.path}/source`, new AbortController().signal);
  assertEquals(why, "");
}

Deno.test(needing(["bash"], {
  name: "the autograder's zip holds the grader and two scripts that bash can read",
  fn: async () => {
    await using folder = new Folder();
    await unpackAutograder(folder);
    const names = folder.names("source");
    for (const name of ["setup.sh", "run_autograder", "deno.json", "server1.ts", "lib"]) {
      assert(names.includes(name), name);
    }
    for (const script of ["setup.sh", "run_autograder"]) {
      const path = `${folder.path}/source/${script}`;
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o755);
      assert((await new Deno.Command("bash", { args: ["-n", path] }).output()).success);
    }
  },
}));

Deno.test("the autograder's zip holds the rubric that was given, and uses it", async () => {
  await using folder = new Folder({ "a b#é/r.json": rubricExample() });
  const make = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-lock", "--allow-all", "lib/grade/class/exports/autograder.ts"],
        ...args,
      ],
      cwd: ROOT,
      env: { INIT_CWD: `${folder.path}/a b#é` },
    }).output();
  assert((await make("lab.zip", "--rubric", "r.json")).success);
  const signal = new AbortController().signal;
  await unpackArchive(`${folder.path}/a b#é/lab.zip`, `${folder.path}/source`, signal);
  assertEquals(folder.text("source/rubric.json"), rubricExample());
  assertMatch(folder.text("source/run_autograder"), / --rubric rubric\.json /);
  folder.put("a b#é/r.json", "{");
  const { success, stderr } = await make("lab.zip", "--rubric", "r.json");
  assertEquals(success, false);
  assertMatch(text(stderr), /Cannot use the rubric r\.json: it is not JSON at line 1, column 2/);
});

/** Runs a command as a container's root, who can change users but make no namespace. */
async function runContained(command: string): Promise<string> {
  const holder = new Deno.Command("unshare", {
    args: ["--user", "sh", "-c", "echo up; exec cat"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const abort = new AbortController();
  try {
    const reader = holder.stdout.getReader();
    await within("the namespace", reader.read());
    await reader.cancel();
    for (const map of ["uid_map", "gid_map"]) {
      await Deno.writeTextFile(`/proc/${holder.pid}/${map}`, "0 0 4294967295");
    }
    const script = `echo 0 > /proc/sys/user/max_user_namespaces
      if unshare --user true 2> /dev/null; then echo "namespaces can be made"; exit 1; fi
      exec setpriv --bounding-set=${TAKEN} -- ${command}`;
    const { stdout } = await within(
      "the autograder",
      new Deno.Command("nsenter", {
        args: ["--target", `${holder.pid}`, "--user", "bash", "-c", script],
        env: { PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}` },
        stdin: "null",
        signal: abort.signal,
      }).output(),
      RUN_LIMIT_MS,
    );
    return text(stdout);
  } finally {
    abort.abort();
    await holder.stdin.close();
    await holder.status;
  }
}

Deno.test(needing(["root", "python3", "namespaces", "nsenter", "setpriv"], {
  name: "run_autograder grades where no sandbox can be made, as Gradescope's root",
  fn: async () => {
    await using folder = new Folder({
      "submission/server1.py": SERVER1,
      "results/": "",
      "submission_metadata.json": `{"id": 1, "users": [{"name": "Ann"}]}`,
    });
    await unpackAutograder(folder);
    await Deno.chmod(folder.path, 0o755); // a temporary folder is its owner's alone
    await Deno.copyFile(`${folder.path}/source/run_autograder`, `${folder.path}/run_autograder`);
    const said = await runContained(`${folder.path}/run_autograder`);
    assertMatch(said, /Without sandboxes/);
    const { score, tests, execution_time } = JSON.parse(folder.text("results/results.json"));
    assertEquals(score, 40, said);
    assert(execution_time >= 0);
    for (const { name, score, max_score, status } of tests) {
      assert(typeof name === "string" && score >= 0 && score <= max_score, name);
      assertEquals(status, score === max_score ? "passed" : "failed");
    }
  },
}));
