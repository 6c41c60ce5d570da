#!/usr/bin/env bash
# Builds the program as it is released, measures it and its parts, and writes BENCHMARKS.md. It takes about
# 20 minutes after the build; nothing else should run meanwhile. Arguments name the sections that are measured:
# gateway rates memory lists smooth bytes lighthouse parts; without any, all are.
. "$(dirname "$0")/lib.sh"
need_rust
has node && has npm || die "what asks Chromium needs Node: install nodejs and npm"
node_packages end2end/lighthouse

scripts/release.sh
cargo build --release --package bench
case " ${*:-parts} " in *" parts "*) cargo bench --quiet --package bench ;; esac
# Each of 5,000 streams is an open file on both sides.
ulimit -n 20000 || die "5,000 streams need more open files: raise the limit (ulimit -Hn)"
exec "$(target_dir)/release/bench" "$(target_dir)/release/aidoo" "$(target_dir)/criterion" \
  "${BENCH_PAGE:-BENCHMARKS.md}" "$@"
