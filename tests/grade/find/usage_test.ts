/** Usage messages of several libraries give the arguments to try, and the search ranks them. */
import { cpuUsage } from "node:process";
import { assertEquals } from "@std/assert";
import type { Built } from "../../../lib/grade/find/build.ts";
import { LaunchSearch } from "../../../lib/grade/find/launch_search.ts";
import { argumentsAsked } from "../../../lib/grade/find/usage.ts";
import type { ProgramName } from "../../../lib/grade/results/results.ts";

const cases: [library: string, message: string, given: string, first: string][] = [
  [
    "argparse, required options",
    "usage: c.py [-h] --mode {encode,decode} --server HOST:PORT [--wait S]\n" +
    "c.py: error: the following arguments are required: --mode, --server\n",
    "",
    "--mode encode --server {host}:{port}",
  ],
  [
    "argparse, sub-commands",
    "usage: c.py [-h] {server1,client1} ...\nc.py: error: the following arguments are required: cmd\n",
    "",
    "server1",
  ],
  [
    "argparse, an option of a sub-command",
    "usage: c.py server1 [-h] --port PORT\nc.py server1: error: the following arguments are required: --port\n",
    "server1",
    "server1 --port {port}",
  ],
  [
    "another language, and an address with a port",
    "Penggunaan:\n  makmal pelayan1 [-port 7001]\n  makmal klien2   -ke IP_ETH1:7002\n",
    "klien2",
    "pelayan1",
  ],
  [
    "Go's flag",
    "Usage of ./c:\n  -host string\n    \tserver address\n  -role string\n    \tserver1 | client1\n",
    "",
    "-role server1",
  ],
  [
    "clap, a required option",
    "error: the following required arguments were not provided:\n  --role <ROLE>\n\nUsage: c --role <ROLE>\n",
    "",
    "--role GUESS",
  ],
  [
    "clap, a wrong value",
    "error: invalid value 'GUESS' for '--role <ROLE>'\n  [possible values: serve, ask]\n",
    "--role GUESS",
    "--role serve",
  ],
  [
    "clap, commands",
    "Usage: c <COMMAND>\n\nCommands:\n  server1  Run server1\n  help     Print this\n\nOptions:\n  -h\n",
    "",
    "server1",
  ],
  [
    "commander",
    "error: required option '-r, --role <role>' not specified\n",
    "",
    "--role GUESS",
  ],
  [
    "cobra",
    'Error: required flag(s) "role" not set\nUsage:\n  c [flags]\n\nFlags:\n' +
    "      --role string   server1, server2, client1 or client2\n",
    "",
    "--role server1",
  ],
  ["getopt", "Usage: ./c -h <host> -p <port>\n", "", "-h {host} -p {port}"],
  ["hand-written, positions", "usage: java C host port\n", "", "{host} {port}"],
  ["hand-written, choices", "usage: node c.mjs --server 1|2 [--host A]\n", "", "--server 1"],
  [
    "hand-written, a list of commands",
    "Usage:\n  python c.py server1\n  python c.py client1 HOST PORT\n",
    "",
    "server1",
  ],
  [
    "hand-written, places in brackets without blanks",
    "Enter the arguments in this format: [ip][port][buffer size]\n",
    "",
    "{host} {port} 1024",
  ],
  ["hand-written, a sentence", "Please specify a mode: use 'encode' or 'decode'\n", "", "encode"],
];

for (const [library, message, given, first] of cases) {
  Deno.test(`argumentsAsked() reads ${library}`, () => {
    const lists = argumentsAsked(message, given.split(" ").filter(Boolean), "c", ["GUESS"]);
    assertEquals(lists[0]?.join(" "), first);
  });
}

Deno.test("argumentsAsked() ends soon on a long hostile screen", () => {
  const before = cpuUsage().user;
  for (const part of ["a, a or ", "usage: [", "--a|--b ", "'a' or ", "  -a, --b <", "required -"]) {
    argumentsAsked(part.repeat(20_000), [], "c", []);
  }
  assertEquals(cpuUsage().user - before < 5_000_000, true);
});

const PROGRAM: Built = {
  files: ["lab.py"],
  words: ["python3", "lab.py"],
  folder: "",
  source: "",
  ports: [],
  fixed: false,
};

/** The arguments of the batch that follows a message. */
function afterMessage(name: ProgramName, screen: string, program = PROGRAM): string[] {
  const search = new LaunchSearch(program, name);
  const [bare] = search.next();
  search.observed(bare, { screen, what: "ends with 2" });
  return search.next().map(({ words, folder }) => `${folder}$ ${words.join(" ")}`);
}

for (const name of ["server1", "server2", "client1", "client2"] as const) {
  Deno.test(`LaunchSearch gives ${name} the choice that names it`, () => {
    const screen = "usage: lab.py {server1,server2,client1,client2}\n";
    assertEquals(afterMessage(name, screen), [`$ python3 lab.py ${name}`]);
  });
}

Deno.test("LaunchSearch gives the second program the second of two choices", () => {
  const screen = "usage: lab.py --way a|b\n";
  assertEquals(afterMessage("client1", screen)[0], "$ python3 lab.py --way a");
  assertEquals(afterMessage("client2", screen)[0], "$ python3 lab.py --way b");
});

