/**
 * Runs all tests with `deno test`, or those of the files and folders in the arguments. Then says in
 * one line which tests were skipped and what was missing for them. The exit code is that of
 * `deno test`.
 *
 * With `--may-skip=WORDS`, such as `--may-skip=denort` or `--may-skip=`, the exit code is 1 if a
 * test was skipped for another reason.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unescape } from "@std/html";
import { missingOf, PACKAGES } from "./needs.ts";

const MAY_SKIP = "--may-skip=";
/** Without a path, `deno test` runs only the tests in deno.json, which need no permissions. */
const ALL_TESTS = fileURLToPath(new URL(".", import.meta.url));

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  const allowed = args.find((arg) => arg.startsWith(MAY_SKIP))?.slice(MAY_SKIP.length).split(",");
  const folder = await Deno.makeTempDir({ prefix: "tests-" });
  const report = `${folder}/junit.xml`;
  try {
    const code = await test([
      `--junit-path=${report}`,
      ...args.filter((arg) => !arg.startsWith(MAY_SKIP)),
    ]);
    const skipped = skippedTests(await Deno.readTextFile(report).catch(() => ""));
    if (skipped.length > 0) console.log(summary(skipped));
    if (allowed === undefined) return code;
    const wrong = skipped.filter((name) => {
      const missing = missingOf(name);
      return missing.length === 0 || missing.some((what) => !allowed.includes(what));
    });
    for (const name of wrong) console.error(`This test may not be skipped: ${name}`);
    return code || (wrong.length > 0 ? 1 : 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs `deno test` and returns its exit code. */
async function test(args: string[]): Promise<number> {
  // The terminal sends Ctrl+C to both processes; this one waits for the other.
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  try {
    const paths = args.some((arg) => existsSync(arg)) ? [] : [ALL_TESTS];
    const argv = ["test", "--allow-all", ...args, ...paths];
    // Otherwise Deno itself prints on a test's terminal that a newer Deno exists.
    const env = { DENO_NO_UPDATE_CHECK: "1" };
    return (await new Deno.Command(Deno.execPath(), { args: argv, env }).spawn().status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
  }
}

/** The names of the skipped tests in a JUnit report; a test that a filter leaves out has no time. */
export function skippedTests(junit: string): string[] {
  const cases = junit.matchAll(/<testcase name="([^"]*)"[^>]* time="[^>]*>\s*<skipped\/>/g);
  return [...cases].map(([, name]) => unescape(name));
}

/** One line: how many tests were skipped, what was missing, and the command that installs it. */
export function summary(skipped: string[], os = Deno.build.os): string {
  const counts = new Map<string, number>();
  for (const name of skipped) {
    const missing = missingOf(name);
    for (const what of missing.length > 0 ? missing : ["no reason given"]) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  const missing = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const known: string[] = Object.values(PACKAGES);
  const packages = missing.map(([what]) => what).filter((what) => known.includes(what));
  const tests = skipped.length === 1
    ? "1 test was skipped"
    : `${skipped.length} tests were skipped`;
  const list = missing.map(([what, count]) => `${what} (${count})`).join(", ");
  const install = os === "linux" && packages.length > 0
    ? `. Install on Debian or Ubuntu: sudo apt-get install ${packages.join(" ")}`
    : "";
  return `${tests}: ${list}${install}`;
}
