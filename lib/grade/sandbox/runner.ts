/**
 * Where programs run: in sandboxes, or on this machine without them.
 *
 * @module
 */
import { startInSandbox } from "./start_in_sandbox.ts";
import type { Dial } from "./recording_proxy.ts";
import { ETH1 } from "./relays.ts";
import { SandboxNetwork } from "./sandbox_network.ts";
import type { Listening } from "./sockets.ts";
import type { Program, RunningProgram } from "./running_program.ts";
import { type Sandbox, SHARED_FOLDER } from "./sandbox.ts";

export { SHARED_FOLDER };

/** In a sandbox's own network every port is free. */
const PORT = 5050;

/** The proxy's address for a client. */
export interface ClientEnd {
  listener: Deno.Listener;
  port: number;
}

/** A network for a program. */
export interface Network {
  start(program: Program): RunningProgram;
  listening(): Promise<Listening[]>;
  /** The open ends of connections; always 0 without sandboxes, where they are unknown. */
  connections(): number;
  serverEnd(where: Listening): Promise<Dial>;
  /** The proxy's address for a client whose server has this port. */
  clientEnd(port: number): Promise<ClientEnd>;
  /** The processes that carry its data or run in it, with all that descends from them. */
  pids(): number[];
  /** Ends what is the grader's there. */
  close(): Promise<void>;
}

/** Runs programs. */
export interface Runner {
  /** Whether each has a network of its own, so that no port must be given. */
  sandboxed: boolean;
  /** Whether only one pair may run at a time. */
  oneAtATime: boolean;
  /** The address that server2 is meant to have; undefined if there is no eth1. */
  eth1: string | undefined;
  /** A free port for a program that takes the port as an argument. */
  port(): number;
  /**
   * Makes a network.
   *
   * @param owner Whose files the programs in it write to, such as `server1`: one owner's
   * are not seen by another. {@linkcode SHARED_FOLDER}: the submission's copy itself.
   */
  network(owner: string): Promise<Network>;
}

/** Sandboxes, each with a network of its own. */
export class SandboxRunner implements Runner {
  readonly sandboxed = true;
  readonly oneAtATime = false;
  readonly eth1: string = ETH1;
  /** Networks that are free: without processes and sockets of earlier programs. */
  #idle: SandboxNetwork[] = [];

  /** Runs programs of a submission. @param sandbox The submission's copy. */
  constructor(private readonly sandbox: Sandbox) {}

  port(): number {
    return PORT;
  }

  /** Starts a build: a program that changes the submission's copy. */
  build(program: Program): RunningProgram {
    const network = this.#open();
    const running = startInSandbox(this.sandbox, network, program, SHARED_FOLDER);
    running.ended.then(async () => await this.#giveBack(await network)).catch(() => {});
    return running;
  }

  async network(owner: string): Promise<Network> {
    const opened = await this.#open(owner.startsWith("client"));
    let isOpen = true;
    let last: RunningProgram | undefined;
    return {
      start: (program) => last = startInSandbox(this.sandbox, prepared(opened), program, owner),
      listening: () => opened.listening(),
      connections: () => opened.connections,
      // While the program runs, its own processes are enough: the launcher's only start and end it.
      pids: () => [last?.innermost ?? opened.pid],
      serverEnd: (where) => opened.relays.serverEnd(where),
      clientEnd: async (port) => ({ listener: await opened.relays.clientEnd(port), port }),
      close: async () => {
        if (isOpen) {
          isOpen = false;
          await this.#giveBack(opened);
        }
      },
    };
  }

  async #open(isForClient = false): Promise<SandboxNetwork> {
    const best = this.#idle.findLastIndex(({ relays }) =>
      (relays.kept !== undefined) === isForClient
    );
    // If none fits, `best` is -1, and the last network is taken.
    const [idle] = this.#idle.splice(best, 1);
    return idle ?? await SandboxNetwork.open(this.sandbox);
  }

  async #giveBack(network: SandboxNetwork): Promise<void> {
    if (await network.clear()) this.#idle.push(network);
    else await network.close();
  }
}

async function prepared(network: SandboxNetwork): Promise<SandboxNetwork> {
  await network.relays.endUnused();
  return network;
}
