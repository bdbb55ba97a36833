#!/bin/sh
# Lets schemathesis loose on a running server. Same seed, same requests.
#   BASE_URL=http://127.0.0.1:8080 API_KEY=sk_test_… tests/contract/fuzz.sh [more schemathesis options]
# FUZZ_EXAMPLES (default 10) requests per operation and phase; FUZZ_SEED (default 1); FUZZ_SECONDS (default 180) at most.
# Tests the committed document, without the operators' plane: that is not on the public listener.
set -eu
cd "$(dirname "$0")"
./setup.sh
base=${BASE_URL:-http://127.0.0.1:8080}
set -- --url "$base" --seed "${FUZZ_SEED:-1}" --max-examples "${FUZZ_EXAMPLES:-10}" \
  --phases examples,coverage,fuzzing,stateful --continue-on-failure --generation-database none \
  --generation-allow-x00 false --max-time "${FUZZ_SECONDS:-180}" --request-timeout 15 --no-color "$@"
if grep -q '"/v1/operator' ../../openapi/v1.json; then set -- "$@" --exclude-path-regex '^/v1/operator'; fi
[ -z "${API_KEY:-}" ] || set -- "$@" -H "Authorization: Bearer $API_KEY"
export SCHEMATHESIS_HOOKS=fuzz_hooks PYTHONPATH=.
exec .venv/bin/schemathesis --config-file schemathesis.toml run ../../openapi/v1.json "$@"