Deno.test("LaunchSearch tries another command for a file that lacks a module of its own", () => {
  const others = [{ words: ["python3", "-m", "lab.one"], folder: "src" }];
  const screen = "ImportError: attempted relative import with no known parent package\n";
  const found = afterMessage("server1", screen, { ...PROGRAM, others });
  assertEquals(found, ["src$ python3 -m lab.one"]);
});

Deno.test("LaunchSearch stops at a module that is not installed", () => {
  const search = new LaunchSearch(PROGRAM, "server1");
  const [bare] = search.next();
  const screen = "ModuleNotFoundError: No module named 'colorama'\n";
  search.observed(bare, { screen, what: "ends with 1" });
  const other = "ImportError: attempted relative import with no known parent package\n";
  search.observed(bare, { screen: other, what: "ends with 1" });
  assertEquals(search.next(), []);
  assertEquals(search.missing, {
    why: "the Python module colorama is not installed here",
    look: {
      cause: "needs the Python module colorama",
      install: "/usr/bin/python3 -m pip install --break-system-packages colorama",
    },
  });
});

Deno.test("LaunchSearch suggests the launch that the program asks for", () => {
  const search = new LaunchSearch(PROGRAM, "server1");
  const [bare] = search.next();
  search.observed(bare, { screen: "usage: lab.py SESAME PORT\n", what: "ends with 2" });
  assertEquals(search.labLine, '{"server1":{"run":"python3 lab.py WORD {port}"}}');
});

Deno.test("LaunchSearch puts what a help text says of a program first, with an address for server2", () => {
  const help = "Usage of ./lab:\n  -iface string\n    \tinterface to bind to\n" +
    '  -mode string\n    \tenc or dec (default "enc")\n';
  const first = (name: ProgramName) => {
    const search = new LaunchSearch(PROGRAM, name);
    search.prefer(search.selecting(help).map((one) => [one]));
    return search.next().map(({ given }) => given.join(" "))[0];
  };
  assertEquals(first("server1"), "-mode enc");
  assertEquals(first("server2"), "-mode dec -iface eth1");
  assertEquals(first("client2"), "-mode dec");
});

Deno.test("LaunchSearch reads a usage that begins with the program's own name", () => {
  assertEquals(
    afterMessage("client2", "lab.py (encoder|decoder) HOST  - a page at a time\n")[0],
    "$ python3 lab.py decoder {host}",
  );
});

Deno.test("LaunchSearch reads a usage in a language that it does not know, by the program's path", () => {
  const message = "χρήση: lab.py bin|txt διεύθυνση θύρα\n";
  assertEquals(afterMessage("server1", message)[0], "$ python3 lab.py bin {host} {port}");
  assertEquals(afterMessage("server2", message)[0], "$ python3 lab.py txt {host} {port}");
});

Deno.test("LaunchSearch fills a variable as the message's example has it", () => {
  const search = new LaunchSearch(PROGRAM, "client1");
  const [bare] = search.next();
  search.observed(bare, { screen: "set LAB_WHERE=host:port\n", what: "ends with 1" });
  assertEquals(search.next()[0].env, { LAB_WHERE: "{host}:{port}" });
});

Deno.test("argumentsAsked() knows the usual options of one letter", () => {
  const usage = (list: string) =>
    `usage: cliente.py [-h] ${list}\ncliente.py: error: the following ` +
    "arguments are required: -p";
  assertEquals(argumentsAsked(usage("-p P -d D"), [], "cliente")[0], [
    "-p",
    "{port}",
    "-d",
    "{host}",
  ]);
});

Deno.test("argumentsAsked() reads modes with a colon, and values behind an equals sign", () => {
  const usage = "usage: labor serve:encode|serve:decode --port=N";
  assertEquals(argumentsAsked(usage, [], "labor").slice(0, 2), [
    ["serve:encode", "--port={port}"],
    ["serve:decode", "--port={port}"],
  ]);
});

Deno.test("LaunchSearch gives numbers for what a server wants beside its address", () => {
  const asked = "Wolanie ./lab.py max_klientow glosno\n"; // "wolanie": usage
  assertEquals(afterMessage("server1", asked)[1], "$ python3 lab.py 5 1");
});

Deno.test("LaunchSearch gives an option for a settings file the submission's own file", () => {
  const all = ["package.json", "etc/lab.wrong.ini", "etc/lab.ini", "lab.py"];
  const screen = "usage: lab.py [-h] -c CONFIG {server1,client1}\n";
  assertEquals(afterMessage("server1", screen, { ...PROGRAM, all }), [
    "$ python3 lab.py -c etc/lab.ini server1",
    "$ python3 lab.py -c etc/lab.wrong.ini server1",
  ]);
  const own = ["conf/client1.toml", "conf/server1.toml", "lab.py"];
  assertEquals(
    afterMessage("server1", "usage: lab.py <settings-file>\n", { ...PROGRAM, all: own }),
    ["$ python3 lab.py conf/server1.toml"],
  );
});

Deno.test("LaunchSearch reads an npm script's arguments, and keeps the path of a URL", () => {
  const message = "pakai: npm run client2 -- http://<ip eth1>:8081/decode\n";
  assertEquals(afterMessage("client2", message)[0], "$ python3 lab.py http://{host}:{port}/decode");
  const scripts = "uso: npm run c1 -- 127.0.0.1  |  npm run c2 -- IP_ETH1\n";
  const selector = ["bin"];
  assertEquals(
    afterMessage("client1", scripts, { ...PROGRAM, selector })[0],
    "$ python3 lab.py bin {host}",
  );
});
