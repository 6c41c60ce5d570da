#!/usr/bin/env bash
# Brings what the tests need: Chromium, PostgreSQL, and the packages of Node and Python.
. "$(dirname "$0")/lib.sh"
need_rust

missing=()
has chromium || has chromium-browser || has google-chrome || [ -d "/Applications/Google Chrome.app" ] ||
  missing+=(chromium)
# What pages are drawn with when pictures of them are compared; elsewhere they are not compared.
if [ "$(uname)" != Darwin ] && has apt-get; then
  [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
  [ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] || missing+=(fonts-noto-color-emoji)
fi
has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
has node || missing+=(nodejs)
has npm || missing+=(npm)
python="${PYTHON:-python3}"
has "$python" && "$python" -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(uname)" = Darwin ]; then
    die "the tests need more programs: brew install --cask google-chrome; brew install postgresql@17 node python@3.13"
  fi
  apt_install "${missing[@]}" ||
    die "the tests need packages that cannot be installed from here: as root, apt-get install ${missing[*]}"
fi
# The same browser without windows: the tests take three quarters of the time. Where it cannot be had, Chromium does.
if ! has chromium-headless-shell && has apt-cache &&
  [[ "$(apt-cache policy chromium-headless-shell)" == *"Candidate: "[0-9]* ]]; then
  apt_install chromium-headless-shell || say "without chromium-headless-shell the tests in a browser take longer"
fi
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' ||
  die "the tests need Node 20 or newer, and node is $(node --version)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  die "the MCP clients need Python 3.10 or newer, and $python is older: set PYTHON to a newer one"

# The last list holds programs that the tests run, and the Node that they want.
for folder in end2end end2end/lighthouse end2end/mcp/programs; do
  node_packages "$folder"
done

for name in mcp1 mcp2 fastmcp; do
  list="end2end/mcp/requirements-$name.txt"
  venv="end2end/.venv-$name"
  if ! up_to_date "$list" "$venv/.installed-from"; then
    say "installing the packages of Python: $list"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$venv/.installed-from"
  fi
done
