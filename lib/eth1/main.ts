/**
 * Opens a shell in a private network that has eth1, or joins the network that another terminal has
 * opened. The command is the same in each terminal.
 *
 * ```sh
 * deno task eth1
 * ```
 *
 * @module
 */
import type { CommandLine } from "../cli/command_line.ts";
import { EXIT_DONE, Failure } from "../cli/failure.ts";
import { runTask } from "../cli/task.ts";
import type { BlockingOutput } from "../terminal/blocking_output.ts";
import {
  ETH1_ADDRESS,
  markOf,
  networkOf,
  newNetwork,
  openNetwork,
  whyNoNetwork,
} from "./network.ts";

const ROOT = new URL("../../", import.meta.url);
const SERVER2 = "deno task server2";
const CLIENT2 = "deno task client2";
/** How often the new network is looked for. */
const LOOK_MS = 20;

const COMMAND_LINE: CommandLine = {
  name: "eth1",
  summary: `eth1 opens a shell in a private network that has the interface eth1 (${ETH1_ADDRESS}).`,
  synopsis: "[OPTION]…",
  options: [],
  examples: [["", "open the network; in a second terminal: join it"]],
  permissions: ["--allow-all"],
};

/**
 * Runs the user's shell, in the folder where the task was started.
 *
 * @param lock Closed once other terminals can find the network.
 * @returns The shell's exit code.
 */
async function shell(before: string[], project: string, lock: Deno.FsFile): Promise<number> {
  const [program, ...args] = [...before, Deno.env.get("SHELL") ?? "/bin/sh"];
  const env = { ...Deno.env.toObject(), ...markOf(project) };
  const cwd = env.INIT_CWD ?? Deno.cwd();
  delete env.INIT_CWD; // programs started in the shell do not belong to this task
  const child = new Deno.Command(program, { args, cwd, env, clearEnv: true }).spawn();
  let running = true;
  const ended = child.status.finally(() => running = false);
  while (running && openNetwork(project) === null) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  lock.close();
  return (await ended).code;
}

/** The advice if there can be no such network. */
const WITHOUT =
  `use the loopback interface instead, with -I lo on both sides ("${SERVER2} -I lo", ` +
  `"${CLIENT2} -I lo"), or an interface of this machine that has an address`;

/** Joins the open network, or opens a new one. */
async function open(log: BlockingOutput): Promise<number> {
  const project = decodeURIComponent(ROOT.pathname);
  if (Deno.build.os !== "linux") {
    throw new Failure(`Cannot make a private network: only Linux has them; ${WITHOUT}`);
  }
  if (Deno.networkInterfaces().some(({ name }) => name.split(":")[0] === "eth1")) {
    log.line(`eth1: This terminal has eth1 already: start "${SERVER2}" or "${CLIENT2}"`);
    return EXIT_DONE;
  }
  // Of two terminals that start at the same time, the second one waits for the first one's network.
  const lock = await Deno.open(new URL("deno.json", ROOT));
  await lock.lock(true);
  const pid = openNetwork(project);
  if (pid === null) {
    const why = await whyNoNetwork();
    if (why !== null) throw new Failure(`Cannot make a private network: ${why}; ${WITHOUT}`);
    log.line(
      `eth1: This shell is in a new private network: lo (127.0.0.1) and eth1 (${ETH1_ADDRESS}).\n` +
        `eth1: Start "${SERVER2}" here. In a second terminal, "deno task eth1" joins this network; ` +
        `start "${CLIENT2}" there.`,
    );
  } else {
    log.line(
      `eth1: This shell has joined the open private network: eth1 (${ETH1_ADDRESS}) is the same.`,
    );
  }
  log.line(
    `eth1: You are root in this network only, and no packet leaves it. "exit" ends the shell; the ` +
      `network ends with its last program.`,
  );
  log.flush();
  return await shell(pid === null ? newNetwork() : networkOf(pid), project, lock);
}

function main(args: string[]): Promise<number> {
  return runTask(COMMAND_LINE, args, (_given, { log }) => open(log));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
