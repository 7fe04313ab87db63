/**
 * A second host at the other end of eth1: a network namespace inside the report's network.
 *
 * @module
 */
import { OTHER_ADDRESS } from "./facts.ts";

/** The commands inside that make its eth1: the peer of the first host's. */
const MAKE_ETH1 = [
  "ip link set lo up",
  "ip link set eth1p name eth1",
  `ip addr add ${OTHER_ADDRESS}/24 dev eth1`,
  "ip link set eth1 up",
].join(" && ");

/** The second host. When it ends, eth1 ends on both hosts. */
export class OtherHost {
  #holder: Deno.ChildProcess;

  private constructor(holder: Deno.ChildProcess) {
    this.#holder = holder;
  }

  /** Makes the host. */
  static async make(): Promise<OtherHost> {
    // The process says when it is in its namespace, then keeps it until its stdin ends.
    const holder = new Deno.Command("unshare", {
      args: ["-n", "sh", "-c", "echo; cat >/dev/null"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = holder.stdout.getReader();
    await reader.read();
    reader.releaseLock();
    const host = new OtherHost(holder);
    await run(["ip", "link", "set", "eth1p", "netns", `${holder.pid}`]);
    await run([...host.before, "sh", "-c", MAKE_ETH1]);
    return host;
  }

  /** What to put before a command so that it runs on this host. */
  get before(): string[] {
    return ["nsenter", "-n", "-t", `${this.#holder.pid}`];
  }

  /** Disconnects this host, as when its cable is pulled. */
  async disconnect(): Promise<void> {
    await run([...this.before, "ip", "link", "set", "eth1", "down"]);
  }

  /** Ends the host. */
  async end(): Promise<void> {
    await this.#holder.stdin.close();
    await this.#holder.stdout.cancel();
    await this.#holder.status;
  }
}

async function run([program, ...args]: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot make the second host: ${program} ${args.join(" ")}`);
}
