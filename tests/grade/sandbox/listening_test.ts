/** Who listens, as the kernel writes it. */
import { assertEquals } from "@std/assert";
import { listeningIn, listensAt } from "../../../lib/grade/sandbox/sockets.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid";

Deno.test("listeningIn() reads addresses in the kernel's own order, and lists listeners only", async () => {
  const folder = await Deno.makeTempDir();
  const row = (local: string, state = "0A", inode = "77") =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000  0 ${inode} 1`;
  try {
    const tcp = [
      HEAD,
      row("0100007F:0BB8"),
      row("0100000A:0BB8", "01"),
      row("00000000:0050", "0A", "5"),
    ];
    const tcp6 = [
      HEAD,
      row("00000000000000000000000000000000:1F90"),
      row("00000000000000000000000001000000:1F91"),
      row("0000000000000000FFFF00000100000A:1F92"),
      row("000080FE000000000000000001000000:1F93"),
    ];
    await Deno.writeTextFile(`${folder}/tcp`, tcp.join("\n"));
    await Deno.writeTextFile(`${folder}/tcp6`, tcp6.join("\n"));
    assertEquals(listeningIn(folder).map(({ address, port }) => `${address} ${port}`), [
      "127.0.0.1 3000",
      "0.0.0.0 80",
      ":: 8080",
      "::1 8081",
      "10.0.0.1 8082",
      "fe80:0000:0000:0000:0000:0000:0000:0001 8083",
    ]);
    assertEquals(listeningIn(folder).filter(({ inode }) => inode === "5").map(({ port }) => port), [
      80,
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("listensAt() waits for listen(): bind() has made the path already", async () => {
  const folder = await Deno.makeTempDir();
  const row = (flags: string, path: string) =>
    `ffff888004f3a000: 00000002 00000000 ${flags} 0001 01 4711 ${path}`;
  const table = (...rows: string[]) =>
    Deno.writeTextFile(`${folder}/unix`, ["Num       RefCount Protocol", ...rows].join("\n"));
  try {
    assertEquals(listensAt(folder, "/run/a.0"), false);
    await table(row("00000000", "/run/a.0"), row("00010000", "/run/a.01"));
    assertEquals(listensAt(folder, "/run/a.0"), false);
    await table(row("00000000", "/run/a.0"), row("00010000", "/run/a.0"));
    assertEquals(listensAt(folder, "/run/a.0"), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
