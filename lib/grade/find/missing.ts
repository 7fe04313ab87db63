/**
 * Finds what this machine lacks in the messages of compilers and interpreters: a module, a tool, a
 * newer version. The verdict is then `look`: it is not the student's fault.
 *
 * @module
 */
import { SEARCHED_CHARS } from "../results/quoted_text.ts";
import {
  installOf,
  languageOf,
  OTHER_LANGUAGES,
  STARTED_LANGUAGES,
} from "../results/language_table.ts";
import type { LookCause } from "../results/results.ts";

/** Something that this machine lacks. */
export interface Missing {
  /** What is missing, as a sentence without its full stop. */
  why: string;
  /** The cause, the same for each submission that has it, and the command that settles it. */
  look: LookCause;
}

/** Python packages whose module has another name. */
const PYTHON_PACKAGES: Record<string, string> = {
  cv2: "opencv-python",
  yaml: "pyyaml",
  dotenv: "python-dotenv",
  Crypto: "pycryptodome",
  OpenSSL: "pyopenssl",
  serial: "pyserial",
  PIL: "pillow",
};
/** The commands that install tools: those of the table, and second tools of a language. */
const TOOLS = new Map([
  ...[...STARTED_LANGUAGES, ...OTHER_LANGUAGES].map((one) => [one.tool, installOf(one)] as const),
  ["tsx", "npm install -g tsx"],
  ["ts-node", "npm install -g ts-node"],
  ["cargo", "apt-get install cargo"],
  ["javac", "apt-get install default-jdk"],
  ["mcs", "apt-get install mono-mcs"],
]);
const PYTHON_2 =
  /Missing parentheses in call to 'print'|No module named '?(?:Tkinter|urllib2|Queue|SocketServer|ConfigParser|StringIO)\b|name '(?:raw_input|unicode|xrange)' is not defined|multiple exception types must be parenthesized/;
const DISPLAY =
  /no display name|cannot open display|couldn't connect to display|HeadlessException|No module named '?_?tkinter/i;
const WINDOWS =
  /fatal error: (winsock2?\.h|windows\.h|conio\.h|ws2tcpip\.h|io\.h|direct\.h)|No module named '(msvcrt|winreg|win32\w{0,20}|_winapi)'/i;

/** A kind of module: the message that names one, and the command that installs one, if there is one. */
interface Kind {
  said: RegExp;
  kind: string;
  /** The part of a name that is installed; all of it if absent. */
  top?: (name: string) => string;
  install?: (name: string) => string;
}

