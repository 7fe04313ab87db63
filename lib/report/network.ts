/**
 * Runs the report inside a private network that has an eth1.
 *
 * @module
 */
import { newNetwork, whyNoNetwork } from "../eth1/network.ts";

/** The environment variable that marks the process inside the network. */
const INSIDE = "LAB_REPORT_NETWORK";

/** Whether this process runs inside such a network. */
export function isInside(): boolean {
  return Deno.env.has(INSIDE);
}

/**
 * Runs this script again inside a new network. No privileges are needed.
 *
 * @param args The script's arguments.
 * @returns Its exit code, or the reason why this machine cannot make such a network.
 */
export async function runInside(args: string[]): Promise<number | string> {
  const reason = await whyNoNetwork();
  if (reason !== null) return reason;
  const [program, ...before] = newNetwork("--kill-child");
  const script = ["run", "--quiet", "--allow-all", Deno.mainModule, ...args];
  const child = new Deno.Command(program, {
    args: [...before, Deno.execPath(), ...script],
    env: { [INSIDE]: "1" },
  }).spawn();
  return (await child.status).code;
}
