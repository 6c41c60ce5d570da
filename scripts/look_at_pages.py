"""Starts a program with the demonstration and asks for a page and the files that it names.

    look_at_pages.py PROGRAM

Ends with 0 when the page, its script, its wasm and its style sheet are all there.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 60.0
TYPES = {"js": "text/javascript", "css": "text/css", "wasm": "application/wasm"}


def main(program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{free_port()}"
        log = Path(folder) / "log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [program, "serve", "--demo"],
                # Not the repository: what the program serves, it carries, or LEPTOS_SITE_ROOT says where it is.
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=os.environ
                | {
                    "AIDOO_DATA_DIR": folder,
                    "AIDOO_LISTEN": url.removeprefix("http://"),
                    "AIDOO_DEMO_ODOO_LISTEN": f"127.0.0.1:{free_port()}",
                },
            )
        try:
            look(url, process)
        except (AssertionError, OSError) as error:
            sys.exit(f"{type(error).__name__}: {error}\n{log.read_text()[-4000:]}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


def look(url: str, process: subprocess.Popen) -> None:
    page = wait_for(f"{url}/sign-in", process)
    for end, kind in TYPES.items():
        found = re.search(rf"/pkg/[\w/.-]+\.{end}\b", page)
        assert found, f"the page names no .{end} file"
        with urllib.request.urlopen(url + found.group(), timeout=10) as answer:
            given = answer.headers["Content-Type"]
            assert given.startswith(kind), f"{found.group()} comes as {given}"
            content = answer.read()
            assert content, f"{found.group()} is empty"
            # A file that names others which nobody serves leaves the page bare.
            assert end != "css" or b"@import" not in content, f"{found.group()} is not whole"
        print(f"{found.group()}: 200, {given}")


def wait_for(url: str, process: subprocess.Popen) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert process.poll() is None, f"the program ended with {process.returncode}"
            assert time.monotonic() < until, "the program does not answer"
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()))
