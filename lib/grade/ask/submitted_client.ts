/**
 * A submission's client at work: started, led through what it asks first, and
 * asked for one text after another, as a person would.
 *
 * @module
 */
import { type PairNumber, question } from "../read/answers.ts";
import type { Exchange } from "./exchange.ts";
import type { Built } from "../find/build.ts";
import { type Dial, RecordingProxy } from "../sandbox/recording_proxy.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { answerFor } from "../read/prompts.ts";
import { isBusy } from "../sandbox/processes.ts";
import type { Program, RunningProgram } from "../sandbox/running_program.ts";
import {
  ASKS_AGAIN_MS,
  lastActivity,
  nextLook,
  NO_ANSWER_MS,
  NOT_SHOWN_MS,
  QUIET_MS,
  settle,
} from "./settling.ts";
import { until } from "../sandbox/waiting.ts";
import { type LaunchCommand, TEXT } from "../find/launch_commands.ts";

/** How long a client has to show itself or to connect, a JVM on a busy machine included. */
const READY_LIMIT_MS = 8_000;
/** One that says nothing at all may simply wait for its input. */
const SILENT_START_MS = 700;
const ANSWER_LIMIT_MS = 5_000;
const MAX_PROMPTS = 5;
const CONNECT_LIMIT_MS = 1_500;
const BUSY_END_MS = 1_000;
const LOOK_MS = 50;
/** Where a program is started anew for each text, this waits until one is typed. */
const SHELL = ["cat"];

/** What a client is asked with. */
export interface ClientSetup {
  /** Where it runs. */
  runner: Runner;
  /** Which way it asks its server to convert. */
  kind: PairNumber;
  /** The client. */
  program: Built;
  /** How it is told where its server is. */
  way: LaunchCommand;
  /** Where its server is meant to be. */
  host: string;
  /** The server's port. */
  port: number;
  /** Other ports where the line is met too. */
  morePorts?: number[];
  /** Whether its server has work to do. */
  isServerBusy: () => boolean;
  /** The lines to type for a text, if `lab.json` says so. */
  type?: string[];
}

/** A client that runs. */
export class Client {
  /** The process; one for each text, if texts are arguments. */
  running: RunningProgram;
  /** What passes between it and its server. */
  readonly line: RecordingProxy;

  #setup: ClientSetup;
  #told: Program;
  #network: Network;
  #typedAt = 0;
  #typedLines = 0;
  #lookedAt = 0;
  #wasBusy = false;

  private constructor(setup: ClientSetup, told: Program, network: Network, line: RecordingProxy) {
    this.#setup = setup;
    this.#told = told;
    this.#network = network;
    this.line = line;
    this.running = network.start(this.takesText ? { ...told, words: SHELL } : told);
  }

  /**
   * Starts a client.
   *
   * @param server How its server is met. If undefined its connections are held; if
   * null, nobody listens.
   */
  static async start(
    setup: ClientSetup,
    server: Dial | undefined | null,
  ): Promise<Client> {
    const network = await setup.runner.network(`client${setup.kind}`);
    const line = new RecordingProxy(server ?? undefined);
    let port = setup.runner.sandboxed ? setup.port : setup.runner.port();
    if (server !== null) {
      const end = await network.clientEnd(port);
      port = end.port;
      line.serve(end.listener);
      const more = (setup.morePorts ?? []).filter((other) => other !== port);
      await Promise.all(more.map(async (other) => {
        line.serve((await network.clientEnd(other)).listener);
      }));
    }
    const told = setup.way(setup.program, setup.host, port);
    const client = new Client({ ...setup, port }, told, network, line);
    line.onExcess = (why) => {
      client.running.excess ??= why;
      client.running.stop();
    };
    return client;
  }

  /** Whether a text is an argument of the program. */
  get takesText(): boolean {
    return this.#told.words.some((word) => word.includes(TEXT));
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.running.exit !== undefined;
  }

