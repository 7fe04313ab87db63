/**
 * The class's page, in a browser.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { applyDecisions } from "../../../lib/grade/class/decisions/apply_decisions.ts";
import { classPage } from "../../../lib/grade/class/page/page.ts";
import { DEFAULT_ANSWERS } from "../../../lib/grade/results/answer_texts.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import type { RemarkId } from "../../../lib/grade/results/questions.ts";
import { findBrowser, needing } from "../../needs.ts";
import { Page } from "./browser.ts";
import { Folder } from "./folders.ts";
import { NO_ZEROS, result, sixty } from "./made_up.ts";

const HOSTILE = `<script>pwned = 1</script><img src=x onerror="pwned = 2">"'=1`;

/** Sixty students, one of them with a hostile name and hostile programs. */
function html(): Promise<string> {
  const results = sixty();
  results[7] = result(HOSTILE, {
    "1a": { ...NO_ZEROS, why: HOSTILE, again: HOSTILE, evidence: [{ shown: HOSTILE }] },
  }, { remarks: [{ id: HOSTILE as RemarkId, text: HOSTILE, evidence: [] }], attempts: [HOSTILE] });
  return classPage({
    title: HOSTILE,
    results,
    labels: results.map(({ name }) => name),
    links: results.map(() => ({ feedback: "feedback/x.md" })),
    handedIn: 61,
    date: new Date("2026-11-25"),
  });
}

const DECISIONS = [["Ann", "1a", "20"], ["Bob", "all", "60"], ["Cy", "1b", "part"]].map((
  [student, question, points],
) => ({ student, submission: student, question, points, sentence: "Seen.", seen: "" }));

/** Three students whom a person has decided: a look, all questions together, a right answer. */
function decidedHtml(): Promise<string> {
  const look = { "1a": { verdict: "look", why: "server1 needs the module numpy" } } as const;
  const rubric = { ...DEFAULT_RUBRIC, late: { perDay: 5, cap: 20 } };
  const all = [
    result("Ann", look, { state: "look", why: look["1a"].why }),
    result("Bob", look, { state: "look", why: look["1a"].why }),
    result("Cy"),
  ];
  const results = all.map((one) =>
    applyDecisions(one, DECISIONS.filter(({ student }) => student === one.name), rubric, one.name)
      .result
  );
  return classPage({
    ...{ title: "lab", results, decisions: DECISIONS, labels: ["Ann", "Bob", "Cy"] },
    links: results.map(() => ({ feedback: "feedback/x.md" })),
    record: {
      ...{ grader: "1", deno: "2", tools: {}, lab: { answers: DEFAULT_ANSWERS }, seed: 1 },
      rubric: { content: rubric },
    },
    ...{ handedIn: 3, date: new Date("2026-11-25") },
  });
}

const steps: [what: string, body: (page: Page) => Promise<void>][] = [];

/** Adds a step of the test below: all share one browser, and each loads the page anew. */
function inBrowser(what: string, body: (page: Page) => Promise<void>): void {
  steps.push([what, body]);
}

Deno.test(needing(["browser"], {
  name: "index.html in a browser",
  fn: async (t) => {
    await using folder = new Folder({
      "index.html": await html(),
      "decided.html": await decidedHtml(),
    });
    await using page = await Page.open(findBrowser()!);
    for (const [what, body] of steps) {
      await t.step(what, async () => {
        await page.visit("about:blank");
        page.complaints.length = 0; // leaving a page with unsaved decisions is one
        await show(page, 1400, "light");
        await page.visit(`file://${folder.path}/index.html`);
        await body(page);
        assertEquals(page.complaints, [], "nothing comes to the console");
      });
    }
  },
}));

async function show(page: Page, width: number, scheme: string, media = ""): Promise<void> {
  const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
  await page.call("Emulation.setDeviceMetricsOverride", metrics);
  const features = [{ name: "prefers-color-scheme", value: scheme }];
  await page.call("Emulation.setEmulatedMedia", { media, features });
}

/** What a column of the grid says, from the top. */
function column(page: Page, index: number): Promise<string[]> {
  return page.value(
    `[...document.querySelector("table.grid tbody").rows].map((row) => row.cells[${index}].innerText.trim())`,
  );
}

const click = (page: Page, selector: string) =>
  page.value(`document.querySelector(${JSON.stringify(selector)}).click()`);

