#!/usr/bin/env bash
# Runs a command in a fresh clone of this repository as on a machine where nothing was installed:
# as an ordinary user with an empty home, and on PATH only Node, npm, git and Debian's essential
# packages. With --bare, PATH has no util-linux either, as on macOS.
#
#   tests/fresh_machine.sh npx --yes deno@2.9.6 task test
#   tests/fresh_machine.sh --bare npx --yes deno@2.9.6 task grade
#
# It needs Debian or Ubuntu. As root it also hides the other programs in /usr, where the grader
# looks for its own; it says so if it cannot. The environment stays, but for HOME, PATH and TMPDIR.
set -euo pipefail
USER_ID=12345 # no user of the machine

bare=
if [ "${1:-}" = --bare ]; then bare='^(util-linux|bsdutils|mount)$' && shift; fi
repository=$(cd "$(dirname "$0")/.." && pwd)
machine=$(mktemp -d)
# Not the exit code of rm: a process that has just been killed may still write there.
trap 'rm -rf "$machine" || true' EXIT
mkdir "$machine/bin" "$machine/home" "$machine/tmp"

packages=$(dpkg-query -W -f '${Package} ${Essential}\n' |
  awk -v bare="${bare:-^$}" '($2 == "yes" || $1 == "mount") && $1 !~ bare { print $1 }')
# Copies, because the folder takes the place of /usr/bin, and npx puts the folder of the real node
# on PATH.
# shellcheck disable=SC2086 # one word for each package
{
  dpkg-query -L $packages | grep -E '^(/usr)?/s?bin/[^/]+$'
  command -v node git awk
} | while read -r path; do
  if [ -x "$path" ]; then cp -L "$path" "$machine/bin/"; fi
done
for program in npm npx; do
  ln -s "$(realpath "$(command -v "$program")")" "$machine/bin/$program"
done

git clone -q "file://$repository" "$machine/home/lab"
as_user=()
if [ "$(id -u)" = 0 ]; then
  chown -R "$USER_ID:$USER_ID" "$machine"
  chmod 755 "$machine"
  cp -L "$(command -v setpriv)" "$machine/" # --bare hides it
  as_user=("$machine/setpriv" --reuid "$USER_ID" --regid "$USER_ID" --clear-groups)
  if unshare --mount true 2>/dev/null; then
    hide='for folder in /usr/local/bin /usr/sbin /usr/bin; do mount --bind "$0" "$folder"; done'
    as_user=(unshare --mount bash -c "$hide; exec \"\$@\"" "$machine/bin" "${as_user[@]}")
  else
    echo "The programs in /usr stay where they are: no mount namespace can be made" >&2
  fi
fi
cd "$machine/home/lab"
"${as_user[@]}" env HOME="$machine/home" PATH="$machine/bin" TMPDIR="$machine/tmp" "$@"
