#!/bin/sh
# The generated clients and the fuzzer against a real server with data. Start it beside one:
#   cargo build -p server -p testkit && target/debug/with-server tests/contract/live.sh
set -eu
cd "$(dirname "$0")"
[ -d generated ] || ./check.sh
node generated/js/sdk_call.js
PYTHONPATH=generated .venv/bin/python sdk_call.py
./fuzz.sh "$@"
