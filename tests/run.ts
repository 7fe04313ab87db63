/**
 * Runs `deno test` with the arguments given, then says in one line which tests were
 * skipped and what was missing for them. The exit code is that of `deno test`.
 *
 * With `--may-skip=WORDS`, such as `--may-skip=denort` or `--may-skip=`, it is 1 if
 * any test was skipped for another reason.
 *
 * @module
 */
import { unescape } from "@std/html";
import { missingOf, PACKAGES } from "./needs.ts";

const MAY_SKIP = "--may-skip=";

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

/** The exit code of `deno test`, which also gets the terminal's Ctrl+C. */
async function test(args: string[]): Promise<number> {
  const stay = () => {};
  Deno.addSignalListener("SIGINT", stay);
  try {
    const command = new Deno.Command(Deno.execPath(), { args: ["test", "--allow-all", ...args] });
    return (await command.spawn().status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", stay);
  }
}

/** The names of the skipped tests in a JUnit report; a test that a filter leaves out has no time. */
export function skippedTests(junit: string): string[] {
  const cases = junit.matchAll(/<testcase name="([^"]*)"[^>]* time="[^>]*>\s*<skipped\/>/g);
  return [...cases].map(([, name]) => unescape(name));
}

/** One line: how many tests were skipped, what was missing for how many, what brings it. */
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
