#!/usr/bin/env bash
# Rebuilds and reloads the page at every save.
. "$(dirname "$0")/lib.sh"
need_rust
scripts/tools.sh leptos
export AIDOO_DEMO="${AIDOO_DEMO:-true}"
exec cargo leptos watch -- serve
