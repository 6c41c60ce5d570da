#!/usr/bin/env bash
# Makes the references anew that pictures of the pages are compared with: end2end/references. With AIDOO_PROGRAM set,
# that program is looked at; otherwise the release is built first.
. "$(dirname "$0")/lib.sh"

[ "$(uname)" = Linux ] || die "the references are drawn on Linux, with Debian's fonts and Chromium"
scripts/needs.sh
if [ -z "${AIDOO_PROGRAM:-}" ]; then
  scripts/release.sh
  AIDOO_PROGRAM="$(target_dir)/release/aidoo"
fi
AIDOO_PROGRAM="$(realpath "$AIDOO_PROGRAM")"
export AIDOO_PROGRAM

# Parts of the names of the specs that compare pictures.
specs=(picture strange)
rm -rf end2end/references
mkdir end2end/references
say "drawing the pages"
(cd end2end && npx playwright test "${specs[@]}" --update-snapshots=all) ||
  die "a page could not be drawn: see above"
(cd end2end && node support/shrink.mjs references/*.png)
say "looking whether they are drawn the same once more"
(cd end2end && npx playwright test "${specs[@]}")
say "ready: $(find end2end/references -name '*.png' | wc -l) pictures, $(du -sh end2end/references | cut -f1); look at what git says has changed"
