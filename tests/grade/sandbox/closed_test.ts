/**
 * What a submission must not get out of a sandbox, each row of it with a harmless sample.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runIsolated } from "../../../lib/grade/sandbox/isolated.ts";
import { type Network, SandboxRunner, SHARED_FOLDER } from "../../../lib/grade/sandbox/runner.ts";
import { RecordingProxy } from "../../../lib/grade/sandbox/recording_proxy.ts";
import type { RunningProgram } from "../../../lib/grade/sandbox/running_program.ts";
import { Sandbox } from "../../../lib/grade/sandbox/sandbox.ts";
import { textOf } from "../../../lib/grade/sandbox/paths.ts";
import { until } from "../../../lib/grade/sandbox/waiting.ts";
import { utf8Bytes } from "../../../lib/wire/text.ts";
import { LIMIT_MS } from "../../harness.ts";
import { type Need, needing } from "../../needs.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What a test has to itself. */
interface Place {
  folder: string;
  sandbox: Sandbox;
  runner: SandboxRunner;
  /** Runs a Python program to its end, in a network of its own. */
  python: (source: string, owner?: string) => Promise<RunningProgram>;
}

function attack(name: string, body: (place: Place) => Promise<void>, needs: Need[] = []): void {
  Deno.test(needing(["sandboxes", "python3", ...needs], {
    name,
    sanitizeOps: false, // the watch may look once more
    sanitizeResources: false,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const sandbox = await Sandbox.open(folder);
      const runner = new SandboxRunner(sandbox);
      const run = async (source: string, owner = "server1") => {
        const network = await runner.network(owner);
        const running = network.start({ words: ["python3", "-c", source], folder: "" });
        await running.endsWithin(LIMIT_MS);
        await running.stop();
        await network.close();
        return running;
      };
      try {
        await body({ folder, sandbox, runner, python: run });
      } finally {
        await sandbox.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  }));
}

const TYPES = `
import ctypes, fcntl, os, termios
terminal = os.open("/dev/tty", os.O_RDWR)
for request in (termios.TIOCSTI, 0x541c):
    try:
        print(fcntl.ioctl(terminal, request, b"x"))
    except OSError as error:
        print(error.strerror)
print("pid 1 has", open("/proc/1/stat").read().rsplit(")")[1].split()[4])
print("session", os.getsid(0) == os.getpid(), "in front", os.tcgetpgrp(terminal) == os.getpgrp())
`;

attack("S1: typing into a terminal is refused, and no process has the grader's", async (place) => {
  const { screen } = await place.python(TYPES);
  assertEquals(screen.trim().split("\n"), [
    "Operation not permitted",
    "Operation not permitted",
    "pid 1 has 0",
    "session True in front True",
  ]);
}, ["x86_64"]);

const MAKEFILE = `all:
	-printf 'FROM-A-BUILD' > /dev/tty
	python3 -c 'import fcntl; [fcntl.ioctl(open("/dev/tty"), 0x5412, bytes([b])) for b in b"x"]'
	@false
`;

const BORROWS = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, os.getppid()):
    print(libc.ptrace(16, pid, 0, 0), os.strerror(ctypes.get_errno()))
for path in ("/proc/1/mem", "/proc/1/task/1/mem", "/proc/1/../1/mem"):
    try:
        print(os.open(path, os.O_RDWR))
    except OSError as error:
        print("refused")
try:
    open("/proc/sys/net/ipv4/ip_forward", "w").write("1")
    print("written")
except OSError as error:
    print("refused")
