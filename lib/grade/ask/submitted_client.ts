/**
 * A submission's client: starts it, replies to its prompts, and types one text after another.
 *
 * @module
 */
import type { Conversion } from "../read/conversions.ts";
import type { PairNumber } from "../results/questions.ts";
import type { Credentials } from "../find/files.ts";
import type { Exchange } from "./exchange.ts";
import { type Dial, RecordingProxy } from "../sandbox/recording_proxy.ts";
import type { Network, Runner } from "../sandbox/runner.ts";
import { lenientText } from "../../wire/text.ts";
import { shownPart } from "../read/answers.ts";
import { asksForNextPage, asksToConfirm, replyToPrompt } from "../read/prompts.ts";
import { untilIdle } from "../sandbox/idle_clock.ts";
import { notStarted, type Program, type RunningProgram } from "../sandbox/running_program.ts";
import type { SearchTime } from "./search_time.ts";
import { Activity, settle } from "./settling.ts";
import { fillIn, hasPlace, type Launch, TEXT } from "../find/launch.ts";
import * as limits from "./limits.ts";

const MAX_PROMPTS = 5;
/** A text of forty letters has at most this many pages, with one byte on each. */
const MAX_PAGES = 40;

/** The settings of a client. */
export interface ClientSetup {
  runner: Runner;
  number: PairNumber;
  conversion: Conversion;
  launch: Launch;
  /** The address that it gets for its server. */
  host: string;
  port: number;
  /** The user name and password that the submission's files name. */
  credentials?: Credentials;
  /** Further ports on which the proxy listens for it. */
  morePorts?: number[];
  /** The limit of the search that starts it, if one does. */
  searchTime: SearchTime;
  /** The lines to type for a text, from `lab.json`. */
  typedLines?: string[];
  /** Whether its prompts ask for texts, whatever they look like. */
  asksForTextsOnly?: boolean;
  /** What the first client of the pair had shown when it was ready. */
  greeting?: string;
}

/** A submission's client that runs. */
export class SubmittedClient {
  /** The process; a new one for each text if texts are arguments. */
  running: RunningProgram;
  /** How much had passed when each line was typed. */
  readonly typedAt: number[] = [];

  /** The length of the screen when the last line was typed: what follows is new. */
  #readTo = 0;

  private constructor(
    private readonly setup: ClientSetup,
    private readonly program: Program,
    private readonly network: Network,
    readonly proxy: RecordingProxy,
  ) {
    this.running = this.takesTextArgument ? notStarted() : network.start(program);
  }

  /**
   * Starts a client.
   *
   * @param server Connects to its server. If undefined, the proxy holds its connections; if null,
   * no server listens.
   */
  static async start(
    setup: ClientSetup,
    server: Dial | undefined | null,
  ): Promise<SubmittedClient> {
    const network = await setup.runner.network(`client${setup.number}`);
    const proxy = new RecordingProxy(server ?? undefined);
    const port = await acceptConnections(proxy, network, setup, server !== null);
    const program = fillIn(setup.launch, setup.host, port);
    const client = new SubmittedClient({ ...setup, port }, program, network, proxy);
    proxy.pids = () => client.pids;
    proxy.onExcess = (why) => {
      client.running.excess ??= why;
      client.running.stop();
    };
    return client;
  }

  /** Whether a text is an argument of the program. */
  get takesTextArgument(): boolean {
    return hasPlace(this.program, TEXT);
  }

  /** Whether it has sent an address that was typed: its prompt asked for a text. */
  get sentAddress(): boolean {
    const { host, port } = this.setup;
    const sent = lenientText(this.proxy.bytes("request")).trim();
    return this.typedAt.length > 0 && [host, `${port}`].includes(sent);
  }

  get hasEnded(): boolean {
    return this.running.exit !== undefined;
  }

