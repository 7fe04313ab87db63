/**
 * Verdicts on where the servers listen (1b, 1c, 2b).
 *
 * @module
 */
import { isLoopback, isWildcard } from "../sandbox/sockets.ts";
import { draft, type DraftVerdict, noServerVerdict } from "./draft_verdict.ts";
import type { Pair } from "../ask/pair.ts";

/** 1b: on localhost? */
export function localhostVerdict(pair: Pair): DraftVerdict {
  const none = noServerVerdict(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  if (device !== undefined ? device === "lo" : isLoopback(address) || isWildcard(address)) {
    return draft("right");
  }
  return draft("wrong", `server1 listens on ${device ?? address}, not on localhost.`, {
    shown: `listens on ${address}:${port}`,
    expected: "127.0.0.1, or all addresses",
  });
}

/** 1c: on any port? */
export function anyPortVerdict(pair: Pair): DraftVerdict {
  return noServerVerdict(pair) ?? draft("right");
}

/** 2b: on eth1? */
export function eth1Verdict(pair: Pair): DraftVerdict {
  const none = noServerVerdict(pair);
  if (none) return none;
  const { address, port, device } = pair.listening!.where;
  const { eth1 } = pair.runner;
  const shown = { shown: `listens on ${address}:${port}`, expected: `eth1's address, ${eth1}` };
  if (device !== undefined && device !== "eth1") {
    return draft("part", `server2 is tied to the interface ${device}, not to eth1.`, shown);
  }
  if (device === "eth1" || address === eth1 || isWildcard(address)) return draft("right");
  if (eth1 === undefined) {
    return draft("not run", "There is no eth1 without sandboxes.");
  }
  if (isLoopback(address)) {
    return draft("part", `server2 listens on ${address} only, not on eth1.`, shown);
  }
  return draft("right", `server2 listens on a fixed address, ${address}.`);
}
