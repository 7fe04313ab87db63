/**
 * Where programs are run: in boxes, as a stranger's must be, or plainly on this
 * machine, as our own may be.
 *
 * @module
 */
import { startInBox } from "./box.ts";
import type { Dial } from "./line.ts";
import { ETH1, Network } from "./network.ts";
import { type Listening } from "./listening.ts";
import type { Program, Running } from "./running.ts";
import type { Workshop } from "./workshop.ts";

/** In a network of one's own any port is free. */
const PORT = 5050;

/** Where a client meets the line. */
export interface ClientEnd {
  /** What accepts its connections. */
  listener: Deno.Listener;
  /** The port that it has to connect to. */
  port: number;
}

/** A network, and what can be done there. */
export interface Ground {
  /** Starts a program on a terminal. */
  start(program: Program): Running;
  /** Who listens. */
  listening(): Promise<Listening[]>;
  /** How the grader meets a server. */
  serverEnd(where: Listening): Promise<Dial>;
  /** Where a client meets the line, for a server on this port. */
  clientEnd(port: number): Promise<ClientEnd>;
  /** Ends what is the grader's there. */
  close(): Promise<void>;
}

/** Where programs are run. */
export interface Place {
  /** Whether each has a network of its own, so that no port must be given. */
  boxed: boolean;
  /** Whether two pairs would be in each other's way. */
  oneAtATime: boolean;
  /** The address that server2 is meant to have; undefined if there is no eth1. */
  eth1: string | undefined;
  /** A port for a program that wants to be told one. */
  port(): number;
  /** Makes a network. */
  ground(): Promise<Ground>;
}

/** Boxes, each with a network of its own. */
export class BoxedPlace implements Place {
  readonly boxed = true;
  readonly oneAtATime = false;
  readonly eth1: string = ETH1;
  #workshop: Workshop;

  /** A place for a submission. @param workshop The submission's copy. */
  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  port(): number {
    return PORT;
  }

  async ground(): Promise<Ground> {
    const workshop = this.#workshop;
    const network = await Network.open(workshop);
    return {
      start: (program) => startInBox(workshop, program, true, network.enter),
      listening: () => network.listening(),
      serverEnd: (where) => network.serverEnd(where),
      clientEnd: async (port) => ({ listener: await network.clientEnd(port), port }),
      close: () => network.close(),
    };
  }
}