  /** Waits until it connects or prompts for a text; replies to other prompts. */
  async waitUntilReady(): Promise<void> {
    if (this.takesTextArgument) return;
    const activity = new Activity(this);
    for (let prompts = 0; prompts < MAX_PROMPTS;) {
      await activity.look();
      const moved = this.proxy.count > 0 || this.#unread.trim() !== "";
      if (this.hasEnded || activity.clock.isOver(limits.READY_LIMIT_MS)) return;
      if (this.setup.searchTime.isOver) return;
      if (this.proxy.count > 0 && activity.proxyIdleMs > limits.NOT_SHOWN_MS) return;
      if (this.proxy.count > 0 && this.running.screen === this.setup.greeting) return;
      if (activity.stillMs < (moved ? limits.QUIET_MS : limits.SILENT_CLIENT_MS)) continue;
      if (!moved && activity.clock.now < limits.SILENT_CLIENT_MS * 2) continue;
      const answer = this.#answerTo();
      if (answer === undefined || isMenu(answer, this.#unread)) return;
      this.#type(answer);
      prompts++;
    }
  }

  async ask(text: string, limitMs = limits.EXCHANGE_LIMIT_MS): Promise<Exchange> {
    const { conversion, typedLines } = this.setup;
    const typed = conversion.typed(text);
    const lines = typedLines?.map((line) => line.replaceAll(TEXT, typed));
    const since = this.proxy.passed.length;
    const last = this.proxy.passed.findLast(({ what }) => what !== "close");
    const screenSince = this.running.screen.length;
    const takesArgument = this.takesTextArgument;
    if (takesArgument) {
      await this.#startWith(typed);
      await settle(this, { passed: since, screen: 0 }, limitMs);
    }
    for (let i = 0; i <= MAX_PROMPTS && !this.hasEnded && !takesArgument; i++) {
      const known = lines ? lines[i] : this.#answerTo(typed) ?? typed;
      if (known === undefined) break;
      const first = this.typedAt.length === 0;
      const { screen } = this.running;
      const at = { passed: this.proxy.passed.length, screen: screen.length };
      this.#type(known);
      const outcome = await settle(this, at, limitMs, lastOf(screen));
      if (outcome === "answered" || outcome === "ended") break;
      // A first line without a reply may be a name: the next line is the text.
      const isAsked = outcome === "asks again" &&
        (first || asksToConfirm(lastOf(this.running.screen)));
      if (known === typed && !lines && !isAsked) break;
    }
    const [sent, received] = (["request", "reply"] as const).map((what) =>
      this.proxy.bytes(what, since)
    );
    await turnPages(this, conversion, { text, received }, screenSince);
    return {
      text,
      typed,
      sent,
      received,
      shown: this.running.screen.slice(takesArgument ? 0 : screenSince),
      answered: sent.length > 0 && received.length > 0, // else it is a late greeting
      serverClosed: last?.what === "reply end",
      since,
    };
  }

  /** Types a text. @returns Whether the client then connects. */
  async connectsOnInput(text: string): Promise<boolean> {
    if (this.takesTextArgument) await this.#startWith(text);
    const { searchTime } = this.setup;
    const isConnected = () =>
      this.proxy.count > 0 || this.hasEnded || searchTime.isOver || undefined;
    const known = this.setup.typedLines?.map((line) => line.replaceAll(TEXT, text));
    for (let lines = 0; lines <= MAX_PROMPTS && !isConnected(); lines++) {
      const answer = known ? known.slice(0, -1)[lines] : this.#answerTo(text);
      if (!this.takesTextArgument) this.#type(answer ?? known?.at(-1) ?? text);
      const limitMs = answer === undefined ? limits.CONNECT_LIMIT_MS : limits.ASKS_AGAIN_MS;
      await untilIdle(() => this.pids, isConnected, limitMs);
      if (answer === undefined) break;
    }
    return this.proxy.count > 0;
  }

  /** Types any line and waits for its effect. @returns What the client then shows. */
  async typeLine(line: string, limitMs = limits.NO_ANSWER_MS): Promise<string> {
    const at = { passed: this.proxy.passed.length, screen: this.running.screen.length };
    this.#type(line);
    await settle(this, at, limitMs);
    return this.running.screen.slice(at.screen);
  }

  /** Waits for the client's end. @returns Whether it ended within `limitMs` of idle time. */
  async endsWithin(limitMs: number): Promise<boolean> {
    return await untilIdle(() => this.pids, () => this.hasEnded || undefined, limitMs) ?? false;
  }

  async close(): Promise<void> {
    this.proxy.close();
    await this.running.stop();
    await this.network.close();
  }

  async #startWith(text: string): Promise<void> {
    await this.running.stop();
    const words = this.program.words.map((word) => word.replaceAll(TEXT, text));
    this.running = this.network.start({ ...this.program, words });
  }

  /** The reply to the client's prompt; undefined if the client prompts for a text. */
  #answerTo(typed?: string): string | undefined {
    const { asksForTextsOnly, ...setup } = this.setup;
    if (asksForTextsOnly) return undefined;
    const isConnected = this.proxy.isOpen;
    return replyToPrompt(this.#unread, {
      ...setup,
      role: "client",
      isConnected,
      ...typed !== undefined && { typed },
    });
  }

  get #unread(): string {
    return this.running.screen.slice(this.#readTo);
  }

  /** Milliseconds that its server needs beyond the usual limits. */
  get patienceMs(): number {
    return this.proxy.dial?.patienceMs?.() ?? 0;
  }

  /** The processes of the client, of its server, and of the proxies between them. */
  get pids(): number[] {
    const own = this.running.pid === 0 ? [0] : this.network.pids();
    return [...own, ...this.proxy.dial?.pids?.() ?? []];
  }

  #type(line: string): void {
    this.typedAt.push(this.proxy.passed.length);
    this.#readTo = this.running.screen.length;
    this.running.type(line);
  }
}

