/**
 * What sandboxes see of this machine: interpreters and compilers outside /usr with their versions, the
 * packages that Deno has downloaded, and a copy of `/etc`. Sandboxes see no home folder, so each tool
 * is mounted there by itself, read-only.
 *
 * @module
 */
import { lenientText } from "../../wire/text.ts";
import { OTHER_LANGUAGES, STARTED_LANGUAGES } from "../results/language_table.ts";
import { isFile, isFolder, known, namesIn, textOf } from "./paths.ts";

/** A file or folder that is mounted into the sandboxes. */
export interface Tool {
  path: string;
  /** Where sandboxes see it. */
  inside: string;
  /** The folder of its programs there, if it has any. */
  bin?: string;
}

/** The folder of Deno's cache in a sandbox. */
export const DENO_DIR = "/opt/cache";

const BIN_FOLDERS = ["/usr/local/bin", "/usr/bin"];
const FOLDER_QUERIES: [command: string, args: string[]][] = [
  ["python3", ["-c", "import sys; print(sys.base_prefix)"]],
  ["node", ["-p", "require('path').dirname(require('path').dirname(process.execPath))"]],
  ["rustc", ["--print", "sysroot"]],
  ["go", ["env", "GOROOT"]],
];
/** Each tool, and the arguments that make it print its version. */
const VERSIONED: readonly (readonly [tool: string, versionArgs: readonly string[]])[] = [
  ["javac", ["-version"]],
  ...[...STARTED_LANGUAGES, ...OTHER_LANGUAGES].flatMap((
    { tool, versionArgs = ["--version"] },
  ) => tool === undefined ? [] : [[tool, versionArgs] as const]),
];
const TOOL_LIMIT_MS = 5_000;
const JVM_FOLDER = "/usr/lib/jvm";

let knownTools: Promise<Tool[]> | undefined;

/** The tools of this machine that sandboxes would not see in /usr. They are searched once. */
export function tools(): Promise<Tool[]> {
  return knownTools ??= findTools();
}

async function findTools(): Promise<Tool[]> {
  const all = await Promise.all(FOLDER_QUERIES.map(async ([command, args]): Promise<string[]> => {
    if (BIN_FOLDERS.some((folder) => realPath(`${folder}/${command}`)?.startsWith("/usr/"))) {
      return [];
    }
    const output = await outputOf(command, args);
    const path = output?.success ? lenientText(output.stdout).trim() : "";
    const isOutside = path.startsWith("/") && !path.startsWith("/usr/") && !path.includes("'");
    return isOutside && !isPrivate(path) ? [path] : [];
  }));
  const deno = await Deno.realPath(Deno.execPath());
  const linked = linkedTools();
  const found = all.flat().filter((path) => !linked.includes(path)).map((path, i): Tool => (
    { path, inside: `/opt/tool${i}`, bin: `/opt/tool${i}/bin` }
  ));
  found.push(...linked.map((path) => ({ path, inside: path })));
  if (!deno.startsWith("/usr/")) {
    found.push({ path: deno, inside: "/opt/deno/deno", bin: "/opt/deno" });
  }
  const info = await outputOf(deno, ["info", "--json"]);
  const packages = `${JSON.parse(lenientText(info!.stdout)).denoDir}/npm`;
  if (isFolder(packages)) found.push({ path: packages, inside: `${DENO_DIR}/npm` });
  return found;
}

