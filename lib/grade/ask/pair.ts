/**
 * A server and its client, asked together: what was typed, what passed between
 * them, and what was shown. Verdicts are not passed here, see `verdicts_…`.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { alteration, alteredAnswer, alteredPartOf } from "../read/alteration.ts";
import { shownPart } from "../read/answers.ts";
import type { Conversion, PairNumber } from "../read/conversions.ts";
import type { Texts } from "../read/texts.ts";
import type { Built } from "../find/build.ts";
import { type ClientSetup, SubmittedClient } from "./submitted_client.ts";
import type { Exchange, Experiments, PairExchange } from "./exchange.ts";
import { askAlone, findClient } from "./client_search.ts";
import type { Dial, Passed } from "../sandbox/recording_proxy.ts";
import type { Runner } from "../sandbox/runner.ts";
import { readable } from "../read/readings.ts";
import { type Probe, probeServer, type RecordedRequest } from "./replay.ts";
import type { RunningProgram } from "../sandbox/running_program.ts";
import { SubmittedServer } from "./submitted_server.ts";
import { brokenProgram, type StartFailure, startServer } from "./server_search.ts";
import type { Launch } from "../find/launch.ts";
import { LaunchSearch } from "../find/launch_search.ts";

/** What a client sends after such a pause is another message. */
const STEP_GAP_MS = 100;
/** So many texts in a row without an answer are enough. */
const MAX_UNANSWERED = 2;
const END_LIMIT_MS = 1_000;

/** A server and its client. */
export class Pair {
  /** All that was asked, in order. */
  readonly exchanges: PairExchange[] = [];
  /** The server that listens, or why none does; undefined if there is no program. */
  server: SubmittedServer | StartFailure | undefined;
  /** Why the client cannot be asked. */
  clientFailure: StartFailure | undefined;
  /** The launches of the server that were tried. */
  readonly serverSearch: LaunchSearch | undefined;
  /** The launches of the client that were tried. */
  readonly clientSearch: LaunchSearch | undefined;
  /** How the client is told where its server is; undefined if it cannot be asked. */
  launch: Launch | undefined;
  /** How the grader asks the server what the client asked it. */
  recordedRequest: RecordedRequest | undefined;
  /** What came of asking the server without its client. */
  probe: Probe | undefined;
  /** What the client has shown before it was asked for a text. */
  greeting = "";
  /** What came of a text that the line made another. */
  alteredRequest: (Exchange & { became: string }) | undefined;
  /** What experiments showed of who converts; undefined if the wire shows it. */
  experiments: Experiments | undefined;
  /** What came of asking the client without its server. */
  standInExchange: Exchange | undefined;

  #opened: Promise<void> | undefined;
  #closed = false;
  #keptRuns: ReturnType<Pair["runs"]> | undefined;
  #client: SubmittedClient | undefined;
  #clients: SubmittedClient[] = [];

  /** A pair that is not asked yet. @param typedLines The lines that `lab.json` wants typed for a text. */
  constructor(
    readonly runner: Runner,
    readonly number: PairNumber,
    readonly conversion: Conversion,
    readonly serverProgram: Built | undefined,
    readonly clientProgram: Built | undefined,
    readonly texts: Texts,
    readonly typedLines?: string[],
  ) {
    this.serverSearch = serverProgram && new LaunchSearch(serverProgram, `server${number}`);
    this.clientSearch = clientProgram && new LaunchSearch(clientProgram, `client${number}`);
  }

  /** The server, if it listens. */
  get listening(): SubmittedServer | undefined {
    return this.server instanceof SubmittedServer ? this.server : undefined;
  }

  /** What has passed on the lines of its clients. */
  get passed(): Passed[][] {
    return this.#clients.map(({ proxy }) => proxy.passed);
  }

  /** What each run of one of its programs has shown. */
  runs(name: string): { screen: string; excess?: string }[] {
    const { server } = this;
    if (name.startsWith("server") && this.#keptRuns) return this.#keptRuns;
    if (name.startsWith("client")) {
      return this.#clients.map(({ running, proxy }) => shownBy(running, proxy.excess));
    }
    if (!server) return [];
    if (!(server instanceof SubmittedServer)) return [{ screen: server.screen }];
    return [...server.screens.map((screen) => ({ screen })), shownBy(server.running)];
  }

  /** Keeps what the server has shown so far: what it shows from now on is the remarks' doing. */
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
    const search = this.serverSearch!;
    this.server = brokenProgram(program) ??
      await startServer(this.runner, this.number, this.conversion, search);
  }

  /** Asks for texts of several lengths, the last with a line that changes a digit. */
  async converse(): Promise<void> {
    const { texts } = this;
    const all = [
      texts.word(9),
      texts.words(),
      texts.word(2),
      texts.sentence(),
      texts.word(7),
    ];
    const server = this.listening;
    this.clientFailure = this.clientProgram && brokenProgram(this.clientProgram);
    const canAsk = this.clientProgram !== undefined && !this.clientFailure;
    if (server && canAsk) this.#client = await findClient(this, server);
    if (server && this.#client) {
      let unanswered = 0;
      for (const [i, text] of all.entries()) {
        unanswered = await this.#askOne(server, text, i === all.length - 1) ? 0 : unanswered + 1;
        if (unanswered === MAX_UNANSWERED && !this.recordedRequest) break;
      }
      await this.#waitForTheEnd(this.#client);
      if (this.recordedRequest) await this.#askAnother(server);
    }
    if (this.exchanges.some(({ received }) => readable(received).trim() !== "")) return;
    if (server) {
      const known = this.exchanges.find(({ sent }) => sent.length > 0);
      this.probe = await probeServer(server, this.conversion, all[0], known);
    }
    if (canAsk) this.standInExchange = await askAlone(this, all[0]);
  }

