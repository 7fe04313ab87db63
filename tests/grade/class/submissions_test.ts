/**
 * Who handed in what, by the names that learning systems give.
 *
 * @module
 */
import { feedbackPath } from "../../../lib/grade/class/exports/feedback_files.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../lib/cli/failure.ts";
import { fileNames } from "../../../lib/grade/class/intake/file_names.ts";
import { listSubmissions } from "../../../lib/grade/class/intake/submissions.ts";
import { Folder, submission } from "./folders.ts";

/** The submissions' labels with the names of their parts. */
async function list(files: Record<string, string>): Promise<Record<string, string[]>> {
  await using folder = new Folder(files);
  const { submissions } = await listSubmissions(folder.path);
  return Object.fromEntries(
    submissions.map(({ label, parts }) => [label, parts.map(({ name }) => name)]),
  );
}

Deno.test("Moodle: folders and files by name and number; two students with one name stay two", async () => {
  const files = {
    ...submission("Ann Lee_123_assignsubmission_file_"),
    ...submission("Ann Lee_124_assignsubmission_file"),
    "Bob_5_assignsubmission_file_server1.py": "",
    "Bob_5_assignsubmission_file_client1.py": "",
    "Bob_5_assignsubmission_onlinetext_onlinetext.html": "",
  };
  assertEquals(await list(files), {
    "Ann Lee (123)": ["Ann Lee_123_assignsubmission_file_"],
    "Ann Lee (124)": ["Ann Lee_124_assignsubmission_file"],
    "Bob": ["client1.py", "server1.py", "onlinetext.html"],
  });
});

Deno.test("Canvas: flat files by name and number, the newest version counts", async () => {
  const files = {
    "doejane_12_34_server1.py": "",
    "doejane_12_35_server1-1.py": "",
    "doejane_12_36_client1.py": "",
    "roejohn_LATE_13_37_lab.zip": "",
  };
  await using folder = new Folder(files);
  const { submissions } = await listSubmissions(folder.path);
  assertEquals(
    submissions.map(({ students, parts }) => [
      students[0].name,
      students[0].number,
      parts.map(({ name, path }) => [name, path.split("_").at(-1)]),
    ]),
    [
      ["doejane", "12", [["server1.py", "server1-1.py"], ["client1.py", "client1.py"]]],
      ["roejohn", "13", [["lab.zip", "lab.zip"]]],
    ],
  );
});

Deno.test("Canvas: server-1.py and server-2.py are two programs, not two versions", async () => {
  const files = ["client-1.py", "server-1.py", "client-2.py", "server-2.py"];
  const flat = files.map((name, i) => [`lovelaceada_1001_5000${i >> 1}_${name}`, ""]);
  assertEquals(await list(Object.fromEntries(flat)), { lovelaceada: files.toSorted() });
  const moodle = files.map((name) => [`Ada_5_assignsubmission_file_${name}`, ""]);
  assertEquals(await list(Object.fromEntries(moodle)), { Ada: files.toSorted() });
});

Deno.test("Canvas: the last version of an archive counts, and the others are reported", async () => {
  await using folder = new Folder({
    "hopper_4_61_lab.tar.gz": "",
    "hopper_4_62_lab-1.tar.gz": "",
    "hopper_4_63_lab-2.tar.gz": "",
  });
  const { submissions: [{ parts, notRead }] } = await listSubmissions(folder.path);
  assertEquals(parts.map(({ source }) => source), ["hopper_4_63_lab-2.tar.gz"]);
  const why = "hopper_4_63_lab-2.tar.gz is a newer version of it";
  assertEquals(
    notRead,
    ["hopper_4_62_lab-1.tar.gz", "hopper_4_61_lab.tar.gz"].map((file) => ({
      file,
      why,
    })),
  );
});

Deno.test("Canvas: names that fit two patterns make a submission doubtful, and no file is lost", async () => {
  const names = ["redes_2025_1_ada.zip", "redes_2025_1_bob.zip"];
  await using folder = new Folder({ [names[0]]: "", [names[1]]: "", "roe_7_9_lab.zip": "" });
  const { submissions } = await listSubmissions(folder.path);
  assertEquals(submissions.map(({ name, doubt }) => [name, doubt.slice(0, 36)]), [
    ["redes_2025_1_ada", 'The name "redes_2025_1_ada.zip" fits'],
    ["redes_2025_1_bob", 'The name "redes_2025_1_ada.zip" fits'],
    ["roe", ""],
  ]);
});

Deno.test("Moodle: the first number in a name counts, and one number with two names is doubtful", async () => {
  await using folder = new Folder({
    "Mallory_111_assignsubmission_file_Bob B_999_assignsubmission_file_lab.zip": "",
    "Cy_5_assignsubmission_file_lab.zip": "",
    "Dee_5_assignsubmission_file_lab.zip": "",
  });
  const { submissions } = await listSubmissions(folder.path);
  assertEquals(submissions.map(({ name, students }) => [name, students[0].number]), [
    ["Cy", "5"],
    ["Dee", "5"],
    ["Mallory", "111"],
  ]);
  assertEquals(submissions.map(({ doubt }) => doubt !== ""), [true, true, false]);
});

