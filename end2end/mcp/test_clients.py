"""The Python SDK, in both its eras, and the bridge, as their users use them.

Runs unchanged under `mcp` 1.x (initialize era) and 2.x (2026-07-28).
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from conftest import LATEST, Aidoo

IS_V1 = version("mcp").startswith("1.")
TRANSPORTS = ["mcp", "sse"]
WRONG_KEY = "aid_live_" + "0" * 40


async def with_client(
    url: str, key: str, transport: str, use: Callable[[Any], Awaitable[Any]]
) -> Any:
    """Connects with this key and hands the client to `use`."""
    from mcp.client.sse import sse_client
    from mcp.client.streamable_http import streamable_http_client

    headers = {"Authorization": f"Bearer {key}"}
    if IS_V1:
        import httpx as http
        from mcp import ClientSession

        if transport == "sse":
            async with sse_client(f"{url}/sse", headers=headers) as (read, write):
                async with ClientSession(read, write) as session:
                    await session.initialize()
                    return await use(session)
        async with http.AsyncClient(headers=headers, timeout=30) as client:
            async with streamable_http_client(f"{url}/mcp", http_client=client) as streams:
                async with ClientSession(streams[0], streams[1]) as session:
                    await session.initialize()
                    return await use(session)

    import httpx2 as http
    from mcp import Client

    if transport == "sse":
        async with Client(sse_client(f"{url}/sse", headers=headers)) as client:
            return await use(client)
    async with http.AsyncClient(headers=headers, timeout=30) as session:
        async with Client(streamable_http_client(f"{url}/mcp", http_client=session)) as client:
            return await use(client)


def structured(result: Any) -> dict[str, Any]:
    """The structured content, which the two majors spell differently."""
    return getattr(result, "structured_content", None) or result.structuredContent


def is_error(result: Any) -> bool:
    return bool(getattr(result, "is_error", None) or getattr(result, "isError", None))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_list_is_what_the_key_allows_in_a_fixed_order(aidoo: Aidoo, transport: str) -> None:
    async def use(client: Any) -> list[str]:
        return [tool.name for tool in (await client.list_tools()).tools]

    names = asyncio.run(with_client(aidoo.url, aidoo.key, transport, use))
    assert names == ["aidoo_context", "aidoo_query", "aidoo_read", "aidoo_schema"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_my_five_latest_purchase_orders(aidoo: Aidoo, transport: str) -> None:
    arguments = {"model": "purchase.order", **LATEST}

    async def use(client: Any) -> Any:
        return await client.call_tool("aidoo_query", arguments)

    result = asyncio.run(with_client(aidoo.url, aidoo.key, transport, use))
    assert not is_error(result), result
    records = structured(result)["records"]
    dates = [record["date_order"]["utc"] for record in records]
    assert len(records) == 5
    assert dates == sorted(dates, reverse=True)
    assert [(record["id"], record["name"]) for record in records] == aidoo.latest_orders()
    assert structured(result)["total"] > 5


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_argument_is_an_error_of_the_tool_that_names_it(
    aidoo: Aidoo, transport: str
) -> None:
    async def use(client: Any) -> Any:
        return await client.call_tool("aidoo_query", {"model": "purchase.order", "limit": 9999})

    result = asyncio.run(with_client(aidoo.url, aidoo.key, transport, use))
    assert is_error(result)
    assert "argument limit" in result.content[0].text


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_key_is_refused(aidoo: Aidoo, transport: str) -> None:
    async def use(client: Any) -> Any:
        return await client.list_tools()

    with pytest.raises(BaseException) as refused:
        asyncio.run(with_client(aidoo.url, WRONG_KEY, transport, use))
    assert not isinstance(refused.value, (KeyboardInterrupt, SystemExit, asyncio.TimeoutError))


# The bridge stands on the 1.x SDK, in whose environment it is installed.
if IS_V1:

    @pytest.mark.parametrize("transport", TRANSPORTS)
    def test_the_bridge_accepts_the_key_and_refuses_a_wrong_one(aidoo: Aidoo, transport: str) -> None:
        bridge = shutil.which("aidoo-mcp", path=str(Path(sys.executable).parent))
        assert bridge, "aidoo-mcp is installed beside this Python"

        def check(key: str) -> subprocess.CompletedProcess[str]:
            command = [bridge, "--check", "--retries", "1", "--url", f"{aidoo.url}/{transport}"]
            return subprocess.run(
                [*command, "--api-key", key], capture_output=True, text=True, timeout=60, check=False
            )

        good, wrong = check(aidoo.key), check(WRONG_KEY)
        assert good.returncode == 0, good.stdout + good.stderr
        assert wrong.returncode != 0, wrong.stdout + wrong.stderr
