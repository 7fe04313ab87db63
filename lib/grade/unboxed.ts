/**
 * Grading without boxes: our own four programs, which are trusted, where a machine
 * allows no boxes; a stranger's, where a person says that it may be so. The
 * grader's own listener on another port is the line, for programs that can be
 * told a port.
 *
 * @module
 */
import type { Built } from "./build.ts";
import { build } from "./build.ts";
import { findPrograms } from "./find.ts";
import type { Listening } from "./network.ts";
import { BoxedPlace, type Ground, type Place } from "./place.ts";
import { family, kill } from "./processes.ts";
import { PROGRAM_NAMES, type ProgramName, type SubmissionResult } from "./results.ts";
import { Running } from "./running.ts";
import { joinWords } from "../cli/shell_words.ts";
import { type GradeOptions, gradePrograms } from "./submission.ts";
import { copyFolder, HELPER_ENV, onPath, Workshop } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);
const PERMISSIONS = ["--allow-net", "--allow-sys=networkInterfaces", "--allow-read", "--no-prompt"];
const LOOPBACK = "127.0.0.1";
const LISTENING = "0A";

/** Grades our own four programs. */
export async function gradeOurOwn(
  options: GradeOptions,
  boxed: boolean,
): Promise<SubmissionResult> {
  const since = performance.now();
  const folder = ROOT.pathname.replace(/\/$/, "");
  const cache = await denoDir();
  const named = { ...options, name: "our own four" };
  const result = boxed ? await inBoxes(folder, cache, named) : await gradePrograms(
    new SharedPlace(folder, { ...Deno.env.toObject(), DENO_DIR: cache }, true),
    ourPrograms((name) => [...name.startsWith("s") ? ["-M"] : [], "-p", "{port}", "-I", "lo"]),
    {},
    named,
  );
  return { ...result, seconds: Math.round((performance.now() - since) / 10) / 100 };
}

async function inBoxes(
  folder: string,
  cache: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const files = PROGRAM_NAMES.map((name) => `${name}.ts`);
  const workshop = await Workshop.open(folder, [...files, "lib", "deno.json", "deno.lock"], [
    { path: cache, inside: "/opt/cache", bin: "/opt/cache" },
  ]);
  try {
    const programs = ourPrograms((name) => name.startsWith("s") ? ["-M", "-T", "1"] : []);
    for (const program of Object.values(programs)) program.env = { DENO_DIR: "/opt/cache" };
    return await gradePrograms(new BoxedPlace(workshop), programs, {}, options);
  } finally {
    await workshop.close();
  }
}

