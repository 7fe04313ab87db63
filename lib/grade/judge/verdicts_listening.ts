/**
 * Verdicts on where the servers listen (1b, 1c, 2b).
 *
 * @module
 */
import { isWildcard } from "../sandbox/listening.ts";
import { type DraftVerdict, noServer, opinion } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";

/** 1b: on localhost? */
export function onLocalhost(pair: Pair): DraftVerdict {
  const none = noServer(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  if (device !== undefined ? device === "lo" : isLoopback(address) || isWildcard(address)) {
    return opinion("right");
  }
  return opinion("wrong", `server1 listens on ${device ?? address}, not on localhost.`, {
    shown: `listens on ${address}:${port}`,
    expected: "127.0.0.1, or all addresses",
  });
}

/** 1c: on any port? */
export function onAnyPort(pair: Pair): DraftVerdict {
  return noServer(pair) ?? opinion("right");
}

/** 2b: on eth1? */
export function onEth1(pair: Pair): DraftVerdict {
  const none = noServer(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  const { eth1 } = pair.runner;
  const shown = { shown: `listens on ${address}:${port}`, expected: `eth1's address, ${eth1}` };
  if (device !== undefined && device !== "eth1") {
    return opinion("part", `server2 is tied to the interface ${device}, not to eth1.`, shown);
  }
  if (device === "eth1" || address === eth1 || isWildcard(address)) return opinion("right");
  if (eth1 === undefined) {
    return opinion("not run", "There is no eth1 without sandboxes.");
  }
  if (isLoopback(address)) {
    return opinion("part", `server2 listens on ${address} only, not on eth1.`, shown);
  }
  return opinion("right", `server2 listens on a fixed address, ${address}.`);
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
