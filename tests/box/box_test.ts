/** Boxes: what is started in one ends with it, however early it is stopped. */
import { assertEquals } from "@std/assert";
import { startInBox } from "../../lib/box/box.ts";
import { whyNoBoxes, Workshop } from "../../lib/box/workshop.ts";
import { pause } from "../../lib/box/waiting.ts";

const STARTS = 30;

const why = await whyNoBoxes();
if (why) console.log(`boxes are not tried here: ${why}`);

Deno.test({
  name: "a box that is stopped while it is being made leaves nothing behind",
  ignore: why !== undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const mark = `4${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    try {
      const workshop = await Workshop.open(folder);
      try {
        for (let i = 0; i < STARTS; i++) {
          const running = startInBox(workshop, { words: ["sleep", mark], folder: "" }, true);
          await pause(i);
          await running.stop();
        }
        assertEquals(alive(mark), []);
        startInBox(workshop, { words: ["sleep", mark], folder: "" }, false);
      } finally {
        await workshop.close();
      }
      await pause(100);
      assertEquals(alive(mark), []); // the one that nobody stopped
    } finally {
      await Deno.remove(folder);
    }
  },
  sanitizeOps: false, // what reads the one that nobody stopped
  sanitizeResources: false,
});

function alive(mark: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      return line.includes(mark) ? [line] : [];
    } catch {
      return []; // no process, or it has ended
    }
  });
}
