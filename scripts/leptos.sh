#!/usr/bin/env bash
# leptos.sh [release]: installs cargo-leptos once, builds and tests with it, and looks at what it built: `cargo leptos watch` is how
# people work on the pages, while everything else builds without it.
. "$(dirname "$0")/lib.sh"
need_rust
scripts/needs.sh
scripts/tools.sh leptos
exec "${PYTHON:-python3}" scripts/check.py run "leptos${1:+-$1}"
