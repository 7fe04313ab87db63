/**
 * Replies to a program's prompts: a host, a port, a name, a line of a menu. A prompt for anything
 * else asks for the text.
 *
 * @module
 */
import type { Role } from "../results/results.ts";
import { HOST_WORDS, PORT_WORDS, roleNamed } from "../results/program_words.ts";
import type { Conversion } from "./conversions.ts";
import type { PairNumber } from "../results/questions.ts";

/** The values that a prompt may ask for. */
export interface PromptContext {
  number: PairNumber;
  /** What the pair's server answers. */
  conversion: Pick<Conversion, "words">;
  /** Which of the two programs prompts. */
  role: Role;
  /** The server's address. */
  host: string;
  port: number;
  /** The user name and password that the submission's files name. */
  credentials?: { user?: string; password?: string };
  /** The text that is typed next, if one is. */
  typed?: string;
  /** Whether the program is connected: then it needs no address. */
  isConnected?: boolean;
}

/** The end of a screen that is searched for a prompt or a menu. */
const READ_CHARS = 2_000;
const NAME = "ada";
const PASSWORD = "secret";
const PASSWORD_WORDS =
  /pass(?:word|wd|phrase|code)|passwort|contraseña|\bsenha|mot de passe|пароль|密码|パスワード|\btoken\b|\bpin\b/i;
/** Words in prompts, in English, Spanish, Portuguese, French, German, Italian and Turkish. */
const TEXT_WORDS =
  /te?xt|string|messag|sentence|binary|word|input data|mensa[jg]e|cadena|frase|palabra|nachricht|binär|binari|metin|mesaj|ikili|текст|строк|сообщ|данны|文字|文本|字符|字符串|消息|二进制|文章|メッセージ|テキスト|문자|텍스트|văn bản|chuỗi|chuoi|thông điệp|tin nhắn|teks|testo|слов|двоичн|메시지|نص/i;
/** Some clients ask for the number of letters before they ask for the text. */
const LENGTH_WORDS =
  /\b(?:size|length|how many|number)\b.{0,20}\b(?:text|string|messag\w*|data|letters?|char\w*|bytes?|words?)\b|\b(?:text|string|message|data)\b.{0,10}\b(?:size|length)\b/i;
const USER_WORDS =
  /\buser(?:name)?\b|login|benutzer|usu[aá]rio|utili[sz]a(?:teur|dor)|kullan[ıi]c[ıi]|пользоват|用户|ユーザ|사용자/i;
const NAME_WORDS =
  /\bname\b|nick|who are you|nombre|\bnome\b|\bnom\b|isim|\bad[ıi]n|\bимя|名前|姓名|이름/i;
/** A numbered line, in a box or not. Behind a bare number stands a word: no row of a table. */
const OPTION =
  /^[\s*>|│║┃-]*[[(]?(\d{1,2}|[a-zA-Z])(?:[\])]\s*[.:=-]*|\s*[.):=-]+|(?<=\d)\s+(?=\p{L}{3}))\s*(\S.*)$/u;
const LEAVE = /exit|quit|leave|close|disconnect|bye|stop|\bend\b/i;
/** Yes or no, in several languages: `y/n`, `(o/n)`, `[S/N]`, `(e/h)`. */
const YES = /(?<![\p{L}/])(y(?:es)?|[osjedд])\s*[/|]\s*(?:no?|[hн])(?![\p{L}/])/iu;
/** A command and a placeholder for the text: `convert <text>`, `/say MESSAGE`. */
const COMMAND =
  /(?<![\w-])([/:!]?[a-z]\w{1,13})\s+(?:[<[{(][\w -]{1,24}[>\]})]|(?:TEXT|MESSAGE|MSG|STRING|INPUT|WORDS?|SENTENCE|BITS|BINARY|DATA)\b)/gi;
/** A line between two pages of a long answer: `-- 12/39, press Enter --`. */
const NEXT_PAGE =
  /\benter\b|\bentr[eé]e\b|\breturn\b|\bmore\b|\bintro\b|\binvio\b|eingabe|continu|\bsuite\b|weiter|\d ?\/ ?\d|^--/i;
const PROMPTS = /^(?:help|enter|type|give|usage|input|your|the|an?)$/i;
/** A value that Enter takes: an address, or a port. */
const DEFAULT = /[[(=]\s?(?:(localhost|::1|\d{1,3}(?:\.\d{1,3}){3})|\d{4,5})\s?[\])]\s?[:?>]?$/;
const SENDS = /send|conver|text|string|messag|binary|talk|translate|request/i;

/**
 * The line to type for the prompt at the end of a screen; undefined if the text is to be typed.
 *
 * @param screen What the program has shown since the last line was typed.
 */