`;

attack(
  "S1: a program cannot borrow its sandbox's first process, which has no filter",
  async (place) => {
    const { screen } = await place.python(BORROWS);
    const refused = "-1 Function not implemented";
    assertEquals(screen.trim().split("\n"), [refused, refused, ...Array(4).fill("refused")]);
  },
  ["x86_64"],
);

attack("S1: a build writes nothing to the grader's terminal", async ({ folder }) => {
  await Deno.writeTextFile(`${folder}/Makefile`, MAKEFILE);
  await Deno.writeTextFile(`${folder}/server1.c`, "int main() { socket(); listen(); accept(); }\n");
  for (const unsafe of ["", " --unsafe"]) {
    const command = `${Deno.execPath()} run -A lib/grade/main.ts${unsafe} --only 1b ${folder}`;
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", command, "/dev/null"],
      cwd: ROOT,
      stdin: "null",
    }).output();
    const shown = new TextDecoder().decode(stdout);
    assert(shown.includes("1b") && !shown.includes("FROM-A-BUILD"), shown);
  }
});

attack("S1: nothing in a sandbox has the grader's terminal", async ({ folder }) => {
  const build = `awk '{ print "error: pid 1 has " $7; exit 1 }' /proc/1/stat`;
  await Deno.writeTextFile(
    `${folder}/lab.json`,
    JSON.stringify({ server1: { build, run: "true" } }),
  );
  await Deno.writeTextFile(`${folder}/server1.c`, "int main() { socket(); listen(); accept(); }\n");
  const command = `${Deno.execPath()} run -A lib/grade/main.ts --only 1b ${folder}`;
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", command, "/dev/null"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const shown = new TextDecoder().decode(stdout).replace(/\s+/g, " ");
  assert(shown.includes("pid 1 has 0"), shown);
});

attack("Ctrl+C and Ctrl+D reach the program, and its exit code the grader", async ({ runner }) => {
  const network = await runner.network("client1");
  const source = `
import os, signal, sys
# Not print(): the signal may arrive while print("ready") still writes.
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
print("ready", flush=True)
print("read", repr(sys.stdin.readline()), flush=True)
print(repr(sys.stdin.read()), "x" * 300000)
sys.exit(7)`;
  const running = network.start({ words: ["python3", "-c", source], folder: "" });
  await until(() => running.screen.includes("ready") || undefined, LIMIT_MS);
  running.type("a\x03b");
  await until(() => running.screen.includes("interrupted") || undefined, LIMIT_MS);
  running.ctrlD();
  assert(await running.endsWithin(LIMIT_MS));
  assert(running.screen.includes("interrupted"), running.screen.slice(0, 200));
  assertEquals([running.exit, running.screen.length > 300_000], [7, true]);
});

const UNSEEN = `
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
calls = {"x86_64": (29, 64, 68), "aarch64": (194, 190, 186)}[os.uname().machine]
for call in calls:
    print(libc.syscall(call, 0, 1000000, 0o1600), os.strerror(ctypes.get_errno()))
a, b = socket.socketpair()
before = a.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
print(a.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == before)
for family, protocol in ((3, 0), (9, 0), (17, 0), (38, 0), (40, 0), (44, 0), (16, 12), (16, 16)):
    try:
        print(family, socket.socket(family, socket.SOCK_RAW, protocol))
    except OSError as error:
        print(error.strerror)
`;

attack("S2, S14: memory that no process has, and odd sockets, are refused", async (place) => {
  const refused = "Function not implemented";
  const { screen } = await place.python(UNSEEN);
  assertEquals(screen.trim().split("\n"), [
    ...Array(3).fill(`-1 ${refused}`),
    "True",
    ...Array(8).fill(refused),
  ]);
}, ["x86_64"]);

const SHARED = `
import ctypes, mmap, time
libc = ctypes.CDLL(None)
kept = []
for i in range(48):
    one = mmap.mmap(-1, 1 << 26)
    for at in range(0, 1 << 26, 4096): one[at] = 1
    one.madvise(mmap.MADV_DONTNEED)
    kept.append(one)
    print(i + 1, flush=True)
time.sleep(30)
`;

/** The grader sees more than the limit of one program, or Linux reaches that of the submission. */
const TOO_MUCH = /^used (?:more than 896|up the submission's 1024) MB of memory and was ended$/;

attack("S2: shared memory that no process seems to have is bounded, and said", async (place) => {
  const { screen, excess } = await place.python(SHARED);
  const got = 64 * Number(screen.trim().split("\n").at(-1));
  assert(got <= 1_024, `${got} MB`);
  assertMatch(excess ?? "", TOO_MUCH);
});

attack("S2: the processes of a program have at most 1 GB together", async (place) => {
  const { screen, excess } = await place.python(`