function ourPrograms(args: (name: ProgramName) => string[]): Record<ProgramName, Built> {
  const ours = PROGRAM_NAMES.map((name): [ProgramName, Built] => [name, {
    files: [`${name}.ts`],
    words: ["deno", "run", ...PERMISSIONS, `${name}.ts`, ...args(name)],
    folder: "",
    source: "",
    ports: [],
    fixed: args(name).includes("{port}"),
  }]);
  return Object.fromEntries(ours) as Record<ProgramName, Built>;
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** Grades a stranger's programs without boxes: as another user if the grader is root. */
export async function gradeUnboxed(
  folder: string,
  options: GradeOptions,
): Promise<SubmissionResult> {
  const since = performance.now();
  const copy = await Deno.makeTempDir({ prefix: "lab-" });
  try {
    await Deno.chmod(copy, 0o777);
    const leftOut = await copyFolder(folder, copy);
    const found = await findPrograms(copy);
    const place = new SharedPlace(copy, { ...HELPER_ENV, HOME: copy, LANG: "C.UTF-8" }, false);
    const programs = await build((command) => place.run(command), found, options.lab ?? {}, copy);
    const result = await gradePrograms(place, programs, options.lab ?? {}, options);
    result.attempts.unshift(...leftOut);
    const name = options.name ?? folder.split("/").at(-1)!;
    return { ...result, name, seconds: Math.round((performance.now() - since) / 10) / 100 };
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** This machine as it is, shared by all. */
export class SharedPlace implements Place {
  readonly boxed = false;
  readonly eth1: undefined = undefined;
  readonly oneAtATime: boolean;
  #folder: string;
  #env: Record<string, string>;
  #trusted: boolean;
  #uid = Deno.build.os === "linux" && Deno.uid() === 0
    ? 2_000_000 + crypto.getRandomValues(new Uint16Array(1))[0]
    : undefined;

  /** A folder of this machine. @param trusted Whether the programs are ours: they say when they listen. */
  constructor(folder: string, env: Record<string, string>, trusted: boolean) {
    this.#folder = folder;
    this.#env = env;
    this.#trusted = trusted;
    this.oneAtATime = !trusted;
  }

  port(): number {
    const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  }

  /** Starts a command. */
  run(
    { words, folder, env = {}, terminal }: Pick<Built, "words" | "folder" | "env"> & {
      terminal: boolean;
    },
  ): Running {
    const [word, ...args] = words;
    const command = [this.#trusted && word === "deno" ? Deno.execPath() : word, ...args];
    const onTerminal = terminal && Deno.build.os === "linux" && onPath("script");
    const asOther = this.#uid !== undefined && !this.#trusted;
    return new Running({
      words: [
        ...asOther
          ? ["setpriv", `--reuid=${this.#uid}`, `--regid=${this.#uid}`, "--clear-groups"]
          : [],
        ...onTerminal
          ? ["script", "-qfeE", "never", "-c", joinWords(command), "/dev/null"]
          : command,
      ],
      env: { ...this.#env, TERM: "dumb", ...env },
      cwd: folder === "" ? this.#folder : `${this.#folder}/${folder}`,
      terminal: onTerminal,
    });
  }

  ground(): Promise<Ground> {
    const started: { running: Running; port: number }[] = [];
    return Promise.resolve({
      start: (program, terminal = true) => {
        const running = this.run({ ...program, terminal });
        const at = program.words.indexOf("-p");
        started.push({ running, port: Number(program.words[at + 1]) });
        return running;
      },
      listening: () => {
        const { running, port } = started.at(-1)!;
        if (!this.#trusted) return Promise.resolve(listeningOf(running.pid));
        const isReady = running.exit === undefined && running.screen.includes("\n");
        return Promise.resolve(isReady ? [{ address: LOOPBACK, port }] : []);
      },
      serverEnd: ({ address, port }) => {
        const hostname = address === "0.0.0.0" || address === "::" ? LOOPBACK : address;
        return Promise.resolve(() => Deno.connect({ hostname, port }));
      },
      clientEnd: () => {
        const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
        return Promise.resolve({ listener, port: (listener.addr as Deno.NetAddr).port });
      },
      close: async () => {
        for (const { running } of started) {
          if (!this.#trusted) kill(family(running.pid).reverse());
          await running.stop();
        }
      },
    });
  }
}

/** Where a process or one that it started listens, as Linux tells. */
function listeningOf(pid: number): Listening[] {
  const sockets = new Set<string>();
  for (const member of family(pid)) {
    try {
      for (const { name } of Deno.readDirSync(`/proc/${member}/fd`)) {
        const inode = Deno.readLinkSync(`/proc/${member}/fd/${name}`).match(/^socket:\[(\d+)\]/);
        if (inode) sockets.add(inode[1]);
      }
    } catch {
      // It has ended.
    }
  }
  if (sockets.size === 0) return [];
  return ["tcp", "tcp6"].flatMap((table) =>
    Deno.readTextFileSync(`/proc/net/${table}`).split("\n").map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTENING && sockets.has(fields[9]))
      .map(([, local]) => {
        const [address, port] = local.split(":");
        return { address: kernelAddress(address), port: parseInt(port, 16) };
      })
  );
}

/** `0100007F` is 127.0.0.1: the kernel writes each word in its own byte order. */
function kernelAddress(hex: string): string {
  const last = hex.slice(-8).match(/../g)!.map((byte) => parseInt(byte, 16)).reverse();
  if (hex.length === 8 || hex.slice(16, 24) === "FFFF0000") return last.join(".");
  return /^0+$/.test(hex) ? "::" : "::1";
}