inBrowser("sixty rows, what wants a look first, then by name", async (page) => {
  const names = await column(page, 0);
  assertEquals(names.length, 60);
  const looks: string[] = await page.value(
    `[...document.querySelectorAll("tbody tr")].map((row) => row.dataset.look).join("")`,
  );
  assertMatch(String(looks), /^2{4}0{56}$/);
  const rest = names.slice(4);
  assertEquals(rest, rest.toSorted(new Intl.Collator("en", { numeric: true }).compare));
});

inBrowser("sorting by marks, both ways, and by a question", async (page) => {
  await click(page, "#look-first");
  await click(page, "th.marks button");
  const marks = (await column(page, 1)).map((text) => parseFloat(text.split("\n").at(-1)!));
  assertEquals(marks, marks.toSorted((a, b) => a - b));
  assertEquals(await page.value(`document.querySelector("th.marks").ariaSort`), "ascending");
  await click(page, "th.marks button");
  assertEquals(await page.value(`document.querySelector("th.marks").ariaSort`), "descending");
  const down = (await column(page, 1)).map((text) => parseFloat(text.split("\n").at(-1)!));
  assertEquals(down, marks.toReversed());
  await click(page, "th.q button");
  const letters = (await column(page, 2)).map(([letter]) => letter).join("");
  assertMatch(letters, /^L+W+R+$/);
});

inBrowser("finding by name, by what there is to do, and by a fault", async (page) => {
  const type = (id: string, value: string) =>
    page.value(`{
      const field = document.getElementById("${id}");
      field.value = "${value}";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }`);
  await type("find", "o'brien");
  assertEquals((await column(page, 0)).length, 10);
  assertEquals(await page.value("count.textContent"), "10 of 60 shown");
  await type("find", "");
  await type("kind", "look");
  assertEquals((await column(page, 0)).length, 4);
  await click(page, "#all");
  await click(page, ".faults button");
  const shown = (await column(page, 0)).length;
  assertEquals(
    String(shown),
    await page.value(`parseInt(document.querySelector(".faults b").innerText) + ""`),
  );
  await click(page, "#all");
  await type("find", "angstrom"); // ten students, of whom one has the hostile name
  assertEquals((await column(page, 0)).length, 9);
  assertMatch((await column(page, 0))[0], /Ångström/);
  assertEquals(
    await page.value("document.querySelector('article.shown h3').innerText"),
    (await column(page, 0))[0],
    "the details are those of a student in the list",
  );
  await click(page, "#all");
  assertEquals(await page.value('fold("Łukasz Weiß")'), "lukasz weiss");
  await type("find", "nobody at all");
  assertEquals(await column(page, 0), [
    "No student matches. Search for something else, or show all.",
  ]);
});

inBrowser("names and what programs said are text and nothing else", async (page) => {
  assertEquals(await page.value("typeof pwned"), "undefined");
  assert((await column(page, 0)).includes(HOSTILE));
  assertEquals(await page.value("document.querySelector('h1').innerText"), HOSTILE);
  assertEquals(await page.value("document.images.length + document.scripts.length"), 1);
});

inBrowser("a student's details: by mouse, by keyboard, by address", async (page) => {
  const shown = () => page.value<string>("document.querySelector('article.shown h3').innerText");
  const [first, second] = await column(page, 0);
  assertEquals(await shown(), first);
  await click(page, "tbody tr:nth-child(2) a");
  assertEquals(await shown(), second);
  assertEquals(await page.value("document.activeElement.querySelector('h3')?.innerText"), second);
  await click(page, "#previous");
  assertEquals(await shown(), first);
  await page.value(`new Promise((resolve) => {
    addEventListener("hashchange", () => resolve()); // after the page's own listener
    location.hash = "s8";
  })`);
  assertEquals(await shown(), HOSTILE);
  const details = await page.value<string>("document.querySelector('article.shown').innerText");
  for (const part of ["Not right", "shown", "Copy", "How it was started"]) {
    assert(details.toLowerCase().includes(part.toLowerCase()), part);
  }
});

