# One line per target; the logic is in scripts/ and in Rust.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint fmt openapi openapi-check contract fuzz bench crash ci

help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: PostgreSQL, Rust
	@scripts/setup.sh

run: setup ## serve on http://127.0.0.1:8080 with a private PostgreSQL in ./data (Ctrl-C stops)
	@cargo run -q -p server -- serve --sandbox-payments

demo: setup ## play a whole sale on the server that `make run` started, and check the books
	@cargo run -q -p server -- demo

test: setup ## run every test
	@scripts/test.sh

lint: setup ## formatting, clippy with warnings as errors, dependencies
	@scripts/lint.sh

fmt: setup ## format all code
	@cargo fmt --all

openapi: setup ## write openapi/ from the code
	@cargo run -q -p api --bin openapi

openapi-check: setup ## fail when openapi/ differs from the code, or breaks the published contract
	@cargo run -q -p api --bin openapi -- --check

contract: setup ## read the contract as strangers do: validators, linters, client generators
	@tests/contract/check.sh

fuzz: setup ## the generated clients and a fuzzer against a real server with data
	@cargo build -q -p server -p testkit && $${CARGO_TARGET_DIR:-target}/debug/with-server tests/contract/live.sh

bench: setup ## sales, hires and reads a second through HTTP beside raw PostgreSQL, and a large draw, in one run
	@cargo build -q --release -p server -p tests --bins && target/release/bench && target/release/bench-hire
	@cargo run -q --release -p draw --example ten_thousand

crash: setup ## twenty power cuts under load; then everything acknowledged is there exactly once
	@cargo build -q -p server && CRASH_CYCLES=20 cargo test -q -p tests --test crash -- --nocapture

ci: lint test ## what the CI machine runs, and lint