/** Presses Enter for the next page of an answer that is not yet shown as a whole. */
async function turnPages(
  client: SubmittedClient,
  conversion: Conversion,
  { text, received }: Pick<Exchange, "text" | "received">,
  since: number,
): Promise<void> {
  const prompt = lastOf(client.running.screen.slice(0, since));
  for (let pages = 0; pages < MAX_PAGES && !client.hasEnded && received.length > 0; pages++) {
    const { screen } = client.running;
    if (!asksForNextPage(lastOf(screen), prompt)) return;
    if (shownPart(conversion, text, received, screen.slice(since)) === "all") return;
    await client.typeLine("");
  }
}

/** Whether a program waits at a prompt that it has shown before: it is back at its menu. */
export function isAtEarlierPrompt({ screen, floods }: RunningProgram): boolean {
  const last = lastOf(screen).trim();
  const before = screen.slice(0, screen.lastIndexOf("\n") + 1);
  return !floods && last !== "" && before.split("\n").some((line) => line.startsWith(last));
}

/** The line of a screen at which the cursor is. */
function lastOf(screen: string): string {
  return screen.slice(screen.lastIndexOf("\n") + 1);
}

/** Whether a reply chooses from a menu: the choice is made again for each text. */
function isMenu(answer: string, screen: string): boolean {
  return answer.length <= 2 && screen.trim().split("\n").length > 2;
}

/** Lets the proxy accept a client's connections, if there is a server. @returns The client's port. */
async function acceptConnections(
  proxy: RecordingProxy,
  network: Network,
  { runner, port, morePorts = [] }: ClientSetup,
  hasServer: boolean,
): Promise<number> {
  const wanted = runner.sandboxed ? port : runner.port();
  if (!hasServer) return wanted;
  const end = await network.clientEnd(wanted);
  proxy.serve(end.listener, end.port);
  const more = morePorts.filter((other) => other !== end.port);
  await Promise.all(more.map(async (other) => {
    proxy.serve((await network.clientEnd(other)).listener, other);
  }));
  return end.port;
}
