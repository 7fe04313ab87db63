/**
 * The newest JDK of this machine: a student's program may need it.
 *
 * @module
 */

const JVM_FOLDER = "/usr/lib/jvm";

/** The folder of the newest JDK's programs, with a slash; empty if only the PATH is known. */
export function newestJdk(): string {
  try {
    const all = [...Deno.readDirSync(JVM_FOLDER)].map(({ name }) => `${JVM_FOLDER}/${name}`);
    const versions = all.flatMap((folder) => {
      try {
        const release = Deno.readTextFileSync(`${folder}/release`);
        Deno.statSync(`${folder}/bin/javac`);
        const version = release.match(/^JAVA_VERSION="(?:1\.)?(\d{1,3})/m)?.[1];
        return [{ folder, version: Number(version ?? 0) }];
      } catch {
        return []; // it is no JDK
      }
    });
    versions.sort((a, b) => b.version - a.version);
    return versions.length > 0 ? `${versions[0].folder}/bin/` : "";
  } catch {
    return "";
  }
}
