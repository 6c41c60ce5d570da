#!/usr/bin/env bash
# site.sh dev|release: builds the pages into target/site.
. "$(dirname "$0")/lib.sh"
need_rust

site=(--package frontend --lib --no-default-features --target "$wasm_target")
case "${1:-}" in
  dev) cargo build "${site[@]}" ;;
  # One part a page: the linker keeps who needs whom, by which the program is then cut apart.
  release) cargo rustc "${site[@]}" --features split --profile wasm-release -- -C link-arg=--emit-relocs ;;
  *) die "usage: scripts/site.sh dev|release" ;;
esac
cargo run --quiet --package bundle -- "$1"
