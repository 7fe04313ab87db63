/** Labels, alternative names and `@` names of interfaces, in a network namespace. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { addressOf, type InterfaceAddress } from "../../lib/cli/interfaces.ts";
import { command, Program } from "../harness.ts";
import { needing } from "../needs.ts";
import { inNetworkOf } from "../network.ts";

function entry(name: string, address: string): InterfaceAddress {
  return { name, family: address.includes(":") ? "IPv6" : "IPv4", address };
}

Deno.test(needing(["eth1"], {
  name: "addressOf prefers a labelled IPv4 address to a link-local IPv6 one",
  permissions: "none",
  fn() {
    const all = [
      entry("eth1", "fe80::1"),
      entry("eth10", "10.0.0.9"),
      entry("eth1:lab", "10.0.0.1"),
    ];
    assertEquals(addressOf("eth1", all), "10.0.0.1");
    assertEquals(addressOf("eth1:lab", all), "10.0.0.1");
  },
}));

Deno.test(needing(["eth1"], {
  name: "addressOf accepts a label without a colon only if no interface has that name",
  permissions: "none",
  fn() {
    const all = [entry("eth1", "fe80::1"), entry("eth1lab", "10.0.0.1")];
    assertEquals(addressOf("eth1", all, () => null), "10.0.0.1");
    assertEquals(addressOf("eth1", all, () => false), "fe80::1%eth1"); // eth1lab is an interface
    assertEquals(addressOf("eth1", all, () => undefined), "fe80::1%eth1");
  },
}));

/** The namespace: eth1's IPv4 address has a label, and eth1 has an alternative name. */
const SET_UP = `set -e
ip link set lo up; ip link add eth1 type veth peer name eth1p
ip addr add 10.0.0.1/24 dev eth1 label LABEL
ip link set eth1 up; ip link set eth1p up
ip link property add dev eth1 altname enp0s8
while ip addr show tentative | grep -q fe80; do sleep 0.1; done # duplicate address detection
echo ready; exec sleep 60`;

/** Runs a function with a namespace in which eth1's address has a label. */
async function inLabelled(label: string, use: (wrapper: string[]) => Promise<void>): Promise<void> {
  const script = SET_UP.replace("LABEL", label);
  await using holder = new Program(["unshare", "-Urn", "bash", "-c", script]);
  await holder.stdout.match(/ready/);
  await use(inNetworkOf(holder.pid));
}

for (const label of ["eth1:lab", "eth1lab"]) {
  for (const name of ["eth1", label, "enp0s8", "eth1@eth1p"]) {
    Deno.test(needing(["eth1"], {
      name:
        `server2 -I ${name} listens on the IPv4 address with the label ${label}, and reports it`,
      sanitizeOps: true,
      sanitizeResources: true,
      fn: () =>
        inLabelled(label, async (wrapper) => {
          const args = ["-I", name];
          await using server = new Program(command("server2", args, { wrapper }));
          await server.stdout.match(/^Interface: .*\n/);
          await using client = new Program(command("client2", [...args, "01101000"], { wrapper }));
          assertEquals(await client.exit(), 0, client.stderr.text);
          assertStringIncludes(client.stdout.text, "('10.0.0.1', 3000)\n");
          assertEquals(await server.exit(), 0);
          const said = `server2: Listening on ('10.0.0.1', 3000): this machine lists the address ` +
            `under the name "${label}"\n`;
          assertEquals(server.stderr.text, name === label ? "" : said);
        }),
    }));
  }
}

Deno.test(needing(["eth1"], {
  name: "server2 reports a link-local address, and refuses a label that does not exist",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: () =>
    inLabelled("eth1:lab", async (wrapper) => {
      await using server = new Program(command("server2", ["-I", "eth1p", "-p", "0"], { wrapper }));
      await server.stdout.match(/^Interface: eth1p, .*\n/);
      await server.stderr.match(
        /^server2: Listening on \('fe80::.*%eth1p', \d+\): "eth1p" has only this link-local address\n$/,
      );
      await using wrong = new Program(command("server2", ["-I", "eth1:7"], { wrapper }));
      assertEquals(await wrong.exit(), 1);
      assertMatch(wrong.stderr.text, /^server2: Cannot find the interface "eth1:7": .*\n$/);
    }),
}));
