/**
 * A server and its client, asked together: what was typed, what passed between
 * them, and what was shown. Verdicts are not passed here, see `verdicts_…`.
 *
 * @module
 */
import { alteration, markOf, otherAnswer } from "../read/alteration.ts";
import { shownPart } from "../read/answers.ts";
import type { Conversion, PairNumber } from "../read/conversions.ts";
import type { Texts } from "../read/texts.ts";
import type { Built } from "../find/build.ts";
import { Client, type ClientSetup } from "./submitted_client.ts";
import type { Asked, Exchange, Experiments } from "./exchange.ts";
import { askAlone, findClient } from "./client_search.ts";
import type { Dial, Passed } from "../sandbox/recording_proxy.ts";
import type { Runner } from "../sandbox/runner.ts";
import { readable } from "../read/readings.ts";
import { type Probe, probeServer, type Recipe, recipeOf } from "./replay.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { Server } from "./submitted_server.ts";
import { brokenProgram, type StartFailure, startServer } from "./server_search.ts";
import type { Launch } from "../find/launch.ts";
import { LaunchSearch } from "../find/launch_search.ts";

/** So many texts in a row without an answer are enough. */
const MAX_UNANSWERED = 2;
const END_LIMIT_MS = 1_000;

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
  /** What came of asking the client without its server. */
  stoodIn: Exchange | undefined;

  #opened: Promise<void> | undefined;
  #talked: Promise<void> | undefined;
  #conversed: Promise<void> | undefined;
  #typedTexts: string[] = [];
  #closed = false;
  #keptRuns: ReturnType<Pair["runs"]> | undefined;
  #client: Client | undefined;
  #clients: Client[] = [];

  /** A pair that is not asked yet. @param type The lines that `lab.json` wants typed for a text. */
  constructor(
    readonly runner: Runner,
    readonly kind: PairNumber,
    readonly conversion: Conversion,
    public serverProgram: Built | undefined,
    public clientProgram: Built | undefined,
    readonly texts: Texts,
    readonly type?: string[],
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

  /** Asks for texts of several lengths, the last with a line that changes a digit; once. */
  talk(): Promise<void> {
    return this.#talked ??= this.#talk();
  }

  /** Asks as {@linkcode talk} does; without an answer, server and client are asked alone. */
  converse(): Promise<void> {
    return this.#conversed ??= this.#converse();
  }

  async #converse(): Promise<void> {
    await this.talk();
    if (this.asked.some(({ received }) => readable(received).trim() !== "")) return;
    const text = this.#typedTexts[0];
    if (this.listening) {
      const known = this.asked.find(({ sent }) => sent.length > 0);
      this.probe = await probeServer(this.listening, this.conversion, text, known);
    }
    if (this.#canAsk) this.stoodIn = await askAlone(this, text);
  }

  get #canAsk(): boolean {
    return this.clientProgram !== undefined && brokenProgram(this.clientProgram) === undefined;
  }

  async #talk(): Promise<void> {
    const { texts } = this;
    this.#typedTexts = [
      texts.word(9),
      texts.words(),
      texts.word(2),
      texts.sentence(),
      texts.word(7),
    ];
    const all = this.#typedTexts;
    const server = this.listening;
    this.clientFailure = this.clientProgram && brokenProgram(this.clientProgram);
    if (!server || !this.#canAsk) return;
    this.#client = await findClient(this, server);
    if (!this.#client) return;
    let unanswered = 0;
    for (const [i, text] of all.entries()) {
      unanswered = await this.#askOne(server, text, i === all.length - 1) ? 0 : unanswered + 1;
      if (unanswered === MAX_UNANSWERED && !this.recipe) break;
    }
    await this.#waitForTheEnd(this.#client);
    if (this.recipe) await this.#askAnother(server);
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
    return this.#client !== undefined && !this.#client.over;
  }

  /** The client at work, or a new one. */
  async current(server: Server | undefined): Promise<Client> {
    if (this.#client && !this.#client.over) return this.#client;
    return this.#client = await this.startClient(server ? server.dial : null);
  }

  /** Ends the client at work. */
  async drop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.listening?.close();
  }

  /** One more text, which becomes another on its way: the server can answer that one alone. */
  async #askAnother(server: Server): Promise<void> {
    const { conversion } = this;
    const text = this.texts.word(8);
    const typed = conversion.typed(text);
    const became = conversion.textOf(conversion.changeTyped(typed));
    if (conversion.answer(became) === conversion.answer(text)) return; // it would show nothing
    if (this.#client?.over) await this.drop();
    if (!this.#client && !await server.ensure()) return;
    const client = await this.current(server);
    const { alter, changed } = alteration(typed, conversion.changeTyped(typed), true);
    client.line.alter = { request: alter };
    const exchange = await client.ask(text);
    client.line.alter = {};
    if (changed() !== undefined && exchange.answered) this.another = { ...exchange, became };
    if (exchange.answered) return;
    await this.drop();
    await server.restart();
  }

  /** Some clients show all their answers when they are left. */
  async #waitForTheEnd(client: Client | undefined): Promise<void> {
    const answered = this.asked.filter((e) => e.answered);
    const isShown = (e: Asked) =>
      shownPart(this.conversion, e.text, e.received, e.shown) !== "none";
    if (!client || client.over || answered.length === 0 || answered.some(isShown)) return;
    const since = client.running.screen.length;
    await client.say("quit");
    client.running.ctrlD();
    await client.running.endsWithin(END_LIMIT_MS);
    for (const e of answered) e.shown += client.running.screen.slice(since);
  }

  /** @returns Whether there was an answer. */
  async #askOne(server: Server, text: string, last: boolean): Promise<boolean> {
    if (this.#client?.over) await this.drop();
    const isNew = this.#client === undefined;
    if (isNew && !await server.ensure()) return false;
    const client = await this.current(server);
    if (this.asked.length === 0) this.greeting = client.running.screen;
    const mark = markOf(this.conversion, text);
    const altering = last ? alteration(mark, this.conversion.changeMark(mark)) : undefined;
    client.line.alter = { ...altering && { reply: altering.alter } };
    const exchange = await client.ask(text);
    client.line.alter = {};
    const first = isNew || this.asked.length === 0;
    const cutShort = server.running.excess !== undefined;
    const altered = altering?.changed() !== undefined && {
      altered: otherAnswer(this.conversion, text),
      alteredReply: altering.passed(),
    };
    this.asked.push({ ...exchange, first, cutShort, ...altered });
    if (exchange.answered) {
      this.recipe ??= recipeOf(client.line.passed, exchange);
    } else {
      await this.drop();
      await server.restart();
    }
    return exchange.answered;
  }
}

function shownBy(
  { screen, excess, floods }: RunningProgram,
  opened?: string,
): { screen: string; excess?: string } {
  const too = excess ?? opened ?? (floods ? "shows more than anybody reads" : undefined);
  return { screen, ...too !== undefined && { excess: too } };
}
