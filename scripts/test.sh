#!/usr/bin/env bash
# Brings what the tests need and runs everything. The last line counts all of it.
. "$(dirname "$0")/lib.sh"

scripts/needs.sh
exec "${PYTHON:-python3}" scripts/check.py run test
