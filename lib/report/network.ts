/**
 * The report's network: one of its own that has an eth1, and nothing else.
 *
 * @module
 */
import { lenientText } from "../wire/text.ts";
import { ETH1 } from "./facts.ts";

/** Set inside, so that the script knows where it is. */
const INSIDE = "LAB_REPORT_NETWORK";
const SET_UP = [
  "ip link set lo up",
  "ip link add eth1 type veth peer name eth1p",
  `ip addr add ${ETH1}/24 dev eth1`,
  "ip link set eth1 up",
  "ip link set eth1p up",
].join(" && ");

/** Whether this process runs in such a network. */
export function isInside(): boolean {
  return Deno.env.has(INSIDE);
}

/**
 * Runs this script once more inside: no privileges are needed, and nothing gets out.
 *
 * @returns Its exit code, or why there cannot be such a network.
 */
export async function runInside(args: string[]): Promise<number | string> {
  const unshare = ["--kill-child", "-Urn", "sh", "-c", `${SET_UP} && exec "$@"`, "-"];
  try {
    const { success, stderr } = await new Deno.Command("unshare", {
      args: [...unshare, "true"],
      stdin: "null",
    }).output();
    if (!success) return lenientText(stderr).trim().split("\n", 1)[0];
  } catch {
    return "there is no unshare here; it needs Linux, util-linux and iproute2";
  }
  const child = new Deno.Command("unshare", {
    args: [...unshare, Deno.execPath(), "run", "--quiet", "--allow-all", Deno.mainModule, ...args],
    env: { [INSIDE]: "1" },
  }).spawn();
  return (await child.status).code;
}
