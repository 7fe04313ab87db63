/**
 * A file that is several programs: finds the arguments that select each of them, by its help and by
 * running it with each word that its source compares.
 *
 * @module
 */
import { HOST, type Launch, passesPort, PORT, withArguments } from "../find/launch.ts";
import { type LaunchSearch, modesOf, OTHER_COMMAND } from "../find/launch_search.ts";
import { fitOf } from "../find/roles.ts";
import type { ProgramName } from "../results/results.ts";
import type { Program } from "../sandbox/running_program.ts";
import type { Pair } from "./pair.ts";
import { helpOf, type Observation, observe } from "./server_search.ts";

/** The most launches that run at the same time. */
const AT_ONCE = 4;
/** The most modes that are tried with an address, or with a second mode. */
const MAX_LONGER = 5;
/** The arguments that a mode may need. */
const ADDRESSES = [[HOST, PORT], [HOST], [PORT]];

/** Two numbered lines. */
const MENU = /^\W{0,9}\d\W[^]{0,400}\n\W{0,9}\d\W/m;

type Searches = Map<ProgramName, LaunchSearch>;

/** Puts the arguments first that select a program of a file that is several. */
export async function learnSelectors(pairs: Pair[]): Promise<void> {
  await Promise.all([learnFromHelp(pairs, "server"), learnFromHelp(pairs, "client")]);
  const files = Map.groupBy(pairs, (pair) => pair.serverProgram?.files[0]);
  await Promise.all([...files].map(async ([file, [pair]]) => {
    if (file === undefined) return;
    const searches: Searches = new Map();
    for (const { number, serverSearch, clientSearch, serverProgram, clientProgram } of pairs) {
      if (serverProgram?.files[0] === file) searches.set(`server${number}`, serverSearch!);
      if (clientProgram?.files[0] === file) searches.set(`client${number}`, clientSearch!);
    }
    const isOpen = [...searches.values()].some((one) => !one.isSelected);
    if (searches.size > 1 && isOpen) {
      await pair.searchTime.during(() => learnModes(pair, searches));
      for (const { number, clientProgram, clientSearch } of pairs) {
        const other = searches.get(number === 1 ? "client2" : "client1");
        const isOther = clientSearch && searches.has(`client${number}`) && other?.isNamed;
        if (isOther && !clientSearch.isNamed) clientProgram!.isBorrowed = true;
      }
    }
  }));
}

/** Asks a file that is both servers, or both clients, for its help. */
async function learnFromHelp([one, other]: Pair[], role: "server" | "client"): Promise<void> {
  const [file, same] = [one, other].map((pair) => pair[`${role}Program`]?.files[0]);
  const searches = [one, other].map((pair) => pair[`${role}Search`]!);
  if (file === undefined || file !== same || searches.some((one) => one.isDocumented)) return;
  const help = await helpOf(one.runner, one.serverSetup, searches[0].help);
  for (const search of searches) search.prefer(search.selecting(help).map((one) => [one]));
}

/** Runs a file with each of its modes: those that listen are servers, the others may be clients. */
async function learnModes(pair: Pair, searches: Searches): Promise<void> {
  const { runner, serverSetup, searchTime } = pair;
  const program = pair.serverProgram!;
  const run = async (launches: Launch[]) => {
    const seen: Observation[] = [];
    for (let i = 0; i < launches.length && !searchTime.isOver; i += AT_ONCE) {
      seen.push(...await observe(runner, serverSetup, launches.slice(i, i + AT_ONCE)));
    }
    return seen;
  };
  const bare = (command: Program) => withArguments(command, []);
  let [plain] = await run([bare(program)]);
  if (OTHER_COMMAND.test(plain.screen)) {
    const others = await run((program.others ?? []).map(bare));
    plain = others.find(({ screen }) => !OTHER_COMMAND.test(screen)) ?? plain;
  }
  const isAsked = plain.typed.length > 0 || !plain.where && plain.exit === undefined;
  if (isAsked && (plain.where || MENU.test(plain.screen))) return; // a menu selects the program
  const modes = modesOf(program, plain.screen);
  const launches = (lists: string[][]) => lists.map((list) => withArguments(plain.launch, list));
  const known = (await run(launches(modes))).filter((one) => differs(one, plain));
  if (!plain.where && !known.some(({ where }) => where)) {
    const heads = (known.length > 0 ? known.map(({ launch }) => launch.given) : modes)
      .slice(0, MAX_LONGER);
    const tails = [...ADDRESSES, ...modes.slice(0, MAX_LONGER)];
    const longer = heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
    known.push(...await run(launches(longer)));
  }
  const all = [plain, ...known].filter(({ where }) => where);
  const asGiven = all.filter(({ launch }) => passesPort(launch));
  const listening = asGiven.length > 0 ? asGiven : all;
  const servers = assigned(listening);
  const used = new Set(listening.flatMap(({ launch }) => launch.given));
  const clients = modes.filter((mode) => !mode.every((word) => used.has(word)));
  for (const [name, search] of searches) {
    if (name.startsWith("server")) {
      const own = servers[Number(name.at(-1)) - 1];
      search.prefer(own && fitOf(own.launch.given, name) >= 0 ? [[own.launch]] : []);
    } else {
      const isKnown = (mode: string[]) =>
        known.some(({ launch }) => launch.given.join() === mode.join());
      const best = clients.map((mode, i) => ({
        mode,
        score: fitOf(mode, name) + (isKnown(mode) ? 4 : 0) + (name.endsWith(`${i + 1}`) ? 1 : 0) +
          (shareWord(mode, servers[Number(name.at(-1)) - 1]) ? 8 : 0),
      })).filter(({ score }) => score >= 0).sort((a, b) => b.score - a.score).slice(0, MAX_LONGER);
      const more = [[], ...ADDRESSES];
      const second = (servers[Number(name.at(-1)) - 1] ?? servers[0])?.launch.given.slice(1) ?? [];
      if (second.some((word) => !word.includes("{"))) more.unshift(second);
      search.isNamed ||= clients.some((mode) => fitOf(mode, name) > 0);
      search.prefer(
        best.map(({ mode }) => launches(more.map((tail) => [...mode, ...tail]))),
      );
    }
  }
}

/** Whether a client's mode and its server's begin alike: `decode`, `decode-server`. */
function shareWord([mode]: string[], server: Observation | undefined): boolean {
  const first = (word: string) => word.split(/[-_]/)[0];
  return server !== undefined && !/^(?:client|server)/i.test(mode) &&
    server.launch.given.some((word) => first(word) === first(mode));
}

/** Whether a mode changes what a program does: a word that it does not know changes nothing. */
function differs({ launch, screen, where, exit }: Observation, plain: Observation): boolean {
  const shown = (text: string) =>
    launch.given.reduce((left, word) => left.replaceAll(word, ""), text).replace(/\P{L}/gu, "");
  return shown(screen) !== shown(plain.screen) || exit !== plain.exit ||
    where?.address !== plain.where?.address || where?.port !== plain.where?.port;
}

/** The launches of server1 and of server2: by their names, their addresses, and their order. */
function assigned(all: Observation[]): Observation[] {
  const score = ({ launch, where }: Observation, number: number) =>
    4 * fitOf(launch.given, `server${number}` as ProgramName) +
    (/^127\.|^::1$/.test(where!.address) === (number === 1) ? 1 : 0);
  const pairs = all.flatMap((first) =>
    all.filter((second) => second !== first).map((second) => [first, second])
  );
  const sum = ([first, second]: Observation[]) => score(first, 1) + score(second, 2);
  return pairs.toSorted((a, b) => sum(b) - sum(a))[0] ?? all;
}
