#!/bin/sh
# Installs the tools beside this file; does nothing while the lock files are as they were.
set -eu
cd "$(dirname "$0")"

stamp=$(cat package-lock.json requirements.txt | sha256sum | cut -d' ' -f1)
[ "$(cat .stamp 2>/dev/null || true)" = "$stamp" ] && exit 0

npm ci --no-fund --no-audit
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
echo "$stamp" > .stamp