import os
for child in range(16):
    if os.fork() == 0: break
kept = []
while True: kept.append(bytearray(b"x") * (16 << 20))`);
  assertMatch(excess ?? "", TOO_MUCH, screen.slice(-300));
  const { cgroup } = place.sandbox;
  if (!cgroup) return;
  const [folder] = cgroup.folders;
  const peak = ["memory.max_usage_in_bytes", "memory.peak"].map((name) =>
    textOf(`${folder}/${name}`)
  );
  assert(Number(peak.join("")) <= 1 << 30, peak.join());
});

attack("S2: the number of files is bounded", async (place) => {
  for (const where of ["/tmp", "/dev/shm", "/lab"]) {
    const { screen } = await place.python(`
import os
n = 0
try:
    os.mkdir("${where}/many")
    while n < 100000:
        os.close(os.open(f"${where}/many/{n}", os.O_CREAT))
        n += 1
except OSError as error:
    print(error.strerror)
print(n)`);
    const [error, count] = screen.trim().split("\n");
    assertEquals(error, "No space left on device");
    assert(Number(count) < 25_000, count);
  }
});

const WRITABLE = `
import os
for folder, below, files in os.walk("/"):
    if folder == "/proc": below[:] = ["sys"]
    if folder == "/dev/pts": continue  # the kernel makes its files
    if folder.startswith("/usr/") or folder.startswith("/opt/tool"): files = []
    if os.access(folder, os.W_OK): print(folder)
    if folder.startswith("/proc/sys"):
        for file in files:
            if os.access(os.path.join(folder, file), os.W_OK): print(os.path.join(folder, file))
`;

attack(
  "S2: a program can write to no folder without a bound, and to no kernel setting",
  async (place) => {
    const { screen } = await place.python(WRITABLE);
    const bounded = ["/dev/shm", "/lab", "/opt/cache", "/tmp"];
    assertEquals(screen.trim().split("\n").toSorted(), bounded);
  },
);

attack("S7: a program opens few terminals", async (place) => {
  const { screen } = await place.python(`
import os
n = 0
try:
    while n < 200: kept = os.openpty(); n += 1
except OSError: pass
print(n)`);
  assert(Number(screen) <= 32, screen);
});

attack("S8: threads are bounded, and that is said", async (place) => {
  const { screen, excess } = await place.python(`
import threading, time
threading.stack_size(1 << 16)
n = 0
try:
    while n < 3000: threading.Thread(target=time.sleep, args=(20,), daemon=True).start(); n += 1
except RuntimeError: pass
print(n, flush=True)
time.sleep(20)`);
  assert(Number(screen || 0) <= 1_030, screen);
  assertEquals(excess, "started more than 400 processes and threads and was ended");
});

attack("S8: a fork bomb is bounded by the kernel and ended, and that is said", async (place) => {
  const { screen, excess } = await place.python(`
import os, resource
print(resource.getrlimit(resource.RLIMIT_NPROC), flush=True)
while True:
    try: os.fork()
    except OSError: pass`);
  assertEquals(screen.trim().split("\n")[0], "(500, 500)");
  assert(/^(started|used) more than/.test(excess ?? ""), excess);
});

attack("S11: programs share neither files, /tmp, shared memory nor sockets", async (place) => {
  const write = `
import socket
for where in ("/lab/x", "/tmp/x", "/dev/shm/x"): open(where, "w").write("secret")
s = socket.socket(socket.AF_UNIX); s.bind("/lab/s"); s.listen()
a = socket.socket(socket.AF_UNIX); a.bind("\\0name"); a.listen()
print("ready", flush=True)
import time; time.sleep(20)`;
  const look = `