const MODULES: Kind[] = [
  {
    said: /ModuleNotFoundError: No module named '([\w.]{1,80})'/,
    kind: "Python module",
    top: (name) => name.split(".")[0],
    // The sandboxes' Python is the system's, whose pip asks for this option on Debian 12.
    install: (name) =>
      `/usr/bin/python3 -m pip install --break-system-packages ${PYTHON_PACKAGES[name] ?? name}`,
  },
  {
    said:
      /(?:Cannot find (?:module|package)|Could not resolve|Relative import path) ['"]((?:@[\w.-]{1,80}\/)?\w[\w.-]{0,80})/,
    kind: "Node module",
    install: (name) => `npm install -g ${name}`,
  },
  {
    said:
      /(?:npm package|Import|Could not find package|JSR package manifest for) ['"]?(?:npm:)?((?:@[\w.-]{1,80}\/)?\w[\w.-]{0,80})['"]?.{0,80}(?:not found|not a dependency|node_modules|failed)/,
    kind: "package",
    install: (name) => `npm install -g ${name}`,
  },
  {
    said:
      /(?:no required module provides package|cannot find module providing package) (\S{1,120}?)[;:]|: (\S{1,80}\.\S{1,80}\/\S{1,80}?)@v\S{1,40}: (?:module lookup disabled|Get)/,
    kind: "Go package",
  },
  {
    said: /no matching package named `(\S{1,80}?)`|failed to download `(\S{1,80}?)[ `]/,
    kind: "Rust crate",
  },
  {
    said: /cannot load such file -- ([\w/-]{1,80}) \(LoadError\)/,
    kind: "Ruby gem",
    top: (name) => name.split("/")[0],
    install: (name) => `gem install ${name}`,
  },
  {
    said: /module '([\w.]{1,80})' not found:/,
    kind: "Lua module",
    top: (name) => name.split(".")[0],
    install: (name) => `apt-get install lua-${name}`,
  },
  {
    said: /Can't locate \S{1,120} in @INC \(you may need to install the ([\w:]{1,80}) module/,
    kind: "Perl module",
    install: (name) => `cpan ${name}`,
  },
  {
    said: /Call to undefined function (?:\w{1,80}\\){0,8}(socket|mb|pcntl|curl|openssl)_\w/,
    kind: "PHP extension",
    install: (name) => `apt-get install php-${name}`,
  },
];
const GO_VERSION = /(?:requires go >=? ?|module requires Go |invalid go version ')(\d[\d.]{0,12})/i;
const CLASS_VERSION = /UnsupportedClassVersionError.{0,200}class file version (\d{2,3})/;
/** The class file version of Java 1.0. */
const FIRST_CLASS_VERSION = 44;
const RUST_VERSION = /requires rustc (\S{1,20}) or newer/;
const TOOL =
  /(?:sh|bash|env|make|script): (?:line )?(?:\d{1,4}: )?(?:exec: )?[‘'"]?([\w+-][\w.+-]{0,40})['"’]?: (?:not found|command not found|No such file)|(?:execvp|setsid: failed to execute) ([\w+-][\w.+-]{0,40}): No such file|(?:sh: \d{1,4}: |exec: |execvp )"?([\w+-][\w.+-]{0,40})"?: (?:not found|No such file|executable file)/;
const HEADER = /fatal error: ([\w./+-]{1,120}): No such file/;

/**
 * What a screen says is missing; undefined if it names nothing.
 *
 * @param files The submission's own files: a module among them is not missing.
 */
export function missingThing(shown: string, files: string[] = []): Missing | undefined {
  const screen = shown.slice(-SEARCHED_CHARS);
  if (PYTHON_2.test(screen)) {
    return lack("it is written for Python 2, which is not installed here", "Python 2");
  }
  if (DISPLAY.test(screen)) {
    return lack("it has windows, and there is no display here", "a display");
  }
  const windows = screen.match(WINDOWS)?.slice(1).find(Boolean);
  if (windows) return lack(`it is written for Windows (${windows}), and this is Linux`, "Windows");
  return missingModule(screen, files) ?? missingVersion(screen) ?? missingTool(screen, files) ??
    missingHeader(screen, files);
}

/** The language of unused files that the grader does not start, and what starts it. */
export function missingLanguage(unused: string[]): LookCause | undefined {
  const language = unused.map(languageOf).find((one) => one && OTHER_LANGUAGES.includes(one));
  if (!language) return undefined;
  const { name } = language;
  const install = installOf(language);
  return {
    cause: `is written in ${name}: lab.json has to say how it is built and started`,
    ...install !== undefined && { install },
  };
}

function missingModule(screen: string, files: string[]): Missing | undefined {
  for (const { said, kind, top, install } of MODULES) {
    const found = screen.match(said)?.slice(1).find(Boolean);
    if (found === undefined) continue;
    const name = top ? top(found) : found;
    if (isOwn(name, files)) continue;
    const why = `the ${kind} ${name} is not installed here`;
    return lack(why, `the ${kind} ${name}`, install?.(name));
  }
  return undefined;
}

function missingVersion(screen: string): Missing | undefined {
  const go = screen.match(GO_VERSION)?.[1];
  if (go) return lack(`it needs Go ${go}, which is newer than the one here`, `Go ${go}`);
  const java = screen.match(CLASS_VERSION)?.[1];
  if (java) {
    const jdk = Number(java) - FIRST_CLASS_VERSION;
    const why = `it needs JDK ${jdk}, which is not installed here`;
    return lack(why, `JDK ${jdk}`, `apt-get install openjdk-${jdk}-jdk`);
  }
  const rust = screen.match(RUST_VERSION)?.[1];
  return rust ? lack(`it needs Rust ${rust}`, `Rust ${rust}`, "rustup update") : undefined;
}

function missingTool(screen: string, files: string[]): Missing | undefined {
  const name = screen.match(TOOL)?.slice(1).find(Boolean);
  // A folder `go/` and a file `go.mod` do not make `go` the student's own program.
  if (name === undefined || !TOOLS.has(name) && isOwn(name, files)) return undefined;
  return lack(`${name} is not installed here`, name, TOOLS.get(name) ?? `apt-get install ${name}`);
}

function missingHeader(screen: string, files: string[]): Missing | undefined {
  const name = screen.match(HEADER)?.[1];
  // A header in quotes or without a folder is the student's own.
  const isSystem = name !== undefined && screen.includes(`<${name}>`) && /^\w[^.]*\//.test(name);
  if (!isSystem || isOwn(name.split("/").at(-1)!, files)) return undefined;
  return lack(`the header ${name} is not installed here`, `the header ${name}`);
}

function lack(why: string, subject: string, install?: string): Missing {
  return { why, look: { cause: `needs ${subject}`, ...install !== undefined && { install } } };
}

/** Whether a submission has a folder or a file of a module's name. */
function isOwn(name: string, files: string[]): boolean {
  return files.some((path) =>
    path.split("/").some((part) => part === name || part.replace(/\.\w+$/, "") === name)
  );
}
