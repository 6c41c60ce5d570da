#!/usr/bin/env bash
# Feeds the parsers and both transports what nobody would write, for SECONDS of each.
. "$(dirname "$0")/lib.sh"
need_rust

AIDOO_FUZZ_SECONDS="${1:-120}" exec cargo test --quiet --package server --test it fuzz:: -- --nocapture --test-threads=1
