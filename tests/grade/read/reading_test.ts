/** What the grader reads off screens and requests, without running anything. */
import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import {
  fixedText,
  holds,
  judgeBytes,
  judgeScreen,
  sentInWords,
  sentLength,
  shownPart,
  withoutLabels,
} from "../../../lib/grade/read/answers.ts";
import { alteration, alteredAnswer, alteredPartOf } from "../../../lib/grade/read/alteration.ts";
import { conversionOf, digitsOf } from "../../../lib/grade/read/conversions.ts";
import { commandForm, replyToPrompt } from "../../../lib/grade/read/prompts.ts";
import { readings } from "../../../lib/grade/read/readings.ts";
import { frameAs, replyTo } from "../../../lib/grade/ask/stand_in.ts";
import { lastLine, refusals, stackTrace } from "../../../lib/grade/read/stack_traces.ts";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const BINARY = conversionOf("binary");
const TEXT = conversionOf("text");
const HI = "01101000 01101001";

for (
  const [shown, verdict] of [
    [HI, "right"],
    [`Binary of "hi" is: ${HI} \n> `, "right"],
    [`{"ok": true, "result": "${HI}"}`, "right"],
    ["0110100001101001", "part"],
    ["01101000, 01101001", "part"],
    ["01101000  01101001", "part"],
    [`${HI} 00001010`, "part"],
    ["1101000 1101001", "wrong"],
    ["00010110 10010110", "wrong"],
    [`${HI} 00000000 00000000`, "part"],
    [`${HI} 01100001`, "wrong"],
    ["Enter text: ", "none"],
  ] as const
) {
  Deno.test(`a conversion judges hi: ${JSON.stringify(shown)} is ${verdict}`, () => {
    assertEquals(BINARY.judge("hi", shown).verdict, verdict);
  });
}

for (
  const [shown, verdict] of [
    ["kale mint", "right"],
    ["Text is kale mint\n> ", "right"],
    ["b'kale mint'", "right"],
    ["k,a,l,e, ,m,i,n,t", "part"],
    ["KALE MINT", "wrong"],
    ["107,97,108", "wrong"],
    ["ale mint", "wrong"],
    ["", "none"],
  ] as const
) {
  Deno.test(`a conversion judges kale mint: ${JSON.stringify(shown)} is ${verdict}`, () => {
    assertEquals(TEXT.judge("kale mint", shown).verdict, verdict);
  });
}

for (
  const [shown, why] of [
    ["01101000 01101001 0110110", "it ends after 2 of 4 bytes"],
    ["01101000 01101001", "it ends after 2 of 4 bytes"],
    ["1101000 1101001 1101101 1101110", "leading zeros are dropped"],
    ["00010110 10010110 10110110 01110110", "the bits of each byte are reversed"],
    ["01101110 01101101 01101001 01101000", "the bytes come in the wrong order"],
    ["01101001 01101101 01101110", "the first byte is missing"],
    ["01101000 01101101 01101110", "a byte is missing"],
    ["104 105 109 110", "the bytes are decimal numbers, not binary ones"],
    ["01111000 01101111 01101101 01110000", "the digits are not those of the text"],
  ]
) {
  Deno.test(`a conversion names the fault: ${why}: ${shown}`, () => {
    assertEquals(BINARY.judge("himn", shown), { verdict: "wrong", why });
  });
}

for (
  const [shown, why] of [
    ["kale mi", "it ends after 7 of 9 letters"],
    ["ale mint", "the first letter is missing"],
    ["kae mint", "a letter is missing"],
    ["kale mnt", "a letter is missing"],
    ["tnim elak", "the letters come in the wrong order"],
    ["soup", "it is not the expected text"],
  ]
) {
  Deno.test(`a conversion names the fault: ${why}: ${shown}`, () => {
    assertEquals(TEXT.judge("kale mint", shown), { verdict: "wrong", why });
  });
}

