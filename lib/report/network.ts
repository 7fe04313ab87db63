/**
 * The report's network: one of its own that has an eth1, and nothing else.
 *
 * @module
 */
import { newNetwork, whyNoNetwork } from "../eth1/network.ts";

/** Set inside, so that the script knows where it is. */
const INSIDE = "LAB_REPORT_NETWORK";

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
  const why = await whyNoNetwork();
  if (why !== null) return why;
  const [program, ...before] = newNetwork("--kill-child");
  const child = new Deno.Command(program, {
    args: [
      ...before,
      Deno.execPath(),
      "run",
      "--quiet",
      "--allow-all",
      Deno.mainModule,
      ...args,
    ],
    env: { [INSIDE]: "1" },
  }).spawn();
  return (await child.status).code;
}
