/**
 * Which client belongs to which server, by ports in the sources and by names.
 *
 * @module
 */
import type { ProgramName } from "../results/results.ts";
import type { Candidate } from "./files.ts";
import { roleNamed, type Traits } from "./roles.ts";

/** As many ports are listened on for a client whose server is not known. */
const MAX_PORTS = 12;

/** A file and its traits. */
export interface Known extends Candidate {
  traits: Traits;
}

/** Exchanges two clients that belong to each other's servers by their ports, or else their names. */
export function uncross<T extends Candidate>(
  programs: Partial<Record<ProgramName, T>>,
  known: Known[],
): void {
  const { server1, server2, client1, client2 } = programs;
  if (!server1 || !server2 || !client1 || !client2) return;
  if (server1.path === server2.path || client1.path === client2.path) return;
  const isNumbered = known.some(({ path, traits }) =>
    [client1.path, client2.path].includes(path) && traits.number !== undefined
  );
  if (isNumbered) return;
  const fit = (client: Candidate, server: Candidate) => {
    const ports = portsIn([server.source]);
    const calls = portsIn([client.source]).some((port) => ports.includes(port));
    return (calls ? 2 : 0) + (withoutRole(client.path) === withoutRole(server.path) ? 1 : 0);
  };
  const crossed = fit(client1, server2) + fit(client2, server1);
  if (crossed <= fit(client1, server1) + fit(client2, server2)) return;
  [programs.client1, programs.client2] = [client2, client1];
}

/** Whether a file has the name of one of two others, but for the role. */
export function namesOne({ path }: Candidate, first?: Candidate, second?: Candidate): boolean {
  const isOf = (other?: Candidate) => withoutRole(other?.path ?? "") === withoutRole(path);
  return first !== undefined && second !== undefined && isOf(first) !== isOf(second);
}

/** A path without the words for a role: `binary_server.py` and `binary_client.py` are alike. */
export function withoutRole(path: string): string {
  return path.toLowerCase().split(/[/._-]+|(?<=[a-z])(?=server|client)/)
    .filter((part) => roleNamed(part) === undefined).join("/");
}

/** Numbers in sources that may be ports. */
export function portsIn(sources: string[]): number[] {
  const numbers = sources.flatMap((source) => source.match(/(?<![\w.])\d{3,5}(?![\w.])/g) ?? []);
  const ports = numbers.map(Number).filter((number) => number > 100 && number < 65_536);
  return [...new Set(ports)].slice(0, MAX_PORTS);
}
