#!/usr/bin/env bash
# Runs a command in a fresh clone of this repository as on a machine where nothing was installed:
# as an ordinary user with an empty home, and on PATH only Node, npm, git and Debian's essential
# packages. With --bare, PATH has no util-linux either, as on macOS.
#
#   tests/fresh_machine.sh npx --yes deno@2.9.6 task test
#   tests/fresh_machine.sh --bare npx --yes deno@2.9.6 task grade
#
# It needs Debian or Ubuntu. The environment stays, but for HOME, PATH and TMPDIR.
set -euo pipefail
USER_ID=12345 # no user of the machine

bare=
if [ "${1:-}" = --bare ]; then bare='^(util-linux|bsdutils|mount)$' && shift; fi
repository=$(cd "$(dirname "$0")/.." && pwd)
machine=$(mktemp -d)
trap 'rm -rf "$machine"' EXIT
mkdir "$machine/bin" "$machine/home" "$machine/tmp"

packages=$(dpkg-query -W -f '${Package} ${Essential}\n' |
  awk -v bare="${bare:-^$}" '($2 == "yes" || $1 == "mount") && $1 !~ bare { print $1 }')
# shellcheck disable=SC2086 # one word for each package
dpkg-query -L $packages | grep -E '^(/usr)?/s?bin/[^/]+$' | while read -r path; do
  if [ -x "$path" ]; then ln -sf "$(realpath "$path")" "$machine/bin/$(basename "$path")"; fi
done
for program in npm npx git awk; do
  ln -sf "$(realpath "$(command -v "$program")")" "$machine/bin/$program"
done
# A copy, because npx puts the folder of the real file on PATH.
cp -L "$(command -v node)" "$machine/bin/node"

git clone -q "file://$repository" "$machine/home/lab"
as_user=()
if [ "$(id -u)" = 0 ]; then
  chown -R "$USER_ID:$USER_ID" "$machine"
  chmod 755 "$machine"
  as_user=(setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups)
fi
cd "$machine/home/lab"
"${as_user[@]}" env HOME="$machine/home" PATH="$machine/bin" TMPDIR="$machine/tmp" "$@"
