#!/bin/sh
# Every test, in the order of what fails fastest. Prints a summary at the end; the exit status is that of the tests.
set -eu
cd "$(dirname "$0")/.."
started=$(date +%s)
summary=''
status=0

step() {
    name=$1
    shift
    begun=$(date +%s)
    printf '\n== %s\n' "$name"
    if "$@"; then outcome=ok; else outcome=FAILED; status=1; fi
    summary="$summary$(printf '  %-40s %-7s %4ss' "$name" "$outcome" "$(($(date +%s) - begun))")
"
}

# a database is made and thrown away for each test: in memory when there is enough of it, else on the disk
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print int($4 / 1048576) }')" -ge 6 ]; then
    export TMPDIR=/dev/shm
fi

built=${CARGO_TARGET_DIR:-target}/debug

rust_tests() {
    # One PostgreSQL for all; the tests of a target share a process, and with it the contract that answers are judged by.
    # Built with the server: alone it would have other features, and half of the dependencies would be built twice.
    cargo build -q -p server -p testkit &&
        "$built/with-cluster" cargo test --workspace --tests --no-fail-fast -q
}

# the generated clients and the fuzzer; `make fuzz` goes on for longer
strangers() {
    FUZZ_SECONDS=${FUZZ_SECONDS:-60} FUZZ_EXAMPLES=${FUZZ_EXAMPLES:-5} "$built/with-server" tests/contract/live.sh
}

step 'Rust tests' rust_tests
if [ -x tests/contract/check.sh ]; then
    if command -v npm >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; then
        step 'contract tools' tests/contract/check.sh
        step 'strangers on a real server' strangers
    else
        summary="$summary  contract tools                           skipped: they need Node (npm) and Python 3
"
    fi
fi

printf '\n== summary\n%s  %-40s %-7s %4ss\n' "$summary" total '' "$(($(date +%s) - started))"
exit "$status"
