#!/usr/bin/env bash
# tools.sh leptos|deny: installs programs of other people, once for each version, where lib.sh says.
. "$(dirname "$0")/lib.sh"
need_rust

cargo_leptos=0.3.11
cargo_deny=0.20.2
binaryen=132.0.0
# wasm-bindgen's program must be of the same version as its library.
wasm_bindgen="$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' Cargo.toml)"

# NAME VERSION FLAG…: built without debug information and optimisation, which these do not need.
cargo_tool() {
  local name="$1" version="$2"
  shift 2
  if grep -q "^\"$name $version " "$tools/.crates.toml" 2>/dev/null; then return; fi
  say "installing $name $version (minutes, once)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_STRIP=true CARGO_TARGET_DIR="$tools/target" \
    cargo install --debug --root "$tools" "$name" --version "$version" "$@"
}

case "${1:-}" in
  leptos)
    # Its lock file asks for a newer compiler than it needs, and it must not download programs.
    cargo_tool cargo-leptos "$cargo_leptos" --locked --ignore-rust-version --features no_downloads
    cargo_tool wasm-bindgen-cli "$wasm_bindgen"
    if ! has wasm-opt; then
      say "installing wasm-opt (binaryen $binaryen)"
      npm install --prefix "$tools" --no-save --no-audit --no-fund --loglevel=error "binaryen@$binaryen"
    fi
    ;;
  deny) cargo_tool cargo-deny "$cargo_deny" --locked ;;
  *) die "usage: scripts/tools.sh leptos|deny" ;;
esac
# What was built on the way is several GB and is not needed again.
rm -rf "$tools/target"
