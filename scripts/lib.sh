# Words and checks that the other scripts share; sourced, never run.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Programs that Cargo and npm build for this repository's own use, each of a fixed version. They take minutes
# to build, so they lie outside of the checkout and serve all checkouts of one account.
tools="${AIDOO_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/aidoo/tools}"
export PATH="$tools/bin:$tools/node_modules/.bin:$PATH"
# Homebrew keeps PostgreSQL off the path.
for folder in /opt/homebrew/opt/postgresql@17/bin /usr/local/opt/postgresql@17/bin; do
  if [ -d "$folder" ]; then export PATH="$PATH:$folder"; fi
done

wasm_target=wasm32-unknown-unknown

say() { printf '%s\n' "$*"; }

# A reason and what to do about it; ends the script.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The compiler, and the target that the pages are built for.
need_rust() {
  if ! has cargo && [ -r "$HOME/.cargo/env" ]; then
    # shellcheck source=/dev/null
    . "$HOME/.cargo/env"
  fi
  has cargo || die "Rust is missing: install rustup from https://rustup.rs, then run this again"
  # Rust links with it, and SQLite, ring and mimalloc are built with it.
  # macOS has one that only says how to install it.
  cc --version >/dev/null 2>&1 || apt_install build-essential ||
    die "a C compiler is missing: install build-essential (on macOS: xcode-select --install), then run this again"
  if [ -d "$(rustc --print sysroot)/lib/rustlib/$wasm_target" ]; then return; fi
  has rustup || die "the Rust target $wasm_target is missing and there is no rustup to add it: install it as your Rust was installed"
  say "adding the Rust target $wasm_target"
  rustup target add "$wasm_target"
}

# Runs a command as root; false where nobody can be asked for the password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    sudo "$@"
  else
    return 1
  fi
}

# Installs packages on Debian and its kin; elsewhere the caller says what is missing.
apt_install() {
  has apt-get || return 1
  say "installing with apt-get: $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || return 1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# Where Cargo puts things; CARGO_TARGET_DIR may move it.
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-target}"; }

# A stamp beside what was installed says from which list: the same list is not installed twice.
up_to_date() { [ -e "$2" ] && cmp -s "$1" "$2"; }

# The packages of Node that a folder lists. Browsers come from the system.
node_packages() {
  local lock="$1/package-lock.json" stamp="$1/node_modules/.installed-from"
  if up_to_date "$lock" "$stamp"; then return; fi
  say "installing the packages of Node: $1"
  (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
  cp "$lock" "$stamp"
}