  /** What a new client is started with. */
  get setup(): ClientSetup {
    return {
      runner: this.runner,
      number: this.number,
      conversion: this.conversion,
      launch: this.launch ?? { ...this.clientProgram!, given: [] },
      host: this.number === 1 ? "127.0.0.1" : this.runner.eth1 ?? "127.0.0.1",
      port: this.listening?.where.port ?? this.runner.port(),
      ...this.typedLines && { typedLines: this.typedLines },
    };
  }

  /** Starts another client, by the way that is known or another. */
  async startClient(
    server: Dial | undefined | null,
    launch = this.launch,
    morePorts: number[] = [],
  ): Promise<SubmittedClient> {
    const client = await SubmittedClient.start({
      ...this.setup,
      ...launch && { launch },
      morePorts,
    }, server);
    this.#clients.push(client);
    if (this.#closed) await client.close();
    else await client.waitUntilReady();
    return client;
  }

  /** Whether a client is at work. */
  get isTalking(): boolean {
    return this.#client !== undefined && !this.#client.hasEnded;
  }

  /** The client at work, or a new one. */
  async currentClient(server: SubmittedServer | undefined): Promise<SubmittedClient> {
    if (this.#client && !this.#client.hasEnded) return this.#client;
    return this.#client = await this.startClient(server ? server.dial : null);
  }

  /** Ends the client at work. */
  async closeClient(): Promise<void> {
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
  async #askAnother(server: SubmittedServer): Promise<void> {
    const { conversion } = this;
    const text = this.texts.word(8);
    const typed = conversion.typed(text);
    const became = conversion.textOf(conversion.alterTyped(typed));
    if (conversion.answer(became) === conversion.answer(text)) return; // it would show nothing
    if (this.#client?.hasEnded) await this.closeClient();
    if (!this.#client && !await server.ensureListening()) return;
    const client = await this.currentClient(server);
    const { alter, changed } = alteration(typed, conversion.alterTyped(typed), true);
    client.proxy.alter = { request: alter };
    const exchange = await client.ask(text);
    client.proxy.alter = {};
    if (changed() !== undefined && exchange.answered) this.alteredRequest = { ...exchange, became };
    if (exchange.answered) return;
    await this.closeClient();
    await server.restart();
  }

  /** Some clients show all their answers when they are left. */
  async #waitForTheEnd(client: SubmittedClient | undefined): Promise<void> {
    const answered = this.exchanges.filter((e) => e.answered);
    const isShown = (e: PairExchange) =>
      shownPart(this.conversion, e.text, e.received, e.shown) !== "none";
    if (!client || client.hasEnded || answered.length === 0 || answered.some(isShown)) return;
    const since = client.running.screen.length;
    await client.typeLine("quit");
    client.running.ctrlD();
    await client.running.endsWithin(END_LIMIT_MS);
    for (const e of answered) e.shown += client.running.screen.slice(since);
  }

  /** @returns Whether there was an answer. */
  async #askOne(server: SubmittedServer, text: string, last: boolean): Promise<boolean> {
    if (this.#client?.hasEnded) await this.closeClient();
    const isNew = this.#client === undefined;
    if (isNew && !await server.ensureListening()) return false;
    const client = await this.currentClient(server);
    if (this.exchanges.length === 0) this.greeting = client.running.screen;
    const mark = alteredPartOf(this.conversion, text);
    const altering = last ? alteration(mark, this.conversion.alterPart(mark)) : undefined;
    client.proxy.alter = { ...altering && { reply: altering.alter } };
    const exchange = await client.ask(text);
    client.proxy.alter = {};
    const first = isNew || this.exchanges.length === 0;
    const cutShort = server.running.excess !== undefined;
    const altered = altering?.changed() !== undefined && {
      altered: alteredAnswer(this.conversion, text),
      alteredReply: altering.passed(),
    };
    this.exchanges.push({ ...exchange, first, cutShort, ...altered });
    if (exchange.answered) {
      this.recordedRequest ??= recipeOf(client, exchange);
    } else {
      await this.closeClient();
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

/** What a client sent from its connection's beginning to its first answer. */
function recipeOf(client: SubmittedClient, exchange: Exchange): RecordedRequest | undefined {
  const { passed } = client.proxy;
  const asked = passed.findIndex(({ what }, i) => i >= exchange.since && what === "request");
  const at = passed.findIndex(({ what }, i) => i > asked && what === "reply");
  if (asked < 0 || at < 0) return undefined;
  const { connection } = passed[asked];
  const before = passed.filter((one, i) => one.connection === connection && i < at);
  const steps: Uint8Array<ArrayBuffer>[] = [];
  let lastAt = -Infinity;
  for (const { what, bytes, at } of before) {
    if (what !== "request") continue;
    if (at - lastAt > STEP_GAP_MS) steps.push(bytes);
    else steps.push(concat([steps.pop()!, bytes]));
    lastAt = at;
  }
  return { steps, text: exchange.text, ends: before.some(({ what }) => what === "close") };
}