Deno.test("judgeScreen() reads a table, and one byte in each row", () => {
  assertEquals(
    judgeScreen(BINARY, "hi", "1 | 01101000 | 68\n2 | 01101001 | 69\n").verdict,
    "right",
  );
  assertEquals(judgeScreen(TEXT, "hail", "1 h 68\n2 a 61\n3 i 69\n4 l 6c\n").verdict, "right");
  assertEquals(judgeScreen(BINARY, "hi", "1 | 01101000 | 68\n").verdict, "wrong");
});

Deno.test("sentLength() counts how many typed characters a client sent", () => {
  assertEquals(sentLength(bytes("GET /kale%20mint"), "kale mint"), 9);
  assertEquals(sentLength(bytes("\0\x05kale m"), "kale mint"), 6);
  assertEquals(sentLength(bytes("\x16\x03\x01garbled"), "kale mint"), undefined);
});

Deno.test("alteration() changes one digit, however the reply is split", () => {
  const { alter, changed } = alteration(alteredPartOf(BINARY, "hi"), "01101001");
  const sent = bytes(`\0\x11${HI}`);
  for (let i = 0; i < sent.length; i++) alter(sent.subarray(i, i + 1));
  assertEquals(new TextDecoder().decode(sent.subarray(2)), "01101001 01101001");
  assertEquals(changed(), "01101001");
  assertEquals(alteredAnswer(BINARY, "hi"), "01101001 01101001");
});

Deno.test("holds() finds what was typed in any frame, and not its conversion", () => {
  assertEquals(holds(bytes("\0\0\0\x02hi"), "hi"), true);
  assertEquals(holds(bytes('{"text": "hi"}\n'), "hi"), true);
  assertEquals(holds(bytes(digitsOf("hi")), "hi"), false);
  assertEquals(holds(bytes('{"t": "h\\u00e9llo \\ud83d\\ude42"}'), "héllo 🙂"), true);
});

for (
  const [name, reply, verdict] of [
    ["in the clear", `\0\x11${HI}`, "right"],
    ["in base64", `${btoa(HI)}\n`, "right"],
    ["in hexadecimal", Array.from(bytes(HI), (byte) => byte.toString(16)).join(""), "right"],
    [
      "in a masked WebSocket frame",
      `\x81\x91\x01\x02\x03\x04${
        [...HI].map((char, i) => String.fromCharCode(char.charCodeAt(0) ^ (i % 4 + 1))).join("")
      }`,
      "right",
    ],
    ["under a mask", `\0\x11${String.fromCharCode(...bytes(HI).map((byte) => byte ^ 5))}`, "right"],
    ["in chunks", `8\r\n${HI.slice(0, 8)}\r\n9\r\n${HI.slice(8)}\r\n0\r\n\r\n`, "right"],
    ["in frames", `\0\0\0\x05${HI.slice(0, 5)}\0\0\0\x0c${HI.slice(5)}`, "right"],
    ["in a WebSocket frame", `\x81\x11${HI}`, "right"],
    ["in UTF-16", [...HI].map((char) => `${char}\0`).join(""), "right"],
    ["in gzip and base64", `{"r": "${btoa(String.fromCharCode(...gzipSync(HI)))}"}`, "right"],
    ["not at all", "hi", "none"],
  ] as const
) {
  Deno.test(`judgeBytes() finds an answer ${name}: ${verdict}`, () => {
    assertEquals(judgeBytes(BINARY, "hi", bytes(reply)).verdict, verdict);
  });
}

Deno.test("withoutLabels() leaves what a client shows of a reply in pieces", () => {
  const shown = "wordpad\nreply: w\nreply: ord\nreply: pad\n> ";
  assertEquals(shownPart(TEXT, "wordpad", bytes("wordpad"), shown.slice(8)), "none");
  assertEquals(withoutLabels(shown), "wordpad\nw\nord\npad\n> ");
  assertEquals(shownPart(TEXT, "wordpad", bytes("wordpad"), withoutLabels(shown.slice(8))), "all");
  // One label is no repeated one: it may be a part of the answer.
  assertEquals(withoutLabels("reply: w\n> "), "reply: w\n> ");
});

