/** Wrong addresses, hosts with several addresses, and link-local addresses with their zone. */
import { assertEquals, assertMatch } from "@std/assert";
import { met, type Need, needing } from "../needs.ts";
import { inNetwork, inNetworkOf } from "../network.ts";
import { digits, run, startServer } from "../harness.ts";

function test(name: string, fn: () => Promise<void>, needs: Need[] = []): void {
  Deno.test(needing(needs, { name, sanitizeOps: true, sanitizeResources: true, fn }));
}

const NO_ADDRESS: [given: string, advice: RegExp][] = [
  ["127.0.0.1:3000", /give the address and the port apart: -a 127\.0\.0\.1 -p 3000$/m],
  ["[::1]:99", /-a ::1 -p 99$/m],
  ["http://127.0.0.1", /give it as -a 127\.0\.0\.1$/m],
  ["my laptop", /check -a$/m],
  ["nosuch.invalid", /check -a$/m],
];
/** In a private network no look-up waits for a name server that loses a packet. */
const wrapper = met("eth1") ? inNetwork("exec") : [];
for (const [given, advice] of NO_ADDRESS) {
  test(`client1 -a '${given}' shows that there is no such host or address, and advice`, async () => {
    const { code, stderr } = await run("client1", ["-a", given, "hi"], "", { wrapper });
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^client1: Cannot connect to .*: there is no such host or address; [^\n]*\n$/,
    );
    assertMatch(stderr, advice);
  });
}

test("client1 -p 0 shows that no server has port 0", async () => {
  const { code, stderr } = await run("client1", ["-p", "0", "hi"]);
  assertEquals([code, stderr.includes("no server has port 0")], [1, true]);
});

// The namespace has its own /etc/hosts, in which the name has two addresses. The server listens on
// one of them; the test does not depend on the order in which the client tries them.
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
  }, ["eth1", "mount"]);
}

const LINK_LOCAL = "ip addr flush dev eth1; ip addr add fe80::1/64 dev eth1 nodad; exec";

test("an interface with only a link-local IPv6 address is used with its zone", async () => {
  await using server = await startServer("server2", ["-M", "-T", "2", "-I", "eth1"], {
    wrapper: inNetwork(LINK_LOCAL),
  });
  const wrapper = inNetworkOf(server.pid);
  const args = ["-p", `${server.port}`];
  const client = await run("client2", [...args, digits("co")], "", { wrapper });
  const head = `Interface: eth1, Port: ${server.port}\n('fe80::1%eth1', ${server.port})\n`;
  assertEquals(client, {
    code: 0,
    stdout: `${head}Sent: ${digits("co")}\nReceived: co\n`,
    stderr: "",
  });
  await server.stdout.match(/^Connected to \('fe80::1%eth1', \d+\)$/m);
  const lost = await run("client2", ["-I", "eth9"], "", { wrapper });
  assertMatch(lost.stderr, /this machine has .*eth1 \(fe80::1%eth1\)/);
}, ["eth1"]);

test("an interface's 169.254/16 address is used only if it has no other IPv4 address", async () => {
  const script = "ip addr flush dev eth1; ip addr add 169.254.7.7/16 dev eth1; " +
    "ip addr add 10.0.0.1/24 dev eth1; exec";
  await using server = await startServer("server2", ["-I", "eth1"], { wrapper: inNetwork(script) });
  const args = ["-p", `${server.port}`, digits("co")];
  const { stdout } = await run("client2", args, "", { wrapper: inNetworkOf(server.pid) });
  assertMatch(stdout, /^\('10\.0\.0\.1', \d+\)$/m);
}, ["eth1"]);

test("the message for an interface without an address says that the interface exists", async () => {
  const script = "ip addr flush dev eth1; sysctl -qw net.ipv6.conf.eth1.disable_ipv6=1; exec";
  const { code, stderr } = await run("server2", [], "", { wrapper: inNetwork(script) });
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^server2: Cannot use the interface "eth1": it exists, but it is down or has no address; /,
  );
}, ["eth1", "sysctl"]);
