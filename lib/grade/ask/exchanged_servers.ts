/**
 * Two servers in one file, told apart by an argument that the grader chose: what they answer
 * shows whether the choice was right.
 *
 * @module
 */
import type { Built } from "../find/build.ts";
import type { Launch } from "../find/launch.ts";
import { judgeBytes } from "../read/answers.ts";
import type { ProgramName } from "../results/results.ts";
import type { Pair } from "./pair.ts";

type Programs = Partial<Record<ProgramName, Built>>;

/** Whether both servers are the same file, and no lab file says how each is started. */
export function areOneFile({ server1, server2 }: Programs): boolean {
  return server1 !== undefined && server2 !== undefined && !server1.fixed && !server2.fixed &&
    server1.files.join() === server2.files.join();
}

/** The programs with the servers exchanged, if the second server answers as the first should. */
export function withServersExchanged(programs: Programs, pairs: Pair[]): Programs | undefined {
  const [first, second] = pairs;
  const [one, two] = pairs.map(({ listening }) => listening?.launch);
  if (!one || !two || first.conversion.name === "command") return undefined;
  const isFirst = ({ exchanges }: Pair, from: "text" | "typed") =>
    exchanges.some((e) => judgeBytes(first.conversion, e[from], e.received).verdict === "right");
  if (isFirst(first, "text") || !isFirst(second, "typed")) return undefined;
  const startedBy = (program: Built, launch: Launch): Built => ({
    ...program,
    documented: [launch],
  });
  return {
    ...programs,
    server1: startedBy(programs.server2!, two),
    server2: startedBy(programs.server1!, one),
  };
}
