/**
 * Waiting as a person does, until line and screen have come to rest.
 *
 * @module
 */
import type { Passed, RecordingProxy } from "../sandbox/recording_proxy.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { pauseOr } from "../sandbox/waiting.ts";

/** Between two looks at a process that has work to do. */
const BUSY_LOOK_MS = 50;
/** Line and screen are quiet for this long before the next line is typed. */
export const QUIET_MS = 150;
/** A reply that is not shown in this time will not be. */
export const NOT_SHOWN_MS = 1_000;
/** A request that is not answered in this time will not be. */
export const NO_ANSWER_MS = 1_800;
/** Nor one after which the client asks for the next line. */
export const ASKS_AGAIN_MS = 700;
/** A line after which nothing was sent is an answer to a prompt. */
const PROMPT_MS = 300;
/** Two that have work to do get more time, but not for ever: they may be in a loop. */
const BUSY_LIMIT_MS = 8_000;

/** What is watched. */
export interface Watched {
  /** The line to its server. */
  readonly line: RecordingProxy;
  /** The client's process. */
  readonly running: RunningProgram;
  /** Whether it has ended. */
  readonly over: boolean;
  /** Whether either side has work to do. */
  isBusy(now: number): boolean;
}

/**
 * Waits until what was typed has had its effect.
 *
 * @param at What had passed, and how much the screen held, when it was typed.
 */
export async function settle(
  client: Watched,
  at: { passed: number; screen: number },
  limitMs: number,
): Promise<"answered" | "asks again" | "silent" | "ended"> {
  const from = performance.now();
  const silent = Math.min(NO_ANSWER_MS, limitMs);
  for (let wait = QUIET_MS;;) {
    await nextLook(client, wait);
    const now = performance.now();
    const { passed } = client.line;
    const asked = passed.findIndex(({ what }, i) =>
      i >= at.passed && (what === "request" || what === "open")
    );
    const requested = asked >= 0;
    const replied = requested &&
      passed.some(({ what, bytes }, i) => i > asked && what === "reply" && bytes.length > 0);
    const still = now - Math.max(lastActivity(client), from);
    const moved = client.running.screen.length > at.screen;
    if (client.over) return replied ? "answered" : "ended";
    // A screen that never stands still says no more than the line.
    const isQuiet = client.line.holding === 0 && now - client.line.activity.at > NOT_SHOWN_MS;
    const isLate = isQuiet && (replied || now - from > limitMs);
    if (isLate && !client.isBusy(now) || now - from > limitMs + BUSY_LIMIT_MS) {
      return replied ? "answered" : "silent";
    }
    wait = Math.max(QUIET_MS - still, BUSY_LOOK_MS);
    if (still < QUIET_MS || client.line.holding > 0) continue;
    if (now - from < BUSY_LIMIT_MS && client.isBusy(now)) continue;
    const isShown = replied && client.running.activity.at > passed.findLast(isReply)!.at;
    if (replied && (isShown || still >= NOT_SHOWN_MS)) return "answered";
    if (!requested && moved && still >= PROMPT_MS) return "asks again";
    if (requested && !replied && moved && still >= ASKS_AGAIN_MS) return "asks again";
    if (still >= silent) return "silent";
    const next = [PROMPT_MS, ASKS_AGAIN_MS, NOT_SHOWN_MS].find((limit) => still < limit);
    wait = Math.min(next ?? silent, silent) - still;
  }
}

/** When something last passed or was shown. */
export function lastActivity({ line, running }: Pick<Watched, "line" | "running">): number {
  return Math.max(line.activity.at, running.activity.at);
}

/** Waits for the next thing that passes or is shown, for the client's end or a time limit. */
export async function nextLook(
  { line, running }: Pick<Watched, "line" | "running">,
  limitMs: number,
): Promise<void> {
  await pauseOr(limitMs, line.activity.next, running.activity.next, running.ended);
}

function isReply({ what, bytes }: Passed): boolean {
  return what === "reply" && bytes.length > 0;
}
