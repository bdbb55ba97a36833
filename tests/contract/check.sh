#!/bin/sh
# Reads the committed contract as strangers do: two validators, two linters, two generators. No server, no network.
#   check.sh [folder with v1.json and v1-3.1.json]
set -eu
spec=$(cd "${1:-$(dirname "$0")/../../openapi}" && pwd)
cd "$(dirname "$0")"
./setup.sh
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
bin=node_modules/.bin
py=.venv/bin

step() { printf '%s\n' "contract: $*"; }

step valid OpenAPI, 3.0.3 and 3.1
"$py/openapi-spec-validator" --subschema-errors=all "$spec/v1.json"
"$py/openapi-spec-validator" --subschema-errors=all "$spec/v1-3.1.json"

step house rules, Spectral
"$bin/spectral" lint --quiet --ruleset spectral.yaml --fail-severity warn "$spec/v1.json"

step house rules, Redocly
"$bin/redocly" lint --config redocly-house.yaml "$spec/v1.json"
"$bin/redocly" lint --config redocly-house.yaml "$spec/v1-3.1.json"

rm -rf generated && mkdir generated

step TypeScript types compile
"$bin/openapi-typescript" "$spec/v1.json" -o generated/v1.d.ts >/dev/null
"$bin/openapi-typescript" "$spec/v1-3.1.json" -o generated/v1-3.1.d.ts >/dev/null
"$bin/tsc" -p tsconfig.json

step Python client imports
"$py/openapi-python-client" generate --path "$spec/v1.json" --output-path generated/python --meta none \
  --config python-client.yaml --fail-on-warning >generated/python.log 2>&1 || { cat generated/python.log; exit 1; }
mv generated/python generated/itsudemo_client
PYTHONPATH=generated "$py/python" import_all.py

step good