Deno.test("Gradescope: the names come from its list, several for a group", async () => {
  const metadata = `---
submission_12:
  :submitters:
  - :name: Ann "A" Lee
    :sid: '0012'
    :email: ann@uni.example
  - :name: "Jos\\xE9: the second"
    :sid: 13
  :created_at: 2026-01-01 10:00:00
  :history:
  - :name: somebody else
submission_13:
  :submitters:
  - :name: 'O''Brien'
`;
  await using folder = new Folder({
    ...submission("submission_12"),
    ...submission("submission_13"),
    ...submission("submission_14"),
    "submission_metadata.yml": metadata,
  });
  const { submissions, notRead } = await listSubmissions(folder.path);
  assertEquals(submissions.map(({ students }) => students), [
    [
      { name: 'Ann "A" Lee', login: "0012", email: "ann@uni.example" },
      { name: "José: the second", login: "13" },
    ],
    [{ name: "O'Brien" }],
    [{ name: "submission_14" }],
  ]);
  assertEquals(notRead, [
    { file: "submission_metadata.yml", why: "it is Gradescope's list of the students" },
  ]);
});

Deno.test("GitHub Classroom: the prefix that all names share is the assignment", async () => {
  const folders = ["lab-1-ann", "lab-1-bob-b", "lab-1-cy9"].map((name) => submission(name));
  assertEquals(Object.keys(await list(Object.assign({}, ...folders))), ["ann", "bob-b", "cy9"]);
});

Deno.test("plain folders and archives: a name may contain any characters", async () => {
  const names = [
    "=cmd|x!A1",
    "<img src=x>",
    `q"uo'te`,
    "new\nline",
    "N".repeat(200),
    "a,b",
    "student-1",
    "student-2",
  ];
  const files = Object.assign(
    { "Cy.tar.gz": "", "Dee.zip": "" },
    ...names.map((name) => submission(name)),
  );
  assertEquals(Object.keys(await list(files)).sort(), [...names, "Cy", "Dee"].sort());
});

Deno.test("a folder and an archive with one name are two submissions", async () => {
  assertEquals(Object.keys(await list({ ...submission("ann"), "ann.zip": "" })), [
    "ann (ann)",
    "ann (ann.zip)",
  ]);
});

Deno.test("an entry that belongs to no submission is listed with the reason", async () => {
  await using folder = new Folder({ ...submission("ann"), "marks.csv": "", ".DS_Store": "" });
  const { submissions, notRead } = await listSubmissions(folder.path);
  assertEquals([submissions.length, notRead], [1, [
    { file: ".DS_Store", why: "it is macOS's view settings" },
    { file: "marks.csv", why: "it is a list or a page beside the submissions" },
  ]]);
});

Deno.test("a folder without a submission, and a missing folder, are refused with the reason", async () => {
  await using folder = new Folder({ "marks.csv": "" });
  await assertRejects(() => listSubmissions(folder.path), Failure, "it holds no submission");
  await assertRejects(() => listSubmissions(`${folder.path}/x`), Failure, "name a folder");
});

Deno.test("file names are valid, readable and different", () => {
  assertEquals(
    fileNames([
      "Ann Lee",
      "ann lee",
      "../../etc/passwd",
      "=x",
      "CON",
      "",
      "Größe 李",
      "a\nb",
      ".x",
    ]),
    ["Ann Lee", "ann lee-2", "_.._etc_passwd", "_x", "_CON", "unnamed", "Größe 李", "a_b", "x"],
  );
  assertEquals(fileNames(["é".repeat(200)])[0].length, 50);
});

Deno.test("feedback is named as Moodle and Canvas have named the submission", async () => {
  const named = async (...names: string[]) => {
    await using folder = new Folder(Object.fromEntries(names.map((name) => [name, "x"])));
    return (await listSubmissions(folder.path)).submissions.map(feedbackPath);
  };
  const moodle = "Ann Lee_7_assignsubmission_file_";
  assertEquals(await named(`${moodle}/a.py`), [`${moodle}/feedback.md`]);
  assertEquals(await named("doejane_LATE_12_34_server1.py", "doejane_LATE_12_35_client1.py"), [
    "doejane_LATE_12_34_feedback.md",
  ]);
  assertEquals(await named("ann/server1.py"), [undefined]);
  // These fit Canvas's pattern, and are two students' own names for their archives.
  assertEquals(await named("redes_2025_1_ada.zip", "redes_2025_1_bob.zip"), [undefined, undefined]);
});