Deno.test("shownPart() compares what is shown with what was received", () => {
  assertEquals(shownPart(BINARY, "hi", bytes(HI), `Answer: ${HI}`), "all");
  assertEquals(shownPart(BINARY, "hi", bytes(HI), "Answer: 01101000"), "part");
  assertEquals(shownPart(BINARY, "hi", bytes(HI), "[0] 01101000\n[1] 01101001\n"), "all");
  assertEquals(shownPart(TEXT, "hello", bytes("104,101,108"), "Text: 104,101,108"), "all");
  assertEquals(shownPart(TEXT, "hello", bytes("hello"), "Text: "), "none");
  assertEquals(shownPart(TEXT, "xq", bytes("xq"), "Text: 01111000 01110001"), "none");
  assertEquals(shownPart(TEXT, "hello", bytes("hello"), "Text: hel"), "part");
  const wrong = "00010110 10010110";
  assertEquals(shownPart(BINARY, "hi", bytes(btoa(wrong)), `Answer: ${wrong}`), "all");
  const noUtf8 = new Uint8Array([...bytes("4:"), 0x76, 0xa6, 0x9e, 0xf6, ...bytes(",")]);
  assertEquals(shownPart(TEXT, "name", noUtf8, "| v\ufffd\ufffd\ufffd\n+-- (4 chars)"), "all");
});

Deno.test("sentInWords() is true where the server never received the whole text", () => {
  const words = { text: "hi ho", sent: bytes("hiho"), received: bytes(`${HI}${digitsOf("ho")}`) };
  assertEquals(sentInWords(BINARY, words), true);
  assertEquals(sentInWords(BINARY, { ...words, sent: bytes("hi ho") }), false);
  const query = { ...words, sent: bytes("GET /?q=hi+ho"), received: bytes(digitsOf("hi ho")) };
  assertEquals(sentInWords(BINARY, query), false);
});

Deno.test("replyToPrompt() takes the role that a menu line names first", () => {
  const menu = "1. Pelayan teks\n2. Pelayan nombor\n3. Klien untuk pelayan 1\n" +
    "4. Klien untuk pelayan 2\nPilihan: ";
  const known = { conversion: { words: /never/ }, host: "10.0.0.1", port: 5050 };
  const choices = (["server", "client"] as const).flatMap((role) =>
    ([1, 2] as const).map((number) => replyToPrompt(menu, { ...known, role, number }))
  );
  assertEquals(choices, ["1", "2", "3", "4"]);
});

Deno.test("replyToPrompt() gives a connected client no address", () => {
  const known = {
    number: 2,
    conversion: TEXT,
    role: "client",
    host: "10.0.0.1",
    port: 5050,
  } as const;
  const greeting = "Server: Hello, client! Enter 'bye' to exit.";
  assertEquals(replyToPrompt(greeting, { ...known, isConnected: true }), undefined);
  assertEquals(replyToPrompt("Server port: ", { ...known, isConnected: true }), undefined);
  assertEquals(replyToPrompt("Name: ", { ...known, isConnected: true }), "ada");
});

