#!/bin/sh
# Collect the texts of the screens into locale/fr, and compile what is translated. Needs Debian's gettext.
set -eu
cd "$(dirname "$0")/.."
command -v msgfmt >/dev/null 2>&1 || tools/system-packages.sh gettext
cd src/vigie
vigie() { ../../.venv/bin/vigie manage "$@"; }
vigie makemessages --locale fr --no-location --no-wrap --ignore "static/*" --verbosity 0
vigie compilemessages --locale fr --verbosity 0
msgfmt --statistics -o /dev/null locale/fr/LC_MESSAGES/django.po
