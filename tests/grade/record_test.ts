/** What a run's verdicts depended on is named, and a run can be repeated. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { feedback } from "../../lib/grade/class/exports/feedback.ts";
import { classPage } from "../../lib/grade/class/page/page.ts";
import { DEFAULT_ANSWERS } from "../../lib/grade/results/answer_texts.ts";
import {
  type GradingRecord,
  recordLines,
  type Results,
} from "../../lib/grade/results/result_files.ts";
import { DEFAULT_RUBRIC } from "../../lib/grade/results/rubric.ts";
import { toolVersions } from "../../lib/grade/sandbox/tools.ts";
import { text } from "../harness.ts";
import { needing } from "../needs.ts";
import { NO_ZEROS, result } from "./class/made_up.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SUBMISSION = fileURLToPath(new URL("submissions/dead_loop", import.meta.url));

const record: GradingRecord = {
  grader: "9.8.7",
  deno: "2.9.6",
  tools: { python3: "3.11.2", gcc: "12.2.0" },
  rubric: { file: "/srv/ada/rubric.json", content: DEFAULT_RUBRIC },
  lab: { file: "/srv/ada/lab.json", answers: { ...DEFAULT_ANSWERS, server1: "upper" } },
  seed: 4711,
};

Deno.test("the page names grader, Deno, tools, rubric, lab and seed", async () => {
  const page = await classPage({
    ...{ title: "lab", results: [result("Ann")], labels: ["Ann"], links: [{ feedback: "a.md" }] },
    ...{ handedIn: 1, date: new Date(), record },
  });
  for (
    const part of ["Grader 9.8.7", "Deno 2.9.6", "python3 3.11.2", "gcc 12.2.0", "rubric.json"]
  ) assert(page.includes(part), part);
  assertMatch(recordLines(record).join("\n"), /lab\.json; server1 answers upper.*\n.*: 4711$/);
});

Deno.test("feedback names the student's own seed and tools, and neither the class's seed nor a path", () => {
  const said = feedback(result("Ann", { "1a": NO_ZEROS }, { seed: 99 }), [], record);
  assertMatch(
    said,
    /grader 9\.8\.7 \(Deno 2\.9\.6, python3 3\.11\.2\); rubric: rubric\.json; lab:/,
  );
  assertMatch(said, /seed of the texts: 99/);
  for (const part of ["4711", "gcc", "/home"]) assert(!said.includes(part), part);
});

Deno.test({
  name: "toolVersions() has the version of Deno, and no version of a missing tool",
  fn: async () => {
    const tools = await toolVersions();
    assertEquals(tools.deno, Deno.version.deno);
    for (const version of Object.values(tools)) assertMatch(version, /^\d+(\.\d+)+$/);
  },
});

Deno.test(needing(["sandboxes", "python3"], {
  name: "the command that shows a verdict again types the same texts, from any folder",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const run = async (command: string, json: string): Promise<Results> => {
        const { stderr } = await new Deno.Command("bash", {
          args: ["-c", `${command} --json '${json}'`],
          cwd: folder,
          env: { NO_COLOR: "1" },
        }).output();
        assertEquals(text(stderr).includes("Cannot"), false, text(stderr));
        return JSON.parse(await Deno.readTextFile(json));
      };
      const grade = `deno task --quiet --config '${ROOT}deno.json' grade '${SUBMISSION}' --only 1a`;
      const first = await run(grade, `${folder}/first.json`);
      const [{ questions, seed, grader }] = first.submissions;
      assertEquals([grader, first.record?.grader], [config.version, config.version]);
      assertEquals(first.record?.seed, seed);
      const { again, evidence } = questions["1a"];
      const [{ questions: later }] = (await run(again!, `${folder}/again.json`)).submissions;
      assertEquals(later["1a"].evidence[0].typed, evidence[0].typed);
      assertEquals(later["1a"].verdict, "wrong");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
}));
