/** The line of lab.json that ends a look settles it, once a person has completed its command. */
import { assert, assertEquals } from "@std/assert";
import { gradeConfirmed } from "../../../lib/grade/confirm.ts";
import { type GradeOptions, gradeSubmission } from "../../../lib/grade/grade_submission.ts";
import { DEFAULT_RUBRIC } from "../../../lib/grade/results/rubric.ts";
import type { Question } from "../../../lib/grade/results/results.ts";
import { withoutLabLines } from "../../../lib/grade/results/quoted_text.ts";
import { type Need, needing } from "../../needs.ts";

const NEEDS: Need[] = ["sandboxes", "python3"];
const SERVE = `import socketserver

def forever(port, convert):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while data := self.request.recv(4096):
                answer = convert(data.decode())
                if answer: self.request.sendall(answer.encode())
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
    Server(("", port), Handler).serve_forever()

def encode(text): return " ".join(f"{b:08b}" for b in text.encode())
def decode(bits): return bytes(int(b, 2) for b in bits.split()).decode()
`;
const client = (sent: string) =>
  `import socket
s = socket.create_connection(("127.0.0.1", 7500))
while True:
    line = input("line: ")
    sent = ${sent}
    if sent:
        s.sendall(sent.encode())
        print("answer:", s.recv(4096).decode())
`;

interface Case {
  cause: string;
  question: Question;
  files: Record<string, string>;
  /** What the person puts into the line. */
  completes: [from: string, to: string];
}

const cases: Case[] = [
  {
    cause: "the launch command is not known",
    question: "1a",
    files: {
      "server1.py": "import sys, serve\nif sys.argv[1:] != ['bl' + 'ue']: sys.exit(3)\n" +
        "serve.forever(7500, serve.encode)  # listen()\n",
      "client1.py": client("line"),
    },
    completes: ["server1.py {port}", "server1.py blue"],
  },
  {
    cause: "what to type is not known",
    question: "3-client1",
    files: {
      "server1.py": "import serve\nserve.forever(7500, serve.encode)\n",
      "client1.py": client("line[6:] if line.startswith('blue: ') else ''"),
    },
    completes: ["{text}", "blue: {text}"],
  },
  {
    cause: "one file is both servers, and its launch command is not known",
    question: "2a",
    files: {
      "server.py": "import os, serve\nserve.forever(7500, " +
        "serve.decode if os.environ.get('BLUE') else serve.encode)  # listen() int(b, 2) 08b\n",
      "client1.py": client("line"),
      "client2.py": client("line"),
    },
    completes: ["python3", "env BLUE=1 python3"],
  },
];

for (const { cause, question, files, completes: [from, to] } of cases) {
  const fn = async () => {
    const folder = Deno.makeTempDirSync({ prefix: "look" });
    const options = { rubric: DEFAULT_RUBRIC, seed: 5, command: "deno task grade" };
    const grade = (options: GradeOptions) => gradeSubmission(folder, options);
    try {
      for (const [name, source] of Object.entries({ ...files, "serve.py": SERVE })) {
        Deno.writeTextFileSync(`${folder}/${name}`, source.replaceAll("\\\n", "\n"));
      }
      const answer = (await grade(options)).questions[question]!;
      assertEquals([answer.verdict, answer.look?.cause], ["look", cause], answer.why);
      const read = withoutLabLines(answer.why);
      assert(answer.why.includes("lab.json") && !/lab\.json|[{}]|ARGUMENTS/.test(read), read);
      Deno.writeTextFileSync(`${folder}/lab.json`, answer.look!.lab!.replace(from, to));
      const settled = (await gradeConfirmed(options, grade)).questions[question]!;
      assertEquals(settled.verdict, "right", settled.why);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
  const name = `the line of lab.json settles a look: ${cause}`;
  Deno.test(needing(NEEDS, { name, fn, sanitizeOps: false, sanitizeResources: false }));
}
