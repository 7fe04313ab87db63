/** Addresses that cannot be, hosts with several of them, and link-local ones with their zone. */
import { assertEquals, assertMatch } from "@std/assert";
import { inNetwork, inNetworkOf, NO_NETWORK } from "../network.ts";
import { digits, run, startServer } from "../harness.ts";

function test(name: string, fn: () => Promise<void>, ignore = false): void {
  Deno.test({ name, ignore, sanitizeOps: true, sanitizeResources: true, fn });
}

const NO_ADDRESS: [given: string, advice: RegExp][] = [
  ["127.0.0.1:3000", /give the address and the port apart: -a 127\.0\.0\.1 -p 3000$/m],
  ["[::1]:99", /-a ::1 -p 99$/m],
  ["http://127.0.0.1", /give it as -a 127\.0\.0\.1$/m],
  ["my laptop", /check -a$/m],
  ["nosuch.invalid", /check -a$/m],
];
for (const [given, advice] of NO_ADDRESS) {
  test(`client1 -a '${given}' says that there is no such address, and what to do`, async () => {
    const { code, stderr } = await run("client1", ["-a", given, "hi"]);
    assertEquals(code, 1);
    assertMatch(stderr, /^client1: Cannot connect to .*: there is no such address; [^\n]*\n$/);
    assertMatch(stderr, advice);
  });
}

test("client1 -p 0 says that no server has port 0", async () => {
  const { code, stderr } = await run("client1", ["-p", "0", "hi"]);
  assertEquals([code, stderr.includes("no server has port 0")], [1, true]);
});

// The system's list of hosts is another one in there: the name has two addresses, and
// the server listens on one of them, whichever a program tries first.
for (const listening of ["127.0.0.1", "::1"]) {
  test(`client1 tries every address of a host: the server is on ${listening}`, async () => {
    const script = "printf '::1 two.test\\n127.0.0.1 two.test\\n' > /tmp/hosts.$$; " +
      "mount --bind /tmp/hosts.$$ /etc/hosts; rm /tmp/hosts.$$; ip addr add fd00::1 dev lo; " +
      (listening === "::1" ? "ip addr del 127.0.0.1/8 dev lo; " : "") + "exec";
    await using server = await startServer("server1", ["-M", "-I", "lo"], {
      wrapper: inNetwork(script, "-m"),
    });
    const wrapper = inNetworkOf(server.pid, "-m");
    const args = ["-q", "-a", "two.test", "-p", `${server.port}`, "hi"];
    const outcome = await run("client1", args, "", { wrapper });
    assertEquals(outcome, { code: 0, stdout: `${digits("hi")}\n`, stderr: "" });
  }, NO_NETWORK !== "");
}
