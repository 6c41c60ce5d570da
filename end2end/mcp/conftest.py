"""A server of their own for the clients: the program with its demonstration, on free ports."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("AIDOO_PROGRAM", ROOT / "target" / "release" / "aidoo")).resolve()
LATEST = {"order": "date_order desc, id desc", "limit": 5}


@dataclass
class Aidoo:
    """A running server: its address, the ready key of the demonstration, and the variables of demo.env."""

    url: str
    key: str
    env: dict[str, str]

    def latest_orders(self) -> list[tuple[int, str]]:
        """Id and number of the five latest purchase orders, as Odoo itself says them to the key's person."""
        asked = urllib.request.Request(
            f"{self.env['AIDOO_DEMO_ODOO_URL']}/json/2/purchase.order/search_read",
            data=json.dumps({"fields": ["name"], **LATEST}).encode(),
            headers={
                "Authorization": f"bearer {self.env['AIDOO_OWNER_ODOO_KEY']}",
                "X-Odoo-Database": self.env["AIDOO_DEMO_ODOO_DATABASE"],
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return [(record["id"], record["name"]) for record in json.load(answer)]


@pytest.fixture(scope="session")
def aidoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aidoo]:
    data = tmp_path_factory.mktemp("aidoo")
    port, odoo_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "AIDOO_DATA_DIR": str(data),
        "AIDOO_LISTEN": f"127.0.0.1:{port}",
        "AIDOO_DEMO": "true",
        "AIDOO_DEMO_ODOO_LISTEN": f"127.0.0.1:{odoo_port}",
    }
    # A development build reads the pages from a folder.
    if PROGRAM.parent.name == "debug":
        environment["LEPTOS_SITE_ROOT"] = str(ROOT / "target" / "site")
    log = data / "aidoo.log"
    with log.open("wb") as sink:
        # Not in the repository: what a release serves, it carries.
        server = subprocess.Popen(
            [PROGRAM, "serve"], cwd=data, env=environment, stdout=sink, stderr=sink
        )
    try:
        wait_until_ready(url, server, log)
        lines = (data / "demo.env").read_text().splitlines()
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        yield Aidoo(url=url, key=variables["AIDOO_API_KEY"], env=variables)
    finally:
        server.terminate()
        server.wait(timeout=20)
    look_for_panics(log)


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"aidoo did not start:\n{log.read_text()[-4000:]}")


def look_for_panics(log: Path) -> None:
    """A client was answered with an error at most, which a test may have expected: only the log tells."""
    lines = log.read_text(errors="replace").splitlines()
    # What was wrong stands on the line after the place.
    panics = [line for at in range(len(lines)) if "panicked" in lines[at] for line in lines[at : at + 2]]
    if panics:
        said = "\n".join(panics)[:4000]
        pytest.fail(f"aidoo panicked, see {log}:\n{said}", pytrace=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
