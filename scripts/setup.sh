#!/bin/sh
# Installs what is missing on this machine; says nothing when all is there.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else return 1; fi; }

# The folder of the newest PostgreSQL from 15 up, found as the server finds it.
postgres_found() {
    [ -n "${DATABASE_URL:-}" ] && return 0
    for bin in "${PG_BIN:-}" $(printf '%s' "$PATH" | tr ':' ' ') /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin; do
        [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] || continue
        major=$("$bin/postgres" --version | sed -E 's/.*\(PostgreSQL\) ([0-9]+).*/\1/')
        [ "$major" -ge 15 ] && return 0
    done
    return 1
}

install_postgres() {
    by_hand='install PostgreSQL 15 or later (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@16), or set PG_BIN to its programs'
    if have apt-get; then
        echo 'setup: installing PostgreSQL by apt' >&2
        # the server makes a private cluster; a system-wide one is not needed
        as_root mkdir -p /etc/postgresql-common/createcluster.d || fail "$by_hand"
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/itsudemo.conf >/dev/null
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql >&2 ||
            { as_root apt-get update -q >&2 &&
                as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql >&2; } ||
            fail "$by_hand"
    elif have brew; then
        echo 'setup: installing PostgreSQL by Homebrew' >&2
        brew install -q postgresql@16 >&2 || fail "$by_hand"
    else
        fail "$by_hand"
    fi
    postgres_found || fail "$by_hand"
}

install_rust() {
    by_hand='install Rust from https://rustup.rs (or apt-get install rustup), then run this again'
    if have apt-get && apt-cache show rustup >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q rustup >&2 || fail "$by_hand"
    elif have brew; then
        brew install -q rustup >&2 && rustup-init -y --no-modify-path -q >&2 || fail "$by_hand"
    else
        fail "$by_hand"
    fi
    have cargo || fail 'Rust is installed; open a new terminal (its PATH is needed) and run this again'
}

# the linker and headers that Rust needs
have cc || have clang || {
    { have apt-get && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q gcc libc6-dev >&2; } ||
        fail 'install a C linker (Debian, Ubuntu: apt-get install gcc libc6-dev; macOS: xcode-select --install)'
}
have cargo || install_rust
postgres_found || install_postgres
