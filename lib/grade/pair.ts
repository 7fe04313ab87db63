/**
 * A server and its client, asked together: what was typed, what passed between
 * them, what was shown, and how they take their leave. Verdicts are not passed
 * here, see `verdicts_…`.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { alteration, type Kind, type Texts } from "./answers.ts";
import { Client, type ClientSetup, type Exchange } from "./client.ts";
import type { Built } from "./build.ts";
import { missingThing } from "./build.ts";
import type { Dial, Passed } from "./line.ts";
import { type Probe, probeServer, type Recipe, replay } from "./replay.ts";
import { type NoServer, Server, startServer } from "./server.ts";
import type { Place } from "./place.ts";
import type { Running } from "./running.ts";
import { standIn } from "./stand_in.ts";
import { lastLine, stackTrace } from "./traces.ts";
import { pause } from "./waiting.ts";
import { type Way, waysToTell } from "./ways.ts";

/** A second client that is not answered in this time has to wait. */
const SECOND_LIMIT_MS = 1_200;
const LEAVE_LIMIT_MS = 2_500;
const ASTRAY_LIMIT_MS = 3_000;
/** A server that ends with its client does so in this time. */
const FOLLOW_MS = 300;
/** What a client sends after such a pause is another message. */
const STEP_GAP_MS = 100;

/** An exchange, and where it stood. */
export interface Asked extends Exchange {
  /** Whether it was the first of its run. */
  first: boolean;
}

/** What happened when a client was told to end. */
export interface Leaving {
  /** Whether the client ended. */
  ended: boolean;
  /** The error of its stack trace, if it ended in one. */
  trace?: string;
  /** What it showed after Ctrl+D. */
  shown: string;
  /** What the server did then. */
  server: "ended" | "serves on" | "dead";
}

/** What happened with two clients at once. */
export interface Together {
  /** How the second fared. */
  second: "served" | "waits" | "refused";
  /** Whether the first was answered after the second had come. */
  firstServed: boolean;
  /** Whether the second was answered once the first had left. */
  servedLater: boolean;
  /** What the first was asked. */
  first?: Exchange;
}

/** What happened where nobody listens. */
export interface Astray {
  /** Whether the client ended. */
  ended: boolean;
  /** The error of its stack trace. */
  trace?: string;
  /** What it showed. */
  shown: string;
}

/** A server and its client. */
export class Pair {
  /** All that was asked, in order. */
  readonly asked: Asked[] = [];
  /** The server that listens, or why none does; undefined if there is no program. */
  server: Server | NoServer | undefined;
  /** Why the client cannot be asked; undefined if it can. */
  clientTrouble: { why: string; missing: boolean; screen: string } | undefined;
  /** How the client is told where its server is; undefined if it cannot be asked. */
  way: Way | undefined;
  /** How the grader asks the server what the client asked it. */
  recipe: Recipe | undefined;
  /** What came of asking the server without its client. */
  probe: Probe | undefined;
  /** What came of asking the client without its server. */
  stoodIn: Exchange | undefined;

  #closed = false;
  #client: Client | undefined;
  #clients: Client[] = [];

  /**
   * @param type The lines that `lab.json` wants typed for a text.
   */
  constructor(
    readonly place: Place,
    readonly kind: Kind,
    readonly serverProgram: Built | undefined,
    readonly clientProgram: Built | undefined,
    readonly texts: Texts,
    readonly type?: string[],
  ) {}

  /** The server, if it listens. */
  get listening(): Server | undefined {
    return this.server instanceof Server ? this.server : undefined;
  }

  /** Starts the server. */
  async open(): Promise<void> {
    const program = this.serverProgram;
    if (!program) return;
    this.server = program.broken !== undefined
      ? { why: program.broken, screen: "", missing: program.missing ?? false }
      : await startServer(this.place, program, this.kind);
  }

  /** Asks for texts of several lengths, the last with a line that changes a digit. */
  async converse(): Promise<void> {
    const { texts } = this;
    const all = [
      texts.word(9),
      `${texts.word(4)} ${texts.word(6)}`,
      texts.word(2),
      `${texts.word(5)} ${texts.word(9)} ${texts.word(10)}`,
      texts.word(7),
    ];
    const server = this.listening;
    if (server && this.clientProgram && await this.#findClient(server)) {
      let failures = 0;
      for (const [i, text] of all.entries()) {
        const e = await this.#askOne(server, text, i === all.length - 1);
        failures = e?.answered ? 0 : failures + 1;
        if (failures > 1 && !this.asked.some(({ answered }) => answered)) break;
      }
    } else if (!server && this.clientProgram) {
      await this.#standIn(all[0]);
    }
    if (this.asked.some(({ answered }) => answered)) return;
    if (server) {
      const sent = this.asked.find(({ sent }) => sent.length > 0);
      this.probe = await probeServer(server, this.kind, all[0], sent);
      if (this.way) await this.#standIn(all[0]);
    }
  }

