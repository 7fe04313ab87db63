/**
 * server2 on a machine that lists `eth1` with an address that it does not have: 192.0.2.1, an
 * address for documentation (RFC 5737).
 *
 * @module
 */
import { main } from "../../server2.ts";

Deno.networkInterfaces = () => [{
  name: "eth1",
  family: "IPv4",
  address: "192.0.2.1",
  netmask: "255.255.255.0",
  scopeid: null,
  cidr: "192.0.2.1/24",
  mac: "00:00:00:00:00:00",
}];

if (import.meta.main) Deno.exit(await main(Deno.args));