for (
  const [screen, number, answer] of [
    ["Enter server IP: ", 1, "10.0.0.1"],
    ["Port number? ", 1, "5050"],
    ["Host and port: ", 1, "10.0.0.1 5050"],
    ["Enter your name: ", 1, "ada"],
    ["Sunucu adresi [localhost]: ", 1, "10.0.0.1"],
    ["Szerver címe [127.0.0.1]: ", 1, "10.0.0.1"],
    ["Szerver: ", 1, "10.0.0.1"],
    ["Numeris (7001)? ", 1, "5050"],
    ["1) szöveg -> bitek\n2) bitek -> szöveg\n: ", 2, "2"],
    ["1) küldés\n2) kilépés\n: ", 2, "1"],
    ["1) Szerver 1\n2) Szerver 2\n3) Kliens 1\n4) Kliens 2\n0) kilépés\n: ", 2, "4"],
    ["Puerto del servidor: ", 1, "5050"],
    ["Server port: ", 1, "5050"],
    ["Введите номер порта: ", 1, "5050"],
    ["请输入服务器地址: ", 1, "10.0.0.1"],
    ["メッセージ: ", 1, undefined],
    ["Mensaje: ", 1, undefined],
    ["Connected server：", 1, "10.0.0.1"],
    ["Enter text: ", 1, undefined],
    ["Enter binary string: ", 2, undefined],
    ["1. Text to binary\n2. Binary to text\n3. Exit\nChoice: ", 1, "1"],
    ["1. Text to binary\n2. Binary to text\n3. Exit\nChoice: ", 2, "2"],
    ["1) Server 1\n2) Client 1\n3) Server 2\n4) Client 2\n0) Exit\nChoice: ", 2, "4"],
    ["1) Exit\n2) Send message\n> ", 1, "2"],
    ["+----+\n| 1  encoder |\n| 2  decoder |\n+----+\nchoice: ", 2, "2"],
    ["+---+\n| 1  text   -> binary |\n| 2  binary -> text |\n| q  quit |\n+---+\nchoice: ", 2, "2"],
    ["1  h  01101000\n2  i  01101001\n> ", 1, undefined],
    ["Choose 1-convert text, 2-exit: ", 1, "1"],
    ["[1] your line: sent\n[2] your line:", 1, undefined],
    ["Another text? (y/n) ", 1, "y"],
    ["Ipadala? (o/h) [o] ", 1, "o"],
    ["Choose (e/d): ", 1, undefined],
    ["Press enter to continue", 1, ""],
    ["Binary: 01101000\n> ", 1, undefined],
    ["  [1] Convert a text\n  [2] Show history\n  [0] Exit\nYour choice: ", 1, "1"],
  ] as const
) {
  Deno.test(`replyToPrompt() ${JSON.stringify(screen)} is ${answer ?? "the text"}`, () => {
    const conversion = number === 1 ? BINARY : TEXT;
    assertEquals(
      replyToPrompt(screen, { number, conversion, role: "client", host: "10.0.0.1", port: 5050 }),
      answer,
    );
  });
}

for (
  const [request, reply] of [
    ["hi", HI],
    ["hi\r\n", `${HI}\r\n`],
    ["\0\0\0\x02hi", `\0\0\0\x11${HI}`],
    ["\x02\0hi", `\x11\0${HI}`],
    ["\0\x02\0\0hi", `\0\x11\0\0${HI}`],
    ["2".padEnd(64) + "hi", "17".padEnd(64) + HI],
    ["   2hi", `  17${HI}`],
    ["2\nhi", `17\n${HI}`],
    ["2\r\nhi", `17\r\n${HI}`],
    ["00002hi", `00017${HI}`],
    ["2:hi,", `17:${HI},`],
    ['{"text": "hi"}', `{"text": "${HI}"}`],
    ['\0\0\0\x0e{"text": "hi"}', `\0\0\0\x1d{"text": "${HI}"}`],
    ['14\n{"text": "hi"}', `29\n{"text": "${HI}"}`],
  ]
) {
  Deno.test(`replyTo() ${JSON.stringify(request)} answers in the same frame`, () => {
    const answer = replyTo(bytes(request), "hi", HI);
    assertEquals(new TextDecoder().decode(answer), reply);
  });
}

for (
  const [screen, form] of [
    ["Commands: convert <input>, about, quit\n> ", "convert {text}"],
    ["/nick <name>, /encode <text>, /quit\n", "/encode {text}"],
    ["SEND TEXT | QUIT\n", "SEND {text}"],
    ["Enter <text>: ", undefined],
    ["Text to convert: ", undefined],
  ] as const
) {
  Deno.test(`commandForm() of ${JSON.stringify(screen)} is ${form}`, () => {
    assertEquals(commandForm(screen, BINARY), form);
  });
}

