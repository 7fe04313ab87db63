/**
 * A server and its client, and what is known of them: what was typed, what passed between
 * them, and what was shown. `conversation.ts` asks them, `judge/verdicts_…` judges them.
 *
 * @module
 */
import type { Conversion, PairNumber } from "../read/conversions.ts";
import type { Texts } from "../read/texts.ts";
import type { Built } from "../find/build.ts";
import { Client, type ClientSetup } from "./submitted_client.ts";
import type { Asked, Exchange, Experiments } from "./exchange.ts";
import type { Dial, Passed } from "../sandbox/recording_proxy.ts";
import type { Runner } from "../sandbox/runner.ts";
import type { Probe, Recipe } from "./replay.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { Server } from "./submitted_server.ts";
import { brokenProgram, type StartFailure, startServer } from "./server_search.ts";
import type { Launch } from "../find/launch.ts";
import { LaunchSearch } from "../find/launch_search.ts";

/** A server and its client. */
export class Pair {
  /** All that was asked, in order. */
  readonly asked: Asked[] = [];
  /** The server that listens, or why none does; undefined if there is no program. */
  server: Server | StartFailure | undefined;
  /** Why the client cannot be asked. */
  clientFailure: StartFailure | undefined;
  /** The launches of the server that were tried. */
  readonly serverSearch: LaunchSearch | undefined;
  /** The launches of the client that were tried. */
  readonly clientSearch: LaunchSearch | undefined;
  /** How the client is told where its server is; undefined if it cannot be asked. */
  way: Launch | undefined;
  /** How the grader asks the server what the client asked it. */
  recipe: Recipe | undefined;
  /** What came of asking the server without its client. */
  probe: Probe | undefined;
  /** What the client has shown before it was asked for a text. */
  greeting = "";
  /** What came of a text that the line made another. */
  another: (Exchange & { became: string }) | undefined;
  /** What experiments showed of who converts; undefined if the wire shows it. */
  experiments: Experiments | undefined;
  /** What the server answers to a long text that its client cuts off; undefined if it cuts none. */
  whole: Probe | undefined;
  /** Settles when the pair was asked for all texts; undefined if that has not begun. */
  conversed: Promise<void> | undefined;
  /** The client at work. */
  client: Client | undefined;
  /** What came of asking the client without its server. */
  stoodIn: Exchange | undefined;

  #opened: Promise<void> | undefined;
  #closed = false;
  #keptRuns: ReturnType<Pair["runs"]> | undefined;
  #clients: Client[] = [];

  /** A pair that is not asked yet. @param type The lines that `lab.json` wants typed for a text. */
  constructor(
    readonly runner: Runner,
    readonly kind: PairNumber,
    readonly conversion: Conversion,
    readonly serverProgram: Built | undefined,
    readonly clientProgram: Built | undefined,
    readonly texts: Texts,
    public type?: string[],
  ) {
    this.serverSearch = serverProgram && new LaunchSearch(serverProgram, `server${kind}`);
    this.clientSearch = clientProgram && new LaunchSearch(clientProgram, `client${kind}`);
  }

  /** The server, if it listens. */
  get listening(): Server | undefined {
    return this.server instanceof Server ? this.server : undefined;
  }

  /** What has passed on the lines of its clients. */
  get passed(): Passed[][] {
    return this.#clients.map(({ line }) => line.passed);
  }

  /** What each run of one of its programs has shown. */
  runs(name: string): { screen: string; excess?: string }[] {
    const { server } = this;
    if (name.startsWith("server") && this.#keptRuns) return this.#keptRuns;
    if (name.startsWith("client")) {
      return this.#clients.map(({ running, line }) => shownBy(running, line.excess));
    }
    if (!server) return [];
    if (!(server instanceof Server)) return [{ screen: server.screen }];
    return [...server.screens.map((screen) => ({ screen })), shownBy(server.running)];
  }

  /** Keeps what the server has shown so far: what it shows from now on is the remarks' doing. */
  keepRuns(): void {
    this.#keptRuns = this.runs(`server${this.kind}`);
  }

  /** Starts the server, once. */
  open(): Promise<void> {
    return this.#opened ??= this.#open();
  }

  async #open(): Promise<void> {
    const program = this.serverProgram;
    if (!program) return;
    const search = this.serverSearch!;
    this.server = brokenProgram(program) ??
      await startServer(this.runner, this.kind, this.conversion, search);
  }

  /** What a new client is started with. */
  get setup(): ClientSetup {
    return {
      runner: this.runner,
      kind: this.kind,
      conversion: this.conversion,
      way: this.way ?? { ...this.clientProgram!, given: [] },
      host: this.kind === 1 ? "127.0.0.1" : this.runner.eth1 ?? "127.0.0.1",
      port: this.listening?.where.port ?? this.runner.port(),
      ...this.type && { type: this.type },
      ...this.greeting !== "" && { greeting: this.greeting },
    };
  }

  /** Starts another client, by the way that is known or another. */
  async startClient(
    server: Dial | undefined | null,
    way = this.way,
    morePorts: number[] = [],
  ): Promise<Client> {
    const client = await Client.start({ ...this.setup, ...way && { way }, morePorts }, server);
    this.#clients.push(client);
    if (this.#closed) await client.close();
    else await client.ready();
    return client;
  }

  /** Whether a client is at work. */
  get isTalking(): boolean {
    return this.client !== undefined && !this.client.over;
  }

  /** The client at work, or a new one. */
  async current(server: Server | undefined): Promise<Client> {
    if (this.client && !this.client.over) return this.client;
    return this.client = await this.startClient(server ? server.dial : null);
  }

  /** Ends the client at work. */
  async drop(): Promise<void> {
    await this.client?.close();
    this.client = undefined;
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.listening?.close();
  }
}

function shownBy(
  { screen, excess, floods }: RunningProgram,
  opened?: string,
): { screen: string; excess?: string } {
  const too = excess ?? opened ?? (floods ? "shows more than anybody reads" : undefined);
  return { screen, ...too !== undefined && { excess: too } };
}
