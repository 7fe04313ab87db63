/**
 * Waiting as a person does, until line and screen have come to rest.
 *
 * @module
 */
import type { Passed, RecordingProxy } from "../sandbox/recording_proxy.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { IdleClock } from "../sandbox/idle_clock.ts";

/** Line and screen are quiet for this long before the next line is typed. */
export const QUIET_MS = 150;
/** A client that shows an answer and then its prompt again has this long for another line. */
const AT_PROMPT_MS = 40;
/** A reply that is not shown in this time will not be. */
export const NOT_SHOWN_MS = 1_000;
/** A request that is not answered in this time will not be. */
export const NO_ANSWER_MS = 1_800;
/** Nor one after which the client asks for the next line. */
export const ASKS_AGAIN_MS = 700;
/** A line after which nothing was sent is an answer to a prompt. */
const PROMPT_MS = 300;
/** What is watched. */
export interface Watched {
  /** The line to its server. */
  readonly proxy: RecordingProxy;
  /** The client's process. */
  readonly running: RunningProgram;
  /** Whether it has ended. */
  readonly hasEnded: boolean;
  /** The processes whose idle time counts. */
  readonly pids: number[];
}

/** How long line and screen of a client have been still, in idle time. */
export class Activity {
  /** Idle time since the start. */
  readonly clock: IdleClock;

  #client: Watched;
  #proxyAt: number;
  #screen: number;
  #lineAt = 0;
  #screenAt = 0;

  /** Watches from now on. */
  constructor(client: Watched) {
    this.#client = client;
    this.clock = new IdleClock(() => client.pids);
    this.#proxyAt = client.proxy.lastAt;
    this.#screen = client.running.lastOutputAt;
  }

  /** Lets time pass, and looks. */
  async look(): Promise<void> {
    await this.clock.look();
    const { proxy, running } = this.#client;
    const hasPassed = proxy.lastAt !== this.#proxyAt || proxy.holding > 0;
    const isShown = running.lastOutputAt !== this.#screen;
    if (hasPassed) this.#lineAt = this.clock.now;
    if (isShown) this.#screenAt = this.clock.now;
    if (hasPassed || isShown) this.clock.lookSoon();
    [this.#proxyAt, this.#screen] = [proxy.lastAt, running.lastOutputAt];
  }

  /** How long nothing has passed on the line. */
  get lineStillMs(): number {
    return this.clock.now - this.#lineAt;
  }

  /** How long nothing has passed on the line, and nothing was shown. */
  get stillMs(): number {
    return this.clock.now - Math.max(this.#lineAt, this.#screenAt);
  }
}

/**
 * Waits until what was typed has had its effect.
 *
 * @param at What had passed, and how much the screen held, when it was typed.
 * @param prompt The line that the client showed when it was typed; empty if it showed none.
 */
export async function settle(
  client: Watched,
  at: { passed: number; screen: number },
  limitMs: number,
  prompt = "",
): Promise<"answered" | "asks again" | "silent" | "ended"> {
  const activity = new Activity(client);
  for (;;) {
    await activity.look();
    const { passed, holding } = client.proxy;
    const asked = passed.findIndex(({ what }, i) =>
      i >= at.passed && (what === "request" || what === "open")
    );
    const requested = asked >= 0;
    const replied = requested && passed.some((one, i) => i > asked && isReply(one));
    const moved = client.running.screen.length > at.screen;
    if (client.hasEnded) return replied ? "answered" : "ended";
    // A screen that never stands still says no more than the line.
    const isLate = activity.lineStillMs > NOT_SHOWN_MS &&
      (replied || activity.clock.now > limitMs);
    if (isLate || activity.clock.isOver(2 * limitMs)) return replied ? "answered" : "silent";
    const still = activity.stillMs;
    const isShown = replied && client.running.lastOutputAt > passed.findLast(isReply)!.at;
    const isBack = isShown && prompt !== "" &&
      client.running.screen.slice(at.screen).endsWith(`\n${prompt}`);
    if (isBack && still >= AT_PROMPT_MS && holding === 0) return "answered";
    if (still < QUIET_MS || holding > 0) continue;
    if (replied && (isShown || still >= NOT_SHOWN_MS)) return "answered";
    if (!requested && moved && still >= PROMPT_MS) return "asks again";
    if (requested && !replied && moved && still >= ASKS_AGAIN_MS) return "asks again";
    if (still >= Math.min(NO_ANSWER_MS, limitMs)) return "silent";
  }
}

function isReply({ what, bytes }: Passed): boolean {
  return what === "reply" && bytes.length > 0;
}