import os, socket
print([where for where in ("/lab/x", "/tmp/x", "/dev/shm/x", "/lab/s") if os.path.exists(where)])
try: socket.socket(socket.AF_UNIX).connect("\\0name"); print("met")
except OSError as error: print(error.strerror)
print(os.listdir("/dev/pts"))`;
  const network = await place.runner.network("server1");
  const server = network.start({ words: ["python3", "-c", write], folder: "" });
  await until(() => server.screen.includes("ready") || undefined, LIMIT_MS);
  assert(server.screen.includes("ready"), server.screen);
  const { screen } = await place.python(look, "client1");
  assertEquals(screen.trim().split("\n"), ["[]", "Connection refused", "['ptmx']"]);
  const again = await place.python(look, "server1");
  assert(again.screen.includes("['/lab/x', '/tmp/x', '/dev/shm/x', '/lab/s']"), again.screen);
  await server.stop();
});

attack(
  "S11: what is built, and a folder that is asked for, is shared",
  async ({ runner, python }) => {
    const build = runner.build({ words: ["sh", "-c", "echo built > made"], folder: "" });
    await build.endsWithin(LIMIT_MS);
    const show = "print(open('made').read())";
    assertEquals((await python(show, "client1")).screen.trim(), "built");
    await python("open('made', 'w').write('own')", "client1");
    assertEquals((await python(show, "server1")).screen.trim(), "built");
    await python("open('made', 'w').write('shared')", SHARED_FOLDER);
    assertEquals((await python(show, SHARED_FOLDER)).screen.trim(), "shared");
  },
);

attack("a client that takes a port for its host reaches no server", async ({ python }) => {
  const { screen } = await python(`
import socket
server = socket.create_server(("", 5001))
for host in ("15301", "8.8.8.8", "0.0.0.0"):
    try: socket.create_connection((host, 5001), 5); print(host, "connected")
    except OSError as error: print(host, error.strerror)`);
  assertEquals(screen.trim().split("\n"), [
    "15301 No route to host",
    "8.8.8.8 connected",
    "0.0.0.0 connected",
  ]);
});

attack(
  "S3: a client's connections are relayed by at most 32 processes a side",
  async ({ runner }) => {
    const [server, client] = [await runner.network("server1"), await runner.network("client1")];
    const listening = server.start({
      words: [
        "python3",
        "-c",
        "import socket, time; s = socket.create_server(('', 5001)); time.sleep(60)",
      ],
      folder: "",
    });
    const where = await found(server);
    const proxy = new RecordingProxy(await server.serverEnd(where));
    const { listener } = await client.clientEnd(5001);
    proxy.serve(listener);
    let ended: string | undefined;
    proxy.onExcess = (why) => ended = why;
    const source = `
import socket
kept = []
try:
    for i in range(300):
        s = socket.socket(); s.settimeout(2); s.connect(("127.0.0.1", 5001)); kept.append(s)
