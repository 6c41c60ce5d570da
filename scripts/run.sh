#!/usr/bin/env bash
# Builds the program and starts the demonstration on http://127.0.0.1:3000, or on AIDOO_LISTEN.
. "$(dirname "$0")/lib.sh"

listen="${AIDOO_LISTEN:-127.0.0.1:3000}"
host="${listen%:*}"
port="${listen##*:}"
# Asked before the build, which may take minutes, and not only by the program after it.
if (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
  die "something listens on $listen already: stop it, or choose another address: AIDOO_LISTEN=127.0.0.1:3001 make run"
fi

# What makes a later build faster makes the first one slower: `app` took 155 s with it, and 102 s without. Whoever works on
# the pages has it with `make watch`.
export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"

say "[1/4] looking for Rust and its target for browsers"
need_rust
say "[2/4] building the pages (some minutes the first time)"
cargo build --package frontend --lib --no-default-features --target "$wasm_target"
say "[3/4] building the server (some minutes more the first time)"
cargo build --package server --package bundle
say "[4/4] putting the site together"
"$(target_dir)/debug/bundle" dev
say "starting the demonstration; Ctrl-C stops it, its data stays in ${AIDOO_DATA_DIR:-./data}"
exec "$(target_dir)/debug/aidoo" serve --demo
