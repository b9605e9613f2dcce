#!/bin/sh
# Make .venv with exactly what requirements.lock says. Needs Python 3.11 or later; brings its own uv.
set -eu
cd "$(dirname "$0")/.."
say() { printf '\033[1m== %s\033[0m\n' "$*"; }

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "vigie needs Python 3.11 or later: set PYTHON=/path/to/python3.11"; exit 1; }

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.tools/bin/uv
    if [ ! -x "$uv" ]; then
        say "fetching uv, the package installer"
        if ! "$python" -m venv .tools 2>/dev/null; then
            rm -rf .tools
            tools/system-packages.sh python3-venv
            "$python" -m venv .tools
        fi
        .tools/bin/pip install --quiet --disable-pip-version-check uv
    fi
fi

say "installing the locked packages into .venv"
[ -x .venv/bin/python ] || "$uv" venv --quiet --python "$python" .venv
"$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements.lock
"$uv" pip install --quiet --python .venv/bin/python --no-deps --editable .
touch .venv/.ready
