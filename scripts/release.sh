#!/usr/bin/env bash
# Builds the one file: the server with the pages inside.
. "$(dirname "$0")/lib.sh"

say "building the pages"
scripts/site.sh release
say "building the server"
cargo build --release --package server --bin aidoo --no-default-features --features embed
say "ready: $(target_dir)/release/aidoo"
