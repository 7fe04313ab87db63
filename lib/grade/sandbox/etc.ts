/**
 * What sandboxes see of this machine's `/etc`: a copy of what interpreters and compilers look
 * up. A sandbox shows the copy with one mount; a mount for each entry takes twice the time.
 *
 * @module
 */

const SHOWN =
  /^(alternatives|ld\.so\.(cache|conf|conf\.d)|ssl|localtime|timezone|mime\.types|protocols|services|inputrc|php|perl|mono|java.*|python.*|ruby.*|lua.*|ghc.*|erlang|R|julia|nsswitch\.conf|gai\.conf|host\.conf|fonts|cli|ant.*|openal|magic|locale\.alias|gcrypt|crypto-policies|pki)$/;
/** Folders of private keys below what is shown. */
const KEYS = ["ssl/private", "pki/tls/private"];

let known: string | undefined;

/** The shell command that copies it into the folder `etc`, without private keys and links' targets. */
export function copyEtc(): string {
  return known ??= makeCommand();
}

function makeCommand(): string {
  const shown = [...Deno.readDirSync("/etc")].map(({ name }) => name)
    .filter((name) => SHOWN.test(name) && !name.includes("'")).map((name) => `'/etc/${name}'`);
  if (shown.length === 0) return ":";
  // Some of it is for root alone: then it is left out.
  const copy = `cp -R --preserve=mode ${shown.join(" ")} etc 2> /dev/null`;
  return `{ ${copy} || :; } && rm -rf ${KEYS.map((folder) => `etc/${folder}`).join(" ")}`;
}
