#!/usr/bin/env bash
# site.sh dev|release: builds the pages into target/site.
. "$(dirname "$0")/lib.sh"
need_rust

case "${1:-}" in
  dev) profile=dev ;;
  release) profile=wasm-release ;;
  *) die "usage: scripts/site.sh dev|release" ;;
esac
cargo build --quiet --package frontend --lib --no-default-features \
  --target "$wasm_target" --profile "$profile"
cargo run --quiet --package bundle -- "$1"