  /** What a new client is started with. */
  get setup(): ClientSetup {
    const port = this.listening?.where.port ?? this.place.port();
    const host = this.kind === 1 ? "127.0.0.1" : this.place.eth1 ?? "127.0.0.1";
    return {
      place: this.place,
      kind: this.kind,
      program: this.clientProgram!,
      way: this.way ?? ((program) => program),
      host,
      port,
      ...this.type && { type: this.type },
    };
  }

  /** Starts another client. */
  async startClient(server: Dial | undefined | null, terminal = true): Promise<Client> {
    const client = await Client.start(this.setup, server, terminal);
    this.#clients.push(client);
    if (this.#closed) await client.close();
    return client;
  }

  /** Two clients at once, the first the one that was asked before if it is still there. */
  async together(): Promise<Together | undefined> {
    const server = this.listening;
    if (!server || !this.way || !await server.ensure()) return undefined;
    if (this.asked.some(({ first, answered }) => !first && !answered)) {
      await this.#drop(); // with the second message unanswered, both have had their say
      await server.restart();
    }
    const first = await this.#current(server);
    const second = await this.startClient(server.dial);
    await second.ready();
    const wasOver = first.over;
    const asked = second.over ? undefined : await second.ask(this.texts.word(6), SECOND_LIMIT_MS);
    const again = first.over ? undefined : await first.ask(this.texts.word(8));
    const together: Together = {
      second: asked?.answered ? "served" : second.over ? "refused" : "waits",
      firstServed: !wasOver && (again?.answered ?? false),
      servedLater: false,
      ...again && { first: again },
    };
    this.#second = second;
    return together;
  }

  #second: Client | undefined;

  /** The client that is there, or a new one, is told to end by Ctrl+D. */
  async leave(together: Together | undefined): Promise<Leaving | undefined> {
    if (!this.way) return undefined;
    const server = this.listening;
    if (server) await server.ensure();
    const client = await this.#current(server);
    const since = client.running.screen.length;
    client.running.ctrlD();
    const ended = await client.running.endsWithin(LEAVE_LIMIT_MS);
    const shown = client.running.screen.slice(since);
    const trace = stackTrace(shown, client.running.exit);
    const leaving: Leaving = {
      ended: ended && client.running.excess === undefined,
      ...trace !== undefined && { trace },
      shown,
      server: "ended",
    };
    await client.close();
    this.#client = undefined;
    if (server) leaving.server = await this.#afterwards(server, together);
    await this.#second?.close();
    this.#second = undefined;
    return leaving;
  }

  /** The client where nobody listens. */
  async astray(): Promise<Astray | undefined> {
    if (!this.way) return undefined;
    const client = await this.startClient(null);
    await client.ready();
    if (!client.over) await client.ask(this.texts.word(5), ASTRAY_LIMIT_MS);
    const ended = await client.running.endsWithin(ASTRAY_LIMIT_MS);
    const shown = client.running.screen;
    const trace = stackTrace(shown, client.running.exit);
    await client.close();
    return { ended, ...trace !== undefined && { trace }, shown };
  }

  /** What has passed on the lines of its clients. */
  get passed(): Passed[][] {
    return this.#clients.map(({ line }) => line.passed);
  }

  /** What each run of one of its programs has shown. */
  runs(name: string): { screen: string; excess?: string }[] {
    const { server } = this;
    if (name.startsWith("client")) return this.#clients.map(({ running }) => shownBy(running));
    if (!server) return [];
    if (!(server instanceof Server)) return [{ screen: server.screen }];
    return [...server.screens.map((screen) => ({ screen })), shownBy(server.running)];
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.listening?.close();
  }

  /** The client at work, or a new one. */
  async #current(server: Server | undefined): Promise<Client> {
    if (this.#client && !this.#client.over) return this.#client;
    const client = await this.startClient(server ? server.dial : null);
    await client.ready();
    return this.#client = client;
  }

  async #askOne(server: Server, text: string, last: boolean): Promise<Asked | undefined> {
    if (this.#client?.over) await this.#drop();
    const isNew = this.#client === undefined;
    if (isNew && !await server.ensure()) return undefined;
    const client = await this.#current(server);
    const first = isNew || this.asked.length === 0;
    const altering = last ? alteration(this.kind, text) : undefined;
    client.line.alter = altering?.alter;
    const exchange = await client.ask(text);
    client.line.alter = undefined;
    const altered = altering?.changed();
    this.asked.push({ ...exchange, first, ...altered !== undefined && { altered } });
    if (exchange.answered) this.recipe ??= recipeOf(client, exchange);
    else {
      await this.#drop();
      await server.restart();
    }
    return this.asked.at(-1);
  }

  async #drop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }

  /** Finds what a client must be told, with its connections held until it is known. */
  async #findClient(server: Server): Promise<boolean> {
    const program = this.clientProgram!;
    if (program.broken !== undefined) {
      this.clientTrouble = { why: program.broken, missing: program.missing ?? false, screen: "" };
      return false;
    }
    const ways = waysToTell(program);
    const tryOne = async (way: Way) => {
      this.way = way;
      const client = await this.startClient(undefined);
      await client.ready();
      return { way, client };
    };
    const tried = [await tryOne(ways[0])];
    const usable = ({ client }: { client: Client }) =>
      client.line.count > 0 || (!client.over && client.running.screen.trim() !== "");
    if (!usable(tried[0])) tried.push(...await Promise.all(ways.slice(1).map(tryOne)));
    const won = tried.find(({ client }) => client.line.count > 0) ?? tried.find(usable) ??
      tried.find(({ client }) => !client.over);
    for (const one of tried) if (one !== won) await one.client.close();
    this.way = won?.way;
    if (won) {
      won.client.line.connectTo(server.dial);
      await won.client.ready(); // a greeting may come now
      this.#client = won.client;
      return true;
    }
    const { screen, exit } = tried[0].client.running;
    const missing = missingThing(screen);
    this.clientTrouble = {
      why: missing ?? stackTrace(screen, exit) ?? (lastLine(screen) || "it ends at once"),
      missing: missing !== undefined,
      screen,
    };
    return false;
  }