/** What links in the folders of `PATH` lead to outside /usr: `/opt/NAME`, or else the file alone. */
export function linkedTools(folders: readonly string[] = BIN_FOLDERS): string[] {
  const links = folders.flatMap((folder) =>
    (known(() => [...Deno.readDirSync(folder)]) ?? []).filter(({ isSymlink }) => isSymlink)
      .map(({ name }) => `${folder}/${name}`)
  );
  const targets = links.flatMap((link) => realPath(link) ?? [])
    .filter((path) => !/^\/(?:usr|etc|dev|proc|lab|s?bin|lib\w*)\/|'/.test(path));
  return [...new Set(targets.map((path) => path.match(/^\/opt\/[^/]+(?=\/)/)?.[0] ?? path))];
}

function realPath(path: string): string | undefined {
  return known(() => Deno.realPathSync(path));
}

/** Whether a folder holds more than a tool: a home, what is above it, or `~/.local`. */
function isPrivate(path: string): boolean {
  const home = `${(Deno.env.get("HOME") ?? "/root").replace(/\/+$/, "")}/`;
  const folder = `${path.replace(/\/+$/, "")}/`;
  return home.startsWith(folder) ||
    /^\/(?:root\/|home\/(?:[^/]+\/)?)?(?:\.local\/)?$/.test(folder);
}

/** What a tool prints; undefined if it is not installed, or too slow. */
async function outputOf(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  try {
    return await new Deno.Command(command, {
      args: [...args],
      cwd: "/", // a tool must not find configuration in the folder of a submission
      env,
      stdin: "null",
      signal: AbortSignal.timeout(TOOL_LIMIT_MS),
    }).output();
  } catch {
    return undefined;
  }
}

/** The folder of the newest JDK's programs, with a slash; empty if only the PATH is known. */
export function newestJdk(): string {
  const folders = namesIn(JVM_FOLDER).map((name) => `${JVM_FOLDER}/${name}`);
  const versions = folders.filter((folder) =>
    isFile(`${folder}/bin/javac`) && isFile(`${folder}/release`)
  ).map((folder) => {
    const release = textOf(`${folder}/release`);
    const version = release.match(/^JAVA_VERSION="(?:1\.)?(\d{1,3})/m)?.[1];
    return { folder, version: Number(version ?? 0) };
  });
  const [newest] = versions.sort((a, b) => b.version - a.version);
  return newest ? `${newest.folder}/bin/` : "";
}

let knownVersions: Promise<Record<string, string>> | undefined;

/** Each compiler and interpreter that is installed, with its version. They are asked once. */
export function toolVersions(): Promise<Record<string, string>> {
  return knownVersions ??= findVersions();
}

async function findVersions(): Promise<Record<string, string>> {
  const own = (await tools()).flatMap(({ path, bin }) => bin === undefined ? [] : [`${path}/bin`]);
  const env = { PATH: ["/usr/local/bin:/usr/bin:/bin", ...own].join(":") }; // as in a sandbox
  const all = await Promise.all(VERSIONED.map(async ([tool, args]) => {
    const isJava = tool === "java" || tool === "javac";
    const command = tool === "deno" ? Deno.execPath() : isJava ? newestJdk() + tool : tool;
    const output = await outputOf(command, args, env);
    const said = output && lenientText(output.stdout) + lenientText(output.stderr);
    const version = said?.match(/\d+(?:\.\d+)+/)?.[0];
    return version === undefined ? [] : [[tool, version]];
  }));
  return Object.fromEntries(all.flat());
}

/** What interpreters and compilers look up in `/etc`. */
const SHOWN_ETC =
  /^(alternatives|ld\.so\.(cache|conf|conf\.d)|ssl|localtime|timezone|mime\.types|protocols|services|inputrc|php|perl|mono|java.*|python.*|ruby.*|lua.*|ghc.*|erlang|R|julia|nsswitch\.conf|gai\.conf|host\.conf|fonts|cli|ant.*|openal|magic|locale\.alias|gcrypt|crypto-policies|pki)$/;
/** Folders of private keys below what is shown. */
const ETC_KEYS = ["ssl/private", "pki/tls/private"];

/** The names in `/etc` that sandboxes see. */
export function shownEtc(): string[] {
  return namesIn("/etc").filter((name) => SHOWN_ETC.test(name) && !name.includes("'"));
}

/**
 * The shell command that copies `/etc` into the folder `etc`, without private keys and links'
 * targets. One mount then shows it; a mount for each entry takes twice the time.
 */
export function copyEtc(): string {
  const shown = shownEtc().map((name) => `'/etc/${name}'`);
  if (shown.length === 0) return ":";
  // Some of it is for root alone: then it is left out.
  const copy = `cp -R --preserve=mode ${shown.join(" ")} etc 2> /dev/null`;
  return `{ ${copy} || :; } && rm -rf ${ETC_KEYS.map((folder) => `etc/${folder}`).join(" ")}`;
}
