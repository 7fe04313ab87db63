/**
 * The settings files of a submission as arguments of its programs: `-c etc/lab.ini`.
 *
 * @module
 */
import { relative } from "node:path/posix";
import type { ProgramName } from "../results/results.ts";
import { SETTINGS } from "./files.ts";
import { hasPlace, type Launch, SETTINGS_FILE, withPlace } from "./launch.ts";
import { fitOf } from "./roles.ts";

/** At most this many settings files are tried in one place. */
const MAX_SETTINGS = 2;
/** Settings files of tools: no program is started with them. */
const OF_TOOLS =
  /(?:^|\/)(?:(?:package(?:-lock)?|deno|tsconfig|lab)\.jsonc?|(?:pyproject|Cargo)\.toml|[^/]*compose\.ya?ml|\.[^/]*)$/;
const IS_EXAMPLE = /wrong|bad|broken|example|sample|test/i;

/** A launch with each settings file of the submission in the place for one, the likelier first. */
export function withSettingsFile(launch: Launch, name: ProgramName, files: string[]): Launch[] {
  if (!hasPlace(launch, SETTINGS_FILE)) return [launch];
  const fit = (path: string) =>
    fitOf([path.replace(/^.*\/|\.\w+$/g, "")], name) - (IS_EXAMPLE.test(path) ? 1 : 0);
  const paths = files.filter((path) => SETTINGS.test(path) && !OF_TOOLS.test(path))
    .filter((path) => fit(path) > -2)
    .sort((a, b) => fit(b) - fit(a) || a.length - b.length)
    .slice(0, MAX_SETTINGS)
    .map((path) => relative(`/${launch.folder}`, `/${path}`));
  return (paths.length > 0 ? paths : ["WORD"])
    .map((path) => withPlace(launch, SETTINGS_FILE, path));
}