except OSError as error: print(error)
print("opened", len(kept), flush=True)
import time; time.sleep(20)`;
    const running = client.start({ words: ["python3", "-c", source], folder: "" });
    await until(() => running.screen.includes("opened") || undefined, LIMIT_MS);
    assert(proxy.count <= 32, `${proxy.count} connections`);
    assert(relays() <= 2 * 32 + 2, `${relays()} relays`);
    await until(() => proxy.excess, LIMIT_MS); // the relays accept before this process does
    assertEquals(proxy.excess, "opened more than 16 connections at once and was ended");
    assertEquals(ended, proxy.excess);
    proxy.close();
    await Promise.all([running.stop(), listening.stop()]);
    await Promise.all([server.close(), client.close()]);
    // The kernel ends a forked relay a moment after its connection. One relay may serve the next client.
    await until(() => relays() <= 1 || undefined, LIMIT_MS);
    assert(relays() <= 1, `${relays()} relays remain`);
  },
);

const INSTRUCTORS = `
import ctypes, os, resource, sys
print(sys.stdin.read().upper(), end="")
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(250, 0, -3, 0), os.strerror(ctypes.get_errno()))
roots = ("/", "/dev", "/etc", "/lab", "/opt", "/tmp", "/usr", "/var")
print([root for root in roots if os.access(root, os.W_OK)])
print(sorted(os.listdir("/proc/self/fd")))
print([resource.getrlimit(what)[0] for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)])
`;

attack("the instructor's own command has the filter and the limits too", async ({ folder }) => {
  const words = ["python3", "-c", INSTRUCTORS];
  const input = utf8Bytes("one\ntwo\n");
  const { stdout, code } = await runIsolated(words, folder, input, LIMIT_MS, true);
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
    "ONE",
    "TWO",
    "-1 Function not implemented",
    "['/tmp']",
    "['0', '1', '2', '3']", // the last is the listed folder
    `[${64 * 1024 * 1024}, 1024]`,
  ]);
  assertEquals(code, 0);
}, ["x86_64"]);

attack("a client's relay serves the next client alone", async ({ runner }) => {
  const connect = "import socket; socket.create_connection(('127.0.0.1', 5001)); print('met')";
  const listen = "import socket; socket.create_server(('127.0.0.1', 5001)); print('free')";
  let before = new RecordingProxy();
  const run = async (source: string, owner: string, withProxy: boolean) => {
    const network = await runner.network(owner);
    const proxy = new RecordingProxy();
    if (withProxy) proxy.serve((await network.clientEnd(5001)).listener);
    before.close(); // its listener removes its own path only
    before = proxy;
    const running = network.start({ words: ["python3", "-c", source], folder: "" });
    await running.endsWithin(LIMIT_MS);
    await network.close();
    return `${running.screen.trim().split("\n").at(-1)} ${proxy.count}`;
  };
  assertEquals(await run(connect, "client1", true), "met 1");
  assertEquals(await run(connect, "client1", true), "met 1", "not one of the client before");
  const refused = "ConnectionRefusedError: [Errno 111] Connection refused 0";
  assertEquals(await run(connect, "client1", false), refused, "a client without a server");
  assertEquals(await run(connect, "client1", true), "met 1");
  assertEquals(await run(listen, "server1", false), "free 0", "a server");
});

async function found(network: Network) {
  for (;;) {
    const [where] = await network.listening();
    if (where) return where;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Relays of this process's sandboxes. */
function relays(): number {
  return descendants(Deno.pid).filter((line) => line.startsWith("socat -t60")).length;
}

function descendants(pid: number): string[] {
  const read = (path: string) => {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return "";
    }
  };
  const tasks = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  return tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).flatMap((child) => [
      read(`/proc/${child}/cmdline`).replaceAll("\0", " "),
      ...descendants(Number(child)),
    ])
  );
}

const MODULES: [string, string[]][] = [
  [
    "/usr/bin/python3",
    ["-Pc", "import pkgutil; print(*sorted({m.name for m in pkgutil.iter_modules()}))"],
  ],
  ["perl", ["-e", "print join qq(\\n), @INC"]],
  ["ruby", ["-e", "puts $:"]],
  ["php", ["-m"]],
  ["java", ["--list-modules"]],
  ["gacutil", ["-l"]], // mono's libraries
  ["node", ["-p", "require('module').builtinModules.join()"]],
];

for (const [word, args] of MODULES) {
  attack(`${word} finds inside what it finds outside`, async ({ runner }) => {
    const options = { args, cwd: "/", env: { LANG: "C.UTF-8" } } as const;
    const outside = await new Deno.Command(word, options).output().catch(() => undefined);
    if (!outside?.success) return console.log(`not tried: there is no ${word}`);
    const running = runner.build({ words: [word, ...args], folder: "" });
    await running.endsWithin(LIMIT_MS);
    await running.stop();
    const text = new TextDecoder().decode(outside.stdout) +
      new TextDecoder().decode(outside.stderr);
    assertEquals(running.screen.trim(), text.trim().replaceAll("\r", ""));
  });
}