  /** The client alone: what it asks is answered by the grader, in the client's own manner. */
  async #standIn(text: string): Promise<void> {
    const program = this.clientProgram!;
    if (program.broken !== undefined) {
      this.clientTrouble = { why: program.broken, missing: program.missing ?? false, screen: "" };
      return;
    }
    const place = await standIn(this.kind, text);
    try {
      for (const way of waysToTell(program)) {
        this.way = way;
        const client = await this.startClient(place.dial);
        await client.ready();
        if (client.over && client.line.count === 0) {
          await client.close();
          continue;
        }
        this.stoodIn = await client.ask(text);
        await client.close();
        return;
      }
      this.way = undefined;
      this.clientTrouble = { why: "it does not connect", missing: false, screen: "" };
    } finally {
      place.close();
    }
  }

  /** What the server does once its client has gone. */
  async #afterwards(
    server: Server,
    together: Together | undefined,
  ): Promise<Leaving["server"]> {
    await pause(FOLLOW_MS);
    if (server.running.excess !== undefined) return "dead";
    if (!server.alive) return "ended";
    const second = this.#second;
    if (second && together?.second === "waits") {
      const waited = () => second.line.bytes("reply").length > 0;
      for (let i = 0; i < 150 && !waited() && !second.over; i++) await pause(10);
      together.servedLater = waited();
    }
    if (second) {
      second.running.ctrlD();
      await second.running.endsWithin(FOLLOW_MS);
      await second.close();
    }
    if (together?.servedLater) return "serves on";
    if (!server.alive) return "ended";
    if (!this.recipe) return "serves on";
    const answer = await replay(server.dial, this.recipe);
    if (answer.length > 0) return "serves on";
    await pause(FOLLOW_MS);
    return server.alive || server.running.excess !== undefined ? "dead" : "ended";
  }
}

function shownBy({ screen, excess }: Running): { screen: string; excess?: string } {
  return { screen, ...excess !== undefined && { excess } };
}

/** What a client sent from its connection's beginning to its first answer. */
function recipeOf(client: Client, exchange: Exchange): Recipe | undefined {
  const { passed } = client.line;
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
