/** Every output of the grader, fed with the same strings of a hostile submission. */
import { assert, assertEquals } from "@std/assert";
import { comparisonLines } from "../../../lib/grade/class/grade_tasks.ts";
import { addDecision, readDecisions } from "../../../lib/grade/class/decisions/decisions_file.ts";
import { feedbackHtml, feedbackPath } from "../../../lib/grade/class/exports/feedback_files.ts";
import { fileNames } from "../../../lib/grade/class/intake/file_names.ts";
import { feedback } from "../../../lib/grade/class/exports/feedback.ts";
import { gradesCsv, junitXml } from "../../../lib/grade/class/exports/marks_files.ts";
import { fit } from "../../../lib/grade/class/screen.ts";
import { markup } from "../../../lib/grade/class/page/markup.ts";
import { toResults } from "../../../lib/grade/results/result_files.ts";
import { answerLines, summaryLines } from "../../../lib/grade/results/screen.ts";
import { result } from "./made_up.ts";

/** What a terminal, a browser, Markdown, XML or a spreadsheet would act on. */
const NASTY = [
  "\x1b]52;c;cm0gLXJmIH4=\x1b\\ the clipboard",
  "\x1b[2J\x1b[1;1H100 of 100 marks",
  "\x9b31m C1, \x90 and \x9d8;;http://example.org\x9c",
  "over\rwritten",
  "two\n## 100 of 100 marks",
  "\u202eskram\u202c \u2066x\u2069 \u200f \u2028 \u2029",
  "`` ` ```\n# heading",
  "![x](http://example.org/x.png) [y](javascript:alert(1))",
  "<img src=x onerror=alert(1)> &lt; </script> \" '",
  "]]> <![CDATA[ --> \0 \x08 \x7f",
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "ada;=1+1",
  "ada,@x\t=2",
];

// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** A result in which a string stands wherever a submission can put one. */
function nasty(text: string) {
  const evidence = [{ typed: text, sent: text, received: text, shown: text, expected: text }];
  const answer = { verdict: "wrong" as const, why: text, evidence, again: text };
  return result(text, { "1a": answer, "2a": { ...answer, verdict: "look" } }, {
    why: text,
    remarks: [{ id: "one-byte-pieces", text, evidence, again: text }],
    attempts: [text],
    programs: {
      server1: { files: [text], run: text, listens: text },
      client1: { files: [text], run: text },
    },
  });
}

function paint(_: string, text: string): string {
  return text;
}

for (const text of NASTY) {
  const one = nasty(text);
  Deno.test(`the screen shows ${JSON.stringify(text)} as text`, () => {
    const answers = answerLines("1a", one.questions["1a"], paint, true);
    for (const line of [...answers, ...summaryLines(one, paint, true), fit(text)]) {
      assert(!UNSAFE.test(line) && !line.includes("\n"), JSON.stringify(line));
    }
  });

  Deno.test(`feedback shows ${JSON.stringify(text)} as text`, () => {
    const markdown = feedback(one, []);
    assert(!UNSAFE.test(markdown), JSON.stringify(markdown));
    const fences = /^( *)(`{3,})text\n[^]*?\n\1\2$/gm;
    const prose = markdown.replace(fences, "").replace(/(`+)[^\n]*?\1/g, "");
    assert(!/(^|[^\\])(\]\(|<img)/.test(prose), prose);
    assert(!/^#+ 100 of 100/m.test(prose), prose);
  });

  Deno.test(`grades.csv holds ${JSON.stringify(text)} as text`, () => {
    const csv = gradesCsv([one], [[{ name: text, login: text }]]);
    const rows = csv.replace(/^\ufeff/, "").trimEnd().split("\r\n");
    assertEquals(rows.length, 2, csv);
    for (const cell of rows[1].split(/[;,\t|]/)) {
      assert(!UNSAFE.test(cell) && !/^"?\s*[=+@]|^"?\s*-\D/.test(cell), JSON.stringify(cell));
    }
  });

  Deno.test(`JUnit and the page show ${JSON.stringify(text)} as text`, () => {
    for (const made of [junitXml([one]), markup`<p title="${text}">${text}</p>`.text]) {
      assert(!UNSAFE.test(made), JSON.stringify(made));
      assert(!/<img|<!\[CDATA|\]\]>|<\/script/.test(made), made);
    }
  });

  Deno.test(`--compare shows ${JSON.stringify(text)} as text`, () => {
    const answer = { ...one.questions["1a"], verdict: "not run" as const, why: text };
    const now = { ...one, questions: { ...one.questions, "1a": answer } };
    const lines = comparisonLines([{ label: text, stored: { ...one, grader: text }, now }]);
    assertEquals(lines.length, 3);
    for (const line of lines) {
      assert(!UNSAFE.test(line) && !line.includes("\n"), JSON.stringify(line));
    }
  });

  Deno.test(`feedback as HTML shows ${JSON.stringify(text)} as text`, () => {
    const html = feedbackHtml(feedback(one, []));
    assert(!UNSAFE.test(html) && !/<(?!\/?(?:h\d|p|ul|li|pre|code|b)>)/.test(html), html);
  });

  Deno.test(`file names in feedback.zip and of --unpacked hold ${JSON.stringify(text)} as text`, () => {
    const name = `..\\${text.replaceAll("/", "")}`;
    const parts = [{ path: `/c/${name}_123_456_x.zip` }] as never;
    const by = (platform: "moodle" | "canvas") => [{ name, platform }];
    const paths = [
      feedbackPath({ source: `${name}_1_assignsubmission_file_`, parts, students: by("moodle") }),
      feedbackPath({ source: "x", parts, students: by("canvas") }),
      ...fileNames([text, `../${text}`, name]),
    ];
    for (const path of paths) {
      const folders = path?.split("/") ?? [];
      assert(!UNSAFE.test(path ?? "") && !path?.includes("\\") && !path?.includes("\n"), path);
      assert(folders.length <= 2 && !folders.includes(".."), path);
    }
  });

  Deno.test(`a decision on ${JSON.stringify(text)} is kept, and is no formula`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".csv" });
    try {
      await Deno.remove(path);
      const decision = {
        submission: text.trim(),
        question: "1a",
        points: "1",
        sentence: "",
        seen: "",
      };
      await addDecision(path, { student: text.trim(), ...decision });
      const [kept] = await readDecisions(path);
      assertEquals(kept.student.replaceAll("\r\n", "\n"), text.trim());
      const [, row] = (await Deno.readTextFile(path)).split("\r\n");
      assert(!/^"?\s*[=+\-@]/.test(row), row);
    } finally {
      await Deno.remove(path);
    }
  });

  Deno.test(`results.json keeps ${JSON.stringify(text)} as it is`, () => {
    const [kept] = JSON.parse(JSON.stringify(toResults([one]))).submissions;
    assertEquals(kept.why, text);
  });
}
