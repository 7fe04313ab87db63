/**
 * Waits until a typed line has had its effect: the connection and the screen are quiet.
 *
 * @module
 */
import type { Passed, RecordingProxy } from "../sandbox/recording_proxy.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { IdleClock } from "../sandbox/idle_clock.ts";
import * as limits from "./limits.ts";

/** The part of a client that is watched. */
export interface Watched {
  /** The proxy between the client and its server. */
  readonly proxy: RecordingProxy;
  readonly running: RunningProgram;
  readonly hasEnded: boolean;
  /** The processes whose idle time counts. */
  readonly pids: number[];
  /** Milliseconds that the server needs beyond the usual limits. */
  readonly patienceMs: number;
}

/** How long the connection and the screen of a client have been quiet, in idle time. */
export class Activity {
  /** Idle time since the start. */
  readonly clock: IdleClock;

  #proxyAt: number;
  #screen: number;
  #lineAt = 0;
  #screenAt = 0;

  constructor(private readonly client: Watched) {
    this.clock = new IdleClock(() => client.pids);
    this.#proxyAt = client.proxy.lastAt;
    this.#screen = client.running.lastOutputAt;
  }

  /** Waits a moment, then checks the connection and the screen. */
  async look(): Promise<void> {
    await this.clock.look();
    const { proxy, running } = this.client;
    const hasPassed = proxy.lastAt !== this.#proxyAt || proxy.holding > 0;
    const isShown = running.lastOutputAt !== this.#screen;
    if (hasPassed) this.#lineAt = this.clock.now;
    if (isShown) this.#screenAt = this.clock.now;
    if (hasPassed || isShown) this.clock.lookSoon();
    [this.#proxyAt, this.#screen] = [proxy.lastAt, running.lastOutputAt];
  }

  /** How long no bytes have passed. */
  get proxyIdleMs(): number {
    return this.clock.now - this.#lineAt;
  }

  /** How long no bytes have passed and nothing was shown. */
  get stillMs(): number {
    return this.clock.now - Math.max(this.#lineAt, this.#screenAt);
  }
}

/**
 * Waits until a typed line has had its effect.
 *
 * @param at The lengths of the proxy's record and of the screen when the line was typed.
 * @param prompt The prompt before the typed line; empty if the client showed none.
 */
export async function settle(
  client: Watched,
  at: { passed: number; screen: number },
  usualMs: number,
  prompt = "",
): Promise<"answered" | "asks again" | "silent" | "ended"> {
  const activity = new Activity(client);
  const { patienceMs } = client;
  const limitMs = usualMs + patienceMs;
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
    // A screen that never stops changing: only the connection counts.
    const isLate = activity.proxyIdleMs > limits.NOT_SHOWN_MS &&
      (replied || activity.clock.now > limitMs);
    if (isLate || activity.clock.isOver(2 * limitMs)) return replied ? "answered" : "silent";
    const still = activity.stillMs;
    const isShown = replied && client.running.lastOutputAt > passed.findLast(isReply)!.at;
    const isBack = isShown && prompt !== "" &&
      client.running.screen.slice(at.screen).endsWith(`\n${prompt}`);
    if (isBack && still >= limits.AT_PROMPT_MS && holding === 0) return "answered";
    if (still < limits.QUIET_MS || holding > 0) continue;
    if (replied && (isShown || still >= limits.NOT_SHOWN_MS)) return "answered";
    if (!requested && moved && still >= limits.PROMPT_MS) return "asks again";
    if (requested && !replied && moved && still >= limits.ASKS_AGAIN_MS + patienceMs) {
      return "asks again";
    }
    if (still >= Math.min(limits.NO_ANSWER_MS + patienceMs, limitMs)) return "silent";
  }
}

function isReply({ what, bytes }: Passed): boolean {
  return what === "reply" && bytes.length > 0;
}

/** Waits until nothing more passes. @returns All that the server has sent in an exchange. */
export async function wholeReply(client: Watched, since: number): Promise<Uint8Array<ArrayBuffer>> {
  const activity = new Activity(client);
  const { clock } = activity;
  while (activity.proxyIdleMs < limits.WHOLE_REPLY_MS && !clock.isOver(limits.EXCHANGE_LIMIT_MS)) {
    await activity.look();
  }
  return client.proxy.bytes("reply", since);
}