inBrowser(
  "one key goes to the next student, the previous, the next that wants a look",
  async (page) => {
    const press = (key: string) =>
      page.value(
        `{ document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "${key}", bubbles: true })) }`,
      );
    const shown = () => page.value<string>("document.querySelector('article.shown h3').innerText");
    const names = await column(page, 0);
    await press("n");
    assertEquals(await shown(), names[1]);
    await press("p");
    assertEquals(await shown(), names[0]);
    await click(page, "tbody tr:nth-child(9) a");
    await press("l");
    assertEquals(await shown(), names[0]);
    await press("d");
    assertEquals(await page.value("document.activeElement.name"), "points");
  },
);

inBrowser(
  "a look is decided with buttons, counted, and saved as the decisions file",
  async (page) => {
    assertEquals(await page.value("left.textContent"), "4 students left to decide (8 questions)");
    await page.value(`{
    const save = URL.createObjectURL;
    URL.createObjectURL = (blob) => (globalThis.saved = blob.text(), save(blob));
    document.addEventListener("click", (event) => {
      if (event.target.download) event.preventDefault();
    });
  }`);
    const decide = (points: string, sentence: string) =>
      page.value(`{
      document.querySelector("article.shown .decide[data-look-question]:not([data-done])").click();
      const form = document.querySelector("article.shown form");
      form.elements.points.value = ${JSON.stringify(points)};
      form.elements.sentence.value = ${JSON.stringify(sentence)};
      form.requestSubmit();
    }`);
    await decide("99", "too much");
    assertEquals(await page.value("left.textContent"), "4 students left to decide (8 questions)");
    await click(page, "article.shown form [name=cancel]");
    const marks = () =>
      page.value<string>(
        "document.querySelector('article.shown .meta b').textContent + ' ' + " +
          "document.querySelector('tr[aria-current] .marks').textContent.replace(/[^\\d.]/g, '')",
      );
    const before = Number((await marks()).split(" ")[0]);
    await decide("27.5", 'I ran it, and it "works".');
    assertEquals(await marks(), `${before + 27.5} ${before + 27.5}`);
    assertEquals(await page.value("left.textContent"), "4 students left to decide (7 questions)");
    assertEquals(
      await page.value(`document.querySelector("#sentences option").value`),
      'I ran it, and it "works".',
    );
    await click(page, "#save");
    const csv = await page.value<string>("saved");
    assertMatch(csv, /^\ufeff?student,submission,question,points,sentence,seen\r\n/);
    assertMatch(
      csv,
      /,1a,27\.5,"I ran it, and it ""works""\.",look: server1 needs the module numpy\r\n$/,
    );
  },
);

inBrowser("one word decides the other looks of a student too", async (page) => {
  await page.value(`{
    document.querySelector("article.shown .decide[data-look-question]").click();
    const { points, sentence, also } = document.querySelector("article.shown form").elements;
    [points.value, sentence.value, also.checked] = ["1", "It has no module.", true];
    also.form.requestSubmit();
    globalThis.refused = also.form.isConnected;
    points.value = "wrong";
    also.form.requestSubmit();
  }`);
  assertEquals(await page.value("refused"), true, "a number fits one question alone");
  assertEquals(await page.value("left.textContent"), "3 students left to decide (6 questions)");
  assertEquals(
    await page.value("[...decisions.values()].map((one) => one.question + one.points).join()"),
    "1awrong,1bwrong",
  );
});

inBrowser("all questions of a student are decided together", async (page) => {
  const left = () => page.value<string>("left.textContent");
  const total = () => page.value("document.querySelector('article.shown .meta b').textContent");
  assertEquals(await left(), "4 students left to decide (8 questions)");
  const decide = (points: string) =>
    page.value(`{
      const form = document.querySelector("article.shown form");
      form.elements.points.value = "${points}";
      form.requestSubmit();
    }`);
  await click(page, 'article.shown .decide[data-question="all"]');
  await decide("right");
  assertEquals(await left(), "4 students left to decide (8 questions)"); // the whole has marks alone
  await decide("61.5");
  assertEquals([await left(), await total()], ["3 students left to decide (6 questions)", "61.5"]);
  const row = "document.querySelector('tr[aria-current]')";
  assertEquals(await page.value(`${row}.className + ${row}.dataset.look`), "settled0");
  await click(page, 'article.shown .decide[data-question="all"]');
  await click(page, "article.shown form [name=none]");
  assertEquals(await left(), "4 students left to decide (8 questions)");
  assertEquals(await page.value(`${row}.className + ${row}.dataset.look`), "2");
});

