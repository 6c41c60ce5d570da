#!/usr/bin/env bash
# Licences, sources and known faults of the libraries.
. "$(dirname "$0")/lib.sh"
need_rust
scripts/tools.sh deny

steps=("licences, bans, sources")
if cargo deny --log-level off fetch db 2>/dev/null; then
  steps+=("known faults")
else
  say "known faults are NOT checked: their database cannot be fetched from here"
fi
exec "${PYTHON:-python3}" scripts/check.py run deny "${steps[@]}"