  /** Waits until it is connected or asks for something; answers what is no text. */
  async ready(): Promise<void> {
    if (this.takesText) return;
    const end = performance.now() + READY_LIMIT_MS;
    const started = performance.now();
    let quietAt = started + QUIET_MS;
    for (let prompts = 0; prompts < MAX_PROMPTS;) {
      await nextLook(this, Math.max(quietAt - performance.now(), LOOK_MS));
      const now = performance.now();
      const active = lastActivity(this);
      const moved = this.line.count > 0 || this.#unread.trim() !== "";
      if (this.over || now > end) return;
      if (this.line.count > 0 && now - this.line.activity.at > NOT_SHOWN_MS) return;
      quietAt = moved
        ? active + QUIET_MS
        : Math.max(active + SILENT_START_MS, started + SILENT_START_MS * 2);
      if (now < quietAt) continue;
      if (now < end - BUSY_END_MS && this.isBusy(now)) continue;
      const answer = this.#answer;
      if (answer === undefined || isMenu(answer, this.#unread)) return;
      this.#type(answer);
      prompts++;
    }
  }

  /** Asks for a text. */
  async ask(text: string, limitMs = ANSWER_LIMIT_MS): Promise<Exchange> {
    const { kind, type } = this.#setup;
    const { typed } = question(kind, text);
    const lines = type?.map((line) => line.replaceAll(TEXT, typed));
    const since = this.line.passed.length;
    const screenSince = this.running.screen.length;
    const from = performance.now();
    if (this.takesText) {
      await this.#startWith(typed);
      await settle(this, { passed: since, screen: 0 }, limitMs);
    }
    for (let prompts = 0; prompts <= MAX_PROMPTS && !this.over && !this.takesText; prompts++) {
      const known = lines ? lines[prompts] : this.#answer ?? typed;
      if (known === undefined) break;
      const first = this.#typedLines === 0;
      const at = { passed: this.line.passed.length, screen: this.running.screen.length };
      this.#type(known);
      const outcome = await settle(this, at, limitMs);
      if (outcome === "answered" || outcome === "ended") break;
      // A first line that is taken without an answer is a name or the like.
      if (known === typed && !lines && !(first && outcome === "asks again")) break;
    }
    const received = this.line.bytes("reply", since);
    return {
      text,
      typed,
      sent: this.line.bytes("request", since),
      received,
      shown: this.running.screen.slice(this.takesText ? 0 : screenSince),
      answered: received.length > 0,
      milliseconds: performance.now() - from,
      since,
    };
  }

  /** Types a text, and sees whether that makes it connect. */
  async connects(text: string): Promise<boolean> {
    if (this.takesText) await this.#startWith(text);
    const isConnected = () => this.line.count > 0 || this.over || undefined;
    for (let lines = 0; lines <= MAX_PROMPTS && !isConnected(); lines++) {
      const answer = this.#answer;
      if (!this.takesText) this.#type(answer ?? text);
      await until(isConnected, answer === undefined ? CONNECT_LIMIT_MS : ASKS_AGAIN_MS);
      if (answer === undefined) break;
    }
    return this.line.count > 0;
  }

  /** Types anything at all, and waits for what comes of it. */
  async say(line: string): Promise<string> {
    const at = { passed: this.line.passed.length, screen: this.running.screen.length };
    this.#type(line);
    await settle(this, at, NO_ANSWER_MS);
    return this.running.screen.slice(at.screen);
  }

  /** Ends it, and its network. */
  async close(): Promise<void> {
    this.line.close();
    await this.running.stop();
    await this.#network.close();
  }

  async #startWith(text: string): Promise<void> {
    await this.running.stop();
    const words = this.#told.words.map((word) => word.replaceAll(TEXT, text));
    this.running = this.#network.start({ ...this.#told, words });
  }

  /** What the client asks for, if that is not a text. */
  get #answer(): string | undefined {
    return answerFor(this.#unread, { ...this.#setup, role: "client" });
  }

  get #unread(): string {
    return this.running.screen.slice(this.#typedAt);
  }

  /** Whether either of the two has work to do; looked at not too often. */
  isBusy(now: number): boolean {
    if (now - this.#lookedAt > LOOK_MS) {
      this.#lookedAt = now;
      this.#wasBusy = isBusy(this.running.pid) || this.running.isChanging ||
        this.#setup.isServerBusy();
    }
    return this.#wasBusy;
  }

  #type(line: string): void {
    this.#typedAt = this.running.screen.length;
    this.#typedLines++;
    this.running.type(line);
  }
}

/** Whether an answer chooses from a menu: that is done again for each text. */
function isMenu(answer: string, screen: string): boolean {
  return answer.length <= 2 && screen.trim().split("\n").length > 2;
}