/** Opens the form of a button of the shown student, and submits it; empty marks: "Take back". */
const change = (page: Page, question: string, points: string) =>
  page.value(`{
    document.querySelector('article.shown .decide[data-question="${question}"]').click();
    const form = document.querySelector("article.shown form");
    form.elements.points.value = "${points}";
    "${points}" === "" ? form.elements.none.click() : form.requestSubmit();
  }`);

inBrowser(
  "a right answer can be changed, also by a person who has decided it before",
  async (page) => {
    await page.visit((await page.value<string>("location.href")).replace("index", "decided"));
    const marks = () =>
      page.value<string>(
        "document.querySelector('article.shown .meta b').textContent + ' ' + " +
          "document.querySelector('tr[aria-current] .marks').textContent.replace(/[^\\d.]/g, '')",
      );
    const given = (question: string) =>
      page.value<string>(
        `document.querySelector('article.shown [data-question="${question}"]').parentElement.querySelector(".given").textContent`,
      );
    const left = () => page.value<string>("left.textContent");
    const chipOf = (question: string) =>
      page.value<string>(
        `[...document.querySelector("tr[aria-current]").cells].find((one) => one.title.startsWith("${question}:")).innerText[0]`,
      );
    assertEquals(await left(), "Nothing left to decide");
    assertEquals(await marks(), "90 90");
    // A right answer.
    await change(page, "2a", "25");
    assertEquals([await marks(), await given("2a"), await chipOf("2a")], [
      "85 85",
      "25 of 30, decided by hand",
      "P",
    ]);
    await change(page, "2a", "");
    assertEquals([await marks(), await given("2a"), await chipOf("2a")], [
      "90 90",
      "30 of 30",
      "R",
    ]);
    // A look that a person has decided: after "Take back" it waits again.
    await change(page, "1a", "");
    assertEquals(await left(), "1 student left to decide (1 question)");
    assertEquals([await marks(), await given("1a"), await chipOf("1a")], ["70 70", "– of 30", "L"]);
    await change(page, "1a", "right");
    assertEquals([await marks(), await left()], ["100 100", "Nothing left to decide"]);
    // All questions together.
    await click(page, "#next");
    assertEquals([await marks(), await left()], ["60 60", "Nothing left to decide"]);
    await change(page, "all", "61,5");
    assertEquals(await marks(), "61.5 61.5");
    await change(page, "all", "");
    assertEquals([await marks(), await left()], ["70 70", "1 student left to decide (1 question)"]);
    // A graded student: key d, and days of delay.
    await click(page, "#next");
    assertEquals(await marks(), "97.5 97.5");
    await change(page, "late", "2");
    assertEquals(await marks(), "87.5 87.5");
    await page.value(
      `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }))`,
    );
    assertEquals(await page.value("document.activeElement.name"), "points");
    await page.value(`document.querySelector("article.shown form [name=cancel]").click()`);
    await change(page, "all", "50");
    assertEquals(await marks(), "40 40");
    await change(page, "all", "");
    assertEquals(await marks(), "87.5 87.5");
    assertEquals(
      await page.value(
        "[...decisions.values()].map((one) => one.student + one.question + one.points).join()",
      ),
      "Cy1bpart,Ann1aright,Cylate2",
    );
  },
);

inBrowser("it fits 400 px, in the dark too, and paper shows everybody", async (page) => {
  const paper = "getComputedStyle(document.body).backgroundColor";
  const light = await page.value(paper);
  for (const scheme of ["light", "dark"]) {
    await show(page, 400, scheme);
    assertEquals(await page.value("document.documentElement.scrollWidth"), 400);
  }
  assert(await page.value(paper) !== light);
  for (const width of [1080, 1280]) {
    await show(page, width, "light");
    const apart = "details.getBoundingClientRect().left - grid.getBoundingClientRect().right";
    const [grid, details] = ["table.grid", ".details"].map((one) =>
      `document.querySelector("${one}")`
    );
    assert(
      await page.value(apart.replace("grid", grid).replace("details", details)) as number > 0,
      `the table ends before the details at ${width} px`,
    );
  }
  await show(page, 1000, "dark", "print");
  const articles =
    `[...document.querySelectorAll("article")].filter((one) => one.offsetHeight > 0).length`;
  assertEquals(await page.value(articles), 60);
});

Deno.test("index.html has a content security policy that forbids loading anything", async () => {
  assertMatch(
    await html(),
    /http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;/,
  );
});