export function replyToPrompt(screen: string, known: PromptContext): string | undefined {
  const { host, port, typed, credentials } = known;
  const lines = screen.slice(-READ_CHARS).split("\n").map((line) => line.trimEnd()).filter((line) =>
    line !== ""
  );
  const last = lines.at(-1) ?? "";
  const option = menuOption(lines, known);
  if (option !== undefined) return option;
  const yes = last.match(YES)?.[1];
  if (yes !== undefined) return yes[0];
  if (/press (?:any key|enter|return)/i.test(last)) return "";
  if (typed !== undefined && LENGTH_WORDS.test(last)) return `${typed.length}`;
  if (/[:?>]$/.test(last) && PASSWORD_WORDS.test(last)) return credentials?.password ?? PASSWORD;
  if (TEXT_WORDS.test(last)) return undefined;
  if (!/[:：?>=\]]\s*$|enter|give|type|input|which|your/i.test(last)) return undefined;
  // A client that asks for each text where to send it may have kept its last connection.
  const mayOffer = !known.isConnected || /\]\s?:$/.test(last);
  const [offered, address] = mayOffer && last.match(DEFAULT) || [];
  if (offered !== undefined) return address === undefined ? `${port}` : host;
  const wantsPort = !known.isConnected && PORT_WORDS.test(last);
  const wantsHost = !known.isConnected &&
    (HOST_WORDS.test(last) ||
      !wantsPort && /[:：]$/.test(last) && rolesIn(last).includes("server"));
  if (wantsPort && wantsHost) {
    return last.includes(":port") || /host\s*:\s*port/i.test(last)
      ? `${host}:${port}`
      : `${host} ${port}`;
  }
  if (wantsPort) return `${port}`;
  if (wantsHost) return host;
  if (USER_WORDS.test(last)) return credentials?.user ?? NAME;
  return NAME_WORDS.test(last) ? NAME : undefined;
}

/**
 * The command that takes a text, as a screen shows it: `convert <text>` becomes `convert {text}`.
 * Undefined if the screen shows none.
 */
export function commandForm(
  screen: string,
  { words }: Pick<Conversion, "words">,
): string | undefined {
  const forms = [...screen.slice(-READ_CHARS).matchAll(COMMAND)]
    .filter(([, word]) => !LEAVE.test(word) && !PROMPTS.test(word));
  const fit = forms.find(([all]) => words.test(all)) ?? forms.find(([all]) => SENDS.test(all)) ??
    forms[0];
  return fit && `${fit[1]} {text}`;
}

/** Whether a prompt asks for a yes or no. */
export function asksToConfirm(last: string): boolean {
  return YES.test(last);
}

/** Whether a prompt asks for Enter before the next page. @param prompt The prompt for the text. */
export function asksForNextPage(last: string, prompt: string): boolean {
  const bare = (from: string) => from.replace(/\d/g, "");
  return NEXT_PAGE.test(last) && bare(last) !== bare(prompt);
}

/** The number of the menu line that fits. A menu has two or more numbered lines and a prompt. */
function menuOption(
  lines: string[],
  { number, conversion, role }: PromptContext,
): string | undefined {
  const recent = lines.filter((line) => /[\p{L}\p{N}]/u.test(line)).slice(-12); // without borders
  const inOneLine = [...(lines.at(-1) ?? "").matchAll(/\b(\d)\s*[-=:.)]\s*([A-Za-z][A-Za-z ]*)/g)];
  const listed = recent.map((line) => line.match(OPTION)).filter((match) => match !== null);
  const options = inOneLine.length > 1 ? inOneLine : listed;
  if (options.length < 2) return undefined;
  // A prompt that counts the texts: `[2] text:`
  const last = recent.at(-1)!;
  if (options === listed && OPTION.test(last) && /[:>?]$/.test(last)) return undefined;
  if (!["1", "0", "a", "A"].includes(options[0][1])) return undefined;
  const isOld = recent.lastIndexOf(options.at(-1)![0]) < recent.length - 3;
  if (options === listed && isOld) return undefined;
  const isOfRoles = (["server", "client"] as const).every((one) =>
    options.some(([, , what]) => names(what, one))
  );
  const stay = options.filter(([, key, what]) =>
    key !== "0" && !LEAVE.test(what) && (!isOfRoles || names(what, role))
  );
  const fit = stay.find(([, , what]) => conversion.words.test(what)) ??
    (isOfRoles
      ? stay.find(([, , what]) => new RegExp(`(?<!eth)${number}(?!\\d)`).test(what)) ??
        stay.find(([, , what]) =>
          (number === 1 ? /localhost|loopback|127\.0\.0\.1/i : /eth1/).test(what)
        )
      : undefined) ??
    stay.find(([, , what]) => SENDS.test(what)) ??
    (options.length > 2 || areMirrored(stay) ? stay[number - 1] : undefined) ?? stay[0];
  return fit?.[1];
}

/** Whether the first role that a line names is this one: `client for server 1`. */
function names(line: string, role: Role): boolean {
  return rolesIn(line)[0] === role;
}

/** The roles that a line names, in any language. */
function rolesIn(line: string): Role[] {
  return line.split(/[^\p{L}\p{N}]+/u).map(roleNamed).filter((one) => one !== undefined);
}

/** Whether two lines have the same words in another order: `szöveg -> bit`, `bit -> szöveg`. */
function areMirrored(options: string[][]): boolean {
  const [first, second] = options.map(([, , what]) =>
    what.toLowerCase().match(/\p{L}{3}\p{L}*/gu)?.map((word) => word.slice(0, 3)).sort().join()
  );
  return options.length === 2 && first === second;
}
