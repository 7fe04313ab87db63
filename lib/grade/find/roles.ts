/**
 * The role of a source file: server or client, for question 1 or 2, by its name and by its source. One
 * file may be several programs, selected by an argument or a menu.
 *
 * @module
 */
import type { PairNumber } from "../results/questions.ts";
import type { ProgramName, Role } from "../results/results.ts";
import { roleNamed } from "../results/program_words.ts";

/** The calls of all languages that listen on a socket, and those that connect. */
const LISTENS =
  /\b[lL]isten(?:Async)?\s*\(|\bServerSocket\b|\bServerSocketChannel\b|TcpListener|net\.Listen|create_server|start_server|createServer|socketserver|TCPServer|XMLRPCServer|HTTPServer|serve_forever|\b[aA]ccept(?:Async|Socket|TcpClient)?\s*\(|\bListen\s*=>|\brpc\.Accept\b|stream_socket_server|socket_listen|socket\.bind\s*\(|\bsocket -server\b|LocalPort|Socket\.tcp_server|TCP[46]?-LISTEN:/;
const CONNECTS =
  /\b(?:[bB]egin)?[cC]onnect(?:Async)?\s*\(|\bcreate_connection\b|\bopen_connection\b|\bcreateConnection\b|new\s+Socket\s*\(|TcpStream::connect|TcpClient|TCPSocket|\bSocket\.tcp\s*\(|(?:net|rpc|jsonrpc|tls)\.Dial|new\s+net\.Socket|PeerAddr|\bServerProxy\s*\(|fsockopen|\bhttps?\.(?:request|get)\s*\(|\bfetch\s*\(|\burlopen\s*\(|\brequests\.(?:get|post)\s*\(|HttpClient|http\.Post|Net::HTTP|curl_init|\[\s*socket (?!-server)|stream_socket_client|\/dev\/tcp\/|\bsocat\b.{0,80} TCP[46]?:/;
const HAS_MAIN =
  /\bint\s+main\s*\(|void\s+main\s*\(|\bfn\s+main\s*\(|\bfunc\s+main\s*\(|__main__|\bstatic\s+(?:final\s+)?(?:public\s+)?void\s+main|\bstatic\s+(?:async\s+)?(?:void|int|Task(?:<int>)?)\s+Main\s*\(/;
/**
 * Files of these languages need no entry point. Python is not among them: most of its programs have
 * one, and a file without it is more often a helper. This pattern also distinguishes helpers
 * (`helpersOf()` and `isHelper()` of helpers.ts).
 */
export const SCRIPT = /\.(?:sh|pl|rb|php|lua|tcl|js|mjs|cjs|ts)$/i;
const GO_MAIN = /^func\s+main\s*\(/m;
const LIBRARY = /(?:^|\/)(?:(?:__init__|conftest)\.py|(?:lib|mod)\.rs)$/;
/** A line of a file that only declares classes, in PHP. */
const DECLARES =
  /^(?:<\?php|\?>|declare|namespace|use |(?:final |abstract |readonly )*class |interface |trait |enum |require|[{}#*]|\/[/*])/;
/** Text to binary: eight digits a byte. */
const ENCODES =
  /0?8b\b|toBinaryString|to_s\(2\)|toString\(2\)|\bbin\(|bitset<8>|:08b|%08b|>>\s*\w+\s*\)?\s*&\s*1|zfill\(8\)|\bbinary scan\b|Convert\.ToString\([^()]{0,99},\s*2\)|text.?to.?bin|encode_?binary/i;
/** Binary to text. */
const DECODES =
  /int\([^()]{0,99}(?:\([^()]{0,99}\))?[^()]{0,99},\s*(?:base\s*=\s*)?2\)|parseInt\([^()]{0,99}(?:\([^()]{0,99}\))?[^()]{0,99},\s*2\)|strtou?ll?\([^;]{0,99},\s*2\)|stoi\([^;]{0,99},\s*2\)|from_str_radix|tonumber\([^()]{0,99},\s*2\)|\bto_i\(2\)|\bbinary format B|Convert\.To(?:Byte|U?Int\d\d)\([^()]{0,99}(?:\([^()]{0,99}\))?[^()]{0,99},\s*2\)|ParseU?[Ii]nt\([^;]{0,99},\s*2,|bin(?:ary)?.?to.?te?xt|decode_?bin|\b(?:def|fn|func|function|string|void|char\s*\*)\s*\w*decod/i;
/** Names for the conversion of text to digits. */
const ENCODER_NAME =
  /encod|(?:^|[-_ ])enc(?:$|[-_ ]|se?rv|c?li)|(?:te?xt|str(?:ing)?|asc(?:ii)?)[-_]?(?:2|to)[-_]?bin|(?:^|[-_])t2b|tobin/i;
/** Names for the conversion of digits to text. */
const DECODER_NAME =
  /decod|(?:^|[-_ ])dec(?:$|[-_ ]|se?rv|c?li)|bin(?:ary)?[-_]?(?:2|to)[-_]?(?:te?xt|str|asc)|(?:^|[-_])b2t|frombin|totext/i;
/** Numbered lines in a text that is shown. */
const MENU =
  /["'`][^"'`]{0,200}(?:\b|\\n)1\s?[).:-]\s?[^\W\d][^]{0,300}?(?:\b|\\n)2\s?[).:-]\s?[^\W\d]/;
/** A word that is compared with an argument. */
const COMPARED =
  /(?:[!=]==?|\b(?:case|when|eq|in)\b|(?:[cC]ontains|includes|[eE]quals|has|[sS]tartsWith|cmp)\w{0,12}\()\s{0,4}(?:[^"'`\n;]{0,40},\s{0,4})?["'`]((?:-{0,2}|\/)\w[\w-]{0,20})["'`]/g;
const DATAGRAMS =
  /\bsendto\b|\brecvfrom\b|DatagramPacket|DatagramChannel|\bdgram\b|ListenUDP|ListenPacket|[Uu][Dd][Pp]Socket|listenDatagram/;
const STREAMS =
  /create_server|start_server|TCPServer|create_connection|open_connection|createConnection|SOCK_STREAM|socket\.socket\(\s*\)|\blisten\s*\(|ServerSocket|new\s+Socket\s*\(|TcpStream|"tcp[46]?"/;

/** The traits of a source file, as far as its text shows them. */
export interface Traits {
  /** The role; undefined if it may be both, or none. */
  role: Role | undefined;
  /** Where the role is named: in the file's name or in a folder's name. */
  called: "itself" | "folder" | undefined;
  /** The question that its own name gives. */
  number: ProgramNumber | undefined;
  /** The question that its folders give, or else what it does. */
  likely: ProgramNumber | undefined;
  hasBothRoles: boolean;
  /** Whether it has the code of both conversions, or is a client that needs none. */
  hasBothConversions: boolean;
  /** Whether it shows a menu that chooses what it is. */
  hasMenu: boolean;
  /** Whether it can be started by itself. */
  hasMain: boolean;
  /** The role by its socket calls. */
  does: Role | undefined;
}

/** The question that a program belongs to. */
export type ProgramNumber = `${PairNumber}`;

/**
 * Finds the traits of a file by its path and its source.
 *
 * @param source Empty for an executable.
 * @param words Words for what each server answers, if not the default.
 */
export function traitsOf(path: string, source: string, words?: readonly RegExp[]): Traits {
  const parts = path.replace(/\.[^./]+$/, "").split("/");
  const called = named(parts);
  const does = doing(source);
  const [encodes, decodes] = [ENCODES.test(source), DECODES.test(source)];
  const hasBothRoles = called === undefined && LISTENS.test(source) && CONNECTS.test(source) &&
    /serv/i.test(source) && /client/i.test(source);
  const isOnePair = words?.length === 1;
  const byWords = words && (numberByWords(parts.join("/"), words) ?? numberByWords(source, words));
  return {
    role: called?.role ?? (hasBothRoles ? undefined : does),
    called: called && (called.own ? "itself" : "folder"),
    number: isOnePair ? "1" : numberOf(parts.slice(-1)),
    likely: isOnePair ? "1" : numberOf(parts.slice(0, -1)) ??
      (words ? byWords : questionByBehaviour(source, encodes, decodes)),
    hasBothRoles,
    hasBothConversions: words
      ? !isOnePair && does === "client" && byWords === undefined
      : encodes && decodes || does === "client" && !encodes && !decodes,
    hasMenu: MENU.test(source.replace(/\/\*[^]*?\*\//g, "")),
    hasMain: HAS_MAIN.test(source) || SCRIPT.test(path),
    does,
  };
}

/** Whether a file is a library, in the language's own terms: nothing can start it. */
export function isLibrary(path: string, source: string): boolean {
  const go = path.endsWith(".go") ? source.match(/^package (\w+)/m)?.[1] : undefined;
  if (go !== undefined) return go !== "main" || !GO_MAIN.test(source);
  const isOfClasses = path.endsWith(".php") && /^(?:[a-z]+ )?class /m.test(source) &&
    !source.split("\n").some((line) => /^[^\s]/.test(line) && !DECLARES.test(line));
  return isOfClasses || LIBRARY.test(path);
}

/** Whether a program uses UDP alone. */
export function usesUdp(source: string): boolean {
  return DATAGRAMS.test(source) && !STREAMS.test(source);
}

/**
 * The arguments that make a file of several programs one of them: words that its source compares
 * or lists. Empty if a menu chooses.
 */
export function programSelector(
  source: string,
  name: ProgramName,
  { hasBothRoles, hasBothConversions, hasMenu }: Traits,
): string[] {
  if (hasMenu) return [];
  const role = name.slice(0, -1) as Role;
  const number = name.slice(-1) as ProgramNumber;
  const words = wordsIn(source);
  const find = (pattern: string) =>
    words.find((one) => new RegExp(`^(?:-{0,2}|/)(?:${pattern})$`, "i").test(one));
  if (hasBothRoles) {
    const whole = wordFor(words, role, number);
    if (whole) return [whole];
  }
  const short = role === "server" ? "s(?:erv(?:er)?|rv)?|listen" : "c(?:li(?:ent)?)?|connect";
  const byRole = hasBothRoles ? find(short) : undefined;
  const deed = number === "1"
    ? "enc(?:ode)?r?|te?xt(?:2|_to_)bin(?:ary)?"
    : "dec(?:ode)?r?|bin(?:ary)?(?:2|_to_)te?xt";
  // The name of the answer selects a program only if the source names the other answer too.
  const answer = find("bin(?:ary)?") && find("te?xt") && (number === "1" ? "bin(?:ary)?" : "te?xt");
  const digit = (one: string) => find(`(?:task|q|question|part|mode)?[-_]?${one}`);
  const byNumber = hasBothConversions
    ? digit(number) ?? find(deed) ?? (answer && find(answer)) ??
      digit(number === "1" ? "2" : "1")?.replace(/[12]/, number)
    : undefined;
  if (hasBothRoles && byRole === undefined) return []; // a menu selects the program
  return [byRole, byNumber].filter((word) => word !== undefined);
}

/** Words in quotes, or in a list of words: `%w[a b]`, `"{a,b}"`, `"a|b"`. */
function wordsIn(source: string): string[] {
  const quoted = [...source.matchAll(/["'`]((?:-{0,2}|\/)\w[\w-]{0,20})["'`]/g)].map(([, one]) =>
    one
  );
  const lists = source.matchAll(
    /%w[[({]([\w\s-]{1,256})[\])}]|\{(\w[\w,-]{1,256})\}|(\w[\w-]{0,64}(?:\|[\w-]{1,32}){1,9})/g,
  );
  const listed = [...lists].flatMap(([, a, b, c]) => (a ?? b ?? c).split(/[\s,|]+/));
  const words = [...new Set([...quoted, ...listed])].filter((one) =>
    one !== "" && one.length < 24 && !/^eth\d$/.test(one)
  );
  // A compared word shows the form of the others: `/decode`, not `Decoder`.
  const compared = [...source.matchAll(COMPARED)].map(([, one]) => one)
    .find((one) => numberNamed(one) !== undefined);
  const style = (word: string) => word.match(/^\W{0,2}[A-Z]?/)![0].replace(/[A-Z]/, "A");
  return compared === undefined ? words : words.filter((one) => style(one) === style(compared));
}

/** The one word that names a role and a question: `server1`, `encode-client`, `decoder`. */
function wordFor(words: string[], role: Role, number: ProgramNumber): string | undefined {
  const ofNumber = words.filter((one) => numberNamed(one) === number);
  const named = ofNumber.find((one) => roleNamed(one) === role);
  if (named) return named;
  // `encoder` is the server where `encode-client`, or `encode`, is the client.
  const open = ofNumber.filter((one) => roleNamed(one) === undefined);
  const isNoun = (one: string) => /[eo]r$/.test(one) && open.includes(one.slice(0, -1));
  const noun = open.find(isNoun);
  if (noun) return role === "server" ? noun : noun.slice(0, -1);
  const isOtherNamed = ofNumber.some((one) => roleNamed(one) !== undefined);
  return isOtherNamed ? open[0] : undefined;
}

/** The role that a path names; the file's name counts more than the folders' names. */
function named(parts: string[]): { role: Role; own: boolean } | undefined {
  const roles = parts.map(roleNamed);
  const at = roles.findLastIndex((role) => role !== undefined);
  return at < 0 ? undefined : { role: roles[at]!, own: at === parts.length - 1 };
}

/** Whether a source has the calls of a role. */
export function mayBe(role: Role, source: string): boolean {
  return (role === "server" ? LISTENS : CONNECTS).test(source);
}

/** Whether a source both listens and connects. */
export function listensAndConnects(source: string): boolean {
  return mayBe("server", source) && mayBe("client", source);
}

function doing(source: string): Role | undefined {
  return LISTENS.test(source) ? "server" : CONNECTS.test(source) ? "client" : undefined;
}

/** The number that a name or its folders give: `server1`, `q2/server`, `tcp_client_two`. */
function numberOf(parts: string[]): ProgramNumber | undefined {
  return parts.map(numberNamed).findLast((number) => number !== undefined);
}

/** The question that a name, a part of a path or an argument gives. */
export function numberNamed(part: string): ProgramNumber | undefined {
  const near = part.match(
    /(?:serv(?:er|eur|idor)?|srv|cliente?|clnt|cli|sunucu|istemci)[-_ .]*(?:0)?([12])(?!\d)/i,
  ) ?? part.match(/(?<!\d)0?([12])[-_ .]*(?:serv|client|clnt|srv)/i) ??
    part.match(
      /(?:q|ques|question|task|part|prob|problem|ex|exercise|aufgabe|tarea)[-_ .]*0?([12])(?!\d)/i,
    ) ??
    part.match(/[-_ a-z]0?([12])$/i) ?? part.match(/^([12])$/);
  if (near) return near[1] as ProgramNumber;
  if (/(?:^|[^a-z])one(?:$|[^a-z])|first/i.test(part) || /One(?![a-z])/.test(part)) return "1";
  if (/(?:^|[^a-z])two(?:$|[^a-z])|second/i.test(part) || /Two(?![a-z])/.test(part)) return "2";
  if (DECODER_NAME.test(part)) return "2";
  return ENCODER_NAME.test(part) ? "1" : undefined;
}

/** How well arguments fit a program by their names; below 0 if they name another one. */
export function fitOf(given: string[], name: ProgramName): number {
  let score = 0;
  for (const [i, word] of given.entries()) {
    const isOwnInterface = word === (name.endsWith("1") ? "lo" : "eth1");
    if (isOwnInterface && name.startsWith("server")) score++;
    const takesValue = given[i + 1] !== undefined && !given[i + 1].startsWith("-");
    if (word.includes("{") || word === "eth1" || word.startsWith("-") && takesValue) continue;
    const [role, number] = [roleNamed(word), numberNamed(word)];
    if (role) score += name.startsWith(role) ? 2 : -9;
    if (number) score += name.endsWith(number) ? 2 : -9;
  }
  return score;
}

/** The question whose words alone are in a text. */
function numberByWords(text: string, words: readonly RegExp[]): ProgramNumber | undefined {
  const [first, second] = words.map((one) => one.test(text));
  return first === second ? undefined : first ? "1" : "2";
}

function questionByBehaviour(
  source: string,
  encodes: boolean,
  decodes: boolean,
): ProgramNumber | undefined {
  if (decodes !== encodes) return decodes ? "2" : "1";
  const text = source.toLowerCase();
  if (/eth1|binary (?:string|input|number|value)?:/.test(text)) return "2";
  return /localhost|127\.0\.0\.1|\blo\b/.test(text) ? "1" : undefined;
}