for (
  const [request, framed] of [
    ["hi\n", "longer\n"],
    ["\x00\x02hi", "\x00\x06longer"],
    ["2   hi", "6   longer"],
    ["2\nhi", "6\nlonger"],
    [`hi${"\0".repeat(10)}`, `longer${"\0".repeat(6)}`],
    ["a name for hi", undefined],
  ] as const
) {
  Deno.test(`frameAs() of ${JSON.stringify(request)} frames another text`, () => {
    const other = frameAs(bytes(request), "hi", "longer");
    assertEquals(other, framed && bytes(framed));
  });
}

Deno.test("fixedText() is the text that request and reply agree on, unless it was typed", () => {
  const asked = { typed: "typed", sent: bytes("12 Hello!"), received: bytes(digitsOf("Hello!")) };
  assertEquals(fixedText(BINARY, asked), "Hello!");
  assertEquals(fixedText(BINARY, { ...asked, sent: bytes("typed") }), undefined);
  assertEquals(fixedText(BINARY, { ...asked, received: bytes(HI) }), undefined);
});

Deno.test("stackTrace() names the error of a trace, and of nothing else", () => {
  const python = 'Text: Traceback (most recent call last):\n  File "x"\nEOFError: EOF\n';
  assertEquals(stackTrace(python), "EOFError: EOF");
  const chained = `${python}During handling of it:\n${
    python.replace("EOFError: EOF", "ValueError: 2")
  }`;
  assertEquals(stackTrace(chained), "ValueError: 2");
  assertEquals(
    stackTrace('Exception in thread "main" java.io.EOFException\n\tat A.main(A.java:1)\n'),
    "java.io.EOFException",
  );
  assertEquals(stackTrace("panic: no\n"), "panic: no");
  const go = "fatal error: out of memory\n\nruntime stack:\n" + "x\n".repeat(9999);
  assertEquals(stackTrace(`${go}goroutine 6 [running]:\n`), "fatal error: out of memory");
  const rust = "\nthread 'main' (26356) panicked at r.rs:1:73:\nindex out of bounds\nstack";
  assertEquals(stackTrace(rust), "panicked at r.rs:1:73: index out of bounds");
  const ruby =
    "name: client.rb:5:in `ask': undefined method `chomp' for nil (NoMethodError)\n\tfrom";
  assertEquals(stackTrace(ruby), ruby.slice(6, -6));
  const mono = "Unhandled Exception:\nSystem.Net.Sockets.SocketException: refused\n";
  assertEquals(stackTrace(mono), "System.Net.Sockets.SocketException: refused");
  assertEquals(stackTrace("PHP Fatal error:  Uncaught E\n"), "PHP Fatal error:  Uncaught E");
  const tcl = `couldn't open socket: refused\n    while executing\n"socket localhost 1"\n`;
  assertEquals(stackTrace(tcl), "couldn't open socket: refused");
  const lua = "lua: a.lua:1: no port\nstack traceback:\n\t[C]: in function 'error'\n";
  assertEquals(stackTrace(lua), "lua: a.lua:1: no port");
  const perl = `Can't call method "foo" on an undefined value at a.pl line 1.`;
  assertEquals(stackTrace(`Host: ${perl}\n`), perl);
  assertEquals(stackTrace("Cannot connect: refused at a.pl line 9.\n"), undefined);
  assertEquals(stackTrace("connection refused\n"), undefined);
  assertEquals(stackTrace("", 139), "it was ended by SIGSEGV");
});

