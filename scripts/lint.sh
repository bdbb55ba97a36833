#!/bin/sh
# Formatting, clippy with warnings as errors, and the rules on dependencies.
set -eu
cd "$(dirname "$0")/.."
cargo fmt --all --check
cargo clippy --workspace --all-targets -- -D warnings
if cargo deny --version >/dev/null 2>&1; then
    cargo deny --offline check bans licenses sources
else
    echo 'lint: cargo-deny is not installed, so deny.toml was not checked (cargo install cargo-deny)' >&2
fi
