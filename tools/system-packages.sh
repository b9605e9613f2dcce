#!/bin/sh
# Install the Debian packages named, as root if we are or can be; otherwise print the one line to run.
set -eu
missing=""
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=""
elif sudo -n true 2>/dev/null; then
    sudo="sudo"
else
    echo "These Debian packages are needed; run this line, then try again:"
    echo "  sudo apt-get install -y --no-install-recommends$missing"
    exit 1
fi
echo "== installing Debian packages:$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
