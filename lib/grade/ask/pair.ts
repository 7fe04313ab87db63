/**
 * A server and its client, with the record of all exchanges. `conversation.ts` asks them,
 * `judge/verdicts_…` judges them.
 *
 * @module
 */
import { MIN_LETTERS } from "../read/answers.ts";
import type { Conversion } from "../read/conversions.ts";
import type { PairNumber, RemarkId } from "../results/questions.ts";
import type { Texts } from "../read/texts.ts";
import type { Built } from "../find/build.ts";
import { type ClientSetup, SubmittedClient } from "./submitted_client.ts";
import type { Exchange, Experiments, PairExchange } from "./exchange.ts";
import type { Dial, Passed } from "../sandbox/recording_proxy.ts";
import type { Runner } from "../sandbox/runner.ts";
import type { Probe, RecordedRequest } from "./replay.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { type ServerSetup, SubmittedServer } from "./submitted_server.ts";
import { startServer } from "./server_search.ts";
import { brokenProgram, type StartFailure } from "./start_failure.ts";
import type { SearchTime } from "./search_time.ts";
import { type Launch, TEXT } from "../find/launch.ts";
import { LaunchSearch } from "../find/launch_search.ts";
import { portsIn } from "../find/partners.ts";

/** The most characters that are typed beside a text: a command such as `convert`. */
const MAX_COMMAND_CHARS = 40;

/** One run of a program: its screen, its exit code if it has ended, and the limit that it exceeded. */
interface Run {
  screen: string;
  exit?: number;
  excess?: string;
}

/** A server and its client. */
export class Pair {
  readonly exchanges: PairExchange[] = [];
  /** The server that listens, or why it does not; undefined if there is no program. */
  server: SubmittedServer | StartFailure | undefined;
  /** Why the client cannot be asked. */
  clientFailure: StartFailure | undefined;
  readonly serverSearch: LaunchSearch | undefined;
  readonly clientSearch: LaunchSearch | undefined;
  /** The client's launch; undefined if none is found. */
  clientLaunch: Launch | undefined;
  /** Why there is no client, as a sentence, if one was left out. */
  noClient: string | undefined;
  /** The port that the client calls, if its launch does not set it. */
  calledPort: number | undefined;
  recordedRequest: RecordedRequest | undefined;
  /** The server's answer to the grader itself, where the client could not ask. */
  probe: Probe | undefined;
  /** The client's screen before the first text. */
  greeting = "";
  alteredRequest: (Exchange & { became: string }) | undefined;
  /** The experiments on which program converts; undefined if the bytes show it. */
  experiments: Experiments | undefined;
  /** The server's answer to a longer text, which the grader sends in the frame of a recorded request. */
  longProbe: Probe | undefined;
  /** Whether the client's prompts ask for texts, whatever they look like. */
  asksForTextsOnly = false;
  /** Whether the server answers a client only once a second one has connected. */
  needsTwoClients = false;
  /** Whether the client sends a text only once the next line is typed. */
  sendsLate = false;
  /** Whether the client asks its server without a typed line. */
  asksUnprompted = false;
  /** Whether the client shows all answers when its input ends, and none before. */
  showsAtEnd = false;
  client: SubmittedClient | undefined;
  /** The remarks whose experiment was made, whether the programs passed or not. */
  readonly tested = new Set<RemarkId>();
  /** The client's exchange with the grader's stand-in. */
  standInExchange: Exchange | undefined;

  /** Settles once its texts have been asked for; undefined before. */
  talked: Promise<void> | undefined;

  #opened: Promise<void> | undefined;
  #closed = false;
  #keptRuns: ReturnType<Pair["runs"]> | undefined;
  #clients: SubmittedClient[] = [];

  /**
   * A pair that is not started.
   *
   * @param typedLines The lines to type for a text, from `lab.json`.
   * @param searchTime The time limit that the searches for both launches share.
   */
  constructor(
    readonly runner: Runner,
    readonly number: PairNumber,
    readonly conversion: Conversion,
    public serverProgram: Built | undefined,
    public clientProgram: Built | undefined,
    readonly texts: Texts,
    public typedLines: string[] | undefined,
    readonly searchTime: SearchTime,
  ) {
    this.serverSearch = serverProgram && new LaunchSearch(serverProgram, `server${number}`);
    this.clientSearch = clientProgram && new LaunchSearch(clientProgram, `client${number}`);
  }

  get listening(): SubmittedServer | undefined {
    return this.server instanceof SubmittedServer ? this.server : undefined;
  }