Deno.test("the line that names an error is the same for other threads, processes and times", () => {
  const inThread = (number: number) =>
    `Exception in thread Thread-${number} (serve):\nTraceback (most recent call last):\n` +
    `  File "s.py", line ${number}\nValueError: no digits\n`;
  assertEquals(
    [1, 2].map((one) => stackTrace(inThread(one))),
    Array(2).fill("ValueError: no digits"),
  );
  for (
    const form of [
      (n: number) => `goroutine ${n} [running]:`,
      (n: number) =>
        `Exception in thread "pool-1-thread-${n}" java.io.IOException: closed\n\tat A(B)`,
      (n: number) => `thread '<unnamed>' (${n}) panicked at r.rs:1:73:\nno\n`,
      (n: number) =>
        `Can't call method "a" on an undefined value at s.pl line 9, <GEN${n}> line ${n}.`,
      (n: number) => `s.sh: line 3: 41${n} Segmentation fault      ./a`,
      (n: number) => `panic: no listener at 0xc00003678${n}`,
    ]
  ) {
    assertEquals(stackTrace(form(1)), stackTrace(form(2)));
    assert(stackTrace(form(1)) !== undefined);
  }
  assertEquals(lastLine("2026/11/28 23:11:22 connection refused\n"), "connection refused");
  assertEquals(
    lastLine("SocketException (0x80004005): refused"),
    "SocketException (0x80004005): refused",
  );
});

Deno.test("refusals() lists what a sandbox refuses, and no ordinary failure", () => {
  assertEquals(refusals("not read: [Errno 13] Permission denied: '/etc/shadow'\n").length, 1);
  assertEquals(refusals("No such file or directory: '/srv/ada/x'\n").length, 1);
  assertEquals(refusals("connection refused\nNo such file or directory: 'notes.txt'\n"), []);
});

Deno.test("judgeBytes() reads a text after its length, whatever the text is", () => {
  assertEquals(judgeBytes(TEXT, "hail", bytes("t\0\x04haily")).verdict, "right");
  assertEquals(judgeBytes(TEXT, "hail", bytes("t\0\x05haily")).verdict, "part");
});

for (const length of ["00000011", "0017", "000017"]) {
  Deno.test(`judgeBytes() reads digits behind the length ${length}`, () => {
    assertEquals(judgeBytes(BINARY, "hi", bytes(length + HI)).verdict, "right");
  });
}

Deno.test("judgeBytes() calls an answer with wrong bytes in its middle no cut and no lost letter", () => {
  for (const reply of ["ney\x0e\x03syg\0no", "ney\r\x03syg\0no", "ney\x0c\x03syg\0no"]) {
    const { verdict, why } = judgeBytes(TEXT, "neyssygno", bytes(reply));
    assertEquals([verdict, why], ["wrong", "only its first 3 of 9 letters are right"]);
  }
  assertEquals(
    judgeBytes(TEXT, "neyssygno", bytes("neyss\r\n")).why,
    "it ends after 5 of 9 letters",
  );
});

Deno.test("judgeBytes() reads hexadecimal digits of two bytes", () => {
  assertEquals(judgeBytes(TEXT, "xq", bytes("7871.")).verdict, "right");
});

Deno.test("Bytes that are read again have the same readings, also if the first caller stopped early", () => {
  const sent = new TextEncoder().encode('{"text": "aGVsbG8gdGhlcmU="} 68656c6c6f %68%69');
  const all = [...readings(sent.slice(), "hello")];
  assert(all.some((text) => text.includes("hello there")));
  const other = new Uint8Array([...sent, 33]);
  for (const text of readings(other, "hello")) {
    assertEquals(text, `${new TextDecoder().decode(sent)}!`);
    break;
  }
  const again = [...readings(other, "hello")];
  assertEquals(again, [...readings(other.slice(), "hello")]);
  assertEquals(again.length, all.length);
  // What a caller does with its bytes afterwards changes nothing.
  const spoiled = new Uint8Array([...sent, 63]);
  const copy = spoiled.slice();
  for (const _ of readings(spoiled, "hello")) break;
  spoiled.fill(0);
  assertEquals([...readings(copy, "hello")].length, all.length);
  assert([...readings(copy, "hello")].some((text) => text.includes("hello there")));
});