  get passed(): Passed[][] {
    return this.#clients.map(({ proxy }) => proxy.passed);
  }

  runs(name: string): Run[] {
    const { server } = this;
    if (name.startsWith("server") && this.#keptRuns) return this.#keptRuns;
    if (name.startsWith("client")) {
      return this.#clients.map(({ running, proxy }) => shownBy(running, proxy.excess));
    }
    if (!server) return [];
    if (!(server instanceof SubmittedServer)) return [{ screen: server.screen }];
    return [...server.earlier, shownBy(server.running)];
  }

  /** The lines that were typed for a text, with `{text}` in its place; undefined if none was typed. */
  get linesForText(): string[] | undefined {
    const runs = this.#clients.map(({ running }) => running.typed);
    return linesForText(runs, this.exchanges.map(({ typed }) => typed));
  }

  /** Keeps the server's runs so far: later output comes from the tests of the remarks. */
  keepRuns(): void {
    this.#keptRuns = this.runs(`server${this.number}`);
  }

  /** Starts the server, once. */
  open(): Promise<void> {
    return this.#opened ??= this.#open();
  }

  async #open(): Promise<void> {
    const program = this.serverProgram;
    if (!program) return;
    this.server = brokenProgram(program) ??
      await this.searchTime.during(() =>
        startServer(this.runner, this.serverSetup, this.serverSearch!, this.searchTime)
      );
  }

  /** The settings of the server. */
  get serverSetup(): ServerSetup {
    const { number, conversion, host, clientProgram } = this;
    const { source = "", ports = [] } = clientProgram ?? {};
    return { number, conversion, host, calledPorts: portsIn([source]), clientPorts: ports };
  }

  /** The address that the assignment wants for the server. */
  get host(): string {
    return this.number === 1 ? "127.0.0.1" : this.runner.eth1 ?? "127.0.0.1";
  }

  get setup(): ClientSetup {
    return {
      runner: this.runner,
      number: this.number,
      conversion: this.conversion,
      launch: this.clientLaunch ?? { ...this.clientProgram!, given: [] },
      host: this.host,
      port: this.calledPort ?? this.listening?.where.port ?? this.runner.port(),
      ...this.clientProgram?.credentials && { credentials: this.clientProgram.credentials },
      searchTime: this.searchTime,
      ...this.typedLines && { typedLines: this.typedLines },
      asksForTextsOnly: this.asksForTextsOnly,
      ...this.greeting !== "" && { greeting: this.greeting },
    };
  }

  /** Starts another client, with the known launch or with another one, and with other settings. */
  async startClient(
    server: Dial | undefined | null,
    launch = this.clientLaunch,
    other: Partial<ClientSetup> = {},
  ): Promise<SubmittedClient> {
    const setup = { ...this.setup, ...launch && { launch }, ...other };
    const client = await SubmittedClient.start(setup, server);
    this.#clients.push(client);
    if (this.#closed) await client.close();
    else await client.waitUntilReady();
    return client;
  }

  get isTalking(): boolean {
    return this.client !== undefined && !this.client.hasEnded;
  }

  async currentClient(server: SubmittedServer | undefined): Promise<SubmittedClient> {
    if (this.client && !this.client.hasEnded) return this.client;
    return this.client = await this.startClient(server ? server.dial : null);
  }

  async closeClient(): Promise<void> {
    await this.client?.close();
    this.client = undefined;
  }

  /** Ends client and server. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.listening?.close();
  }
}

/** What {@linkcode Pair.linesForText} gives for the lines of each run of a client. */
export function linesForText(runs: readonly (readonly string[])[], texts: string[]) {
  for (const typed of runs.toReversed()) { // the first runs find out what to type
    for (const [at, line] of typed.entries()) {
      // A longer line is an unusual text of a remark, and holds the text by chance.
      const text = texts.find((one) =>
        line.length <= one.length + MAX_COMMAND_CHARS && isTypedIn(line, one)
      );
      if (text) return [...typed.slice(0, at), line.replace(text, TEXT)];
    }
  }
  return undefined;
}

/** Whether a line is a text with a command around it: another text may hold a short text by chance. */
function isTypedIn(line: string, text: string): boolean {
  const [before, ...after] = line.split(text);
  const isApart = !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after.join(text));
  return after.length > 0 && (text.length >= MIN_LETTERS || isApart);
}

function shownBy({ screen, exit, excess, floods }: RunningProgram, opened?: string): Run {
  const too = excess ?? opened ?? (floods ? "prints without end" : undefined);
  return { screen, ...exit !== undefined && { exit }, ...too !== undefined && { excess: too } };
}
