"""FastMCP's client on both transports, as its users use it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from conftest import LATEST, Aidoo

TRANSPORTS = {"mcp": StreamableHttpTransport, "sse": SSETransport}
WRONG_KEY = "aid_live_" + "0" * 40


def with_client(
    aidoo: Aidoo, transport: str, use: Callable[[Any], Awaitable[Any]], key: str | None = None
) -> Any:
    """Connects as FastMCP's documentation says, and hands the client to `use`."""

    async def connected() -> Any:
        way = TRANSPORTS[transport](f"{aidoo.url}/{transport}", auth=key or aidoo.key)
        async with Client(way, timeout=30) as client:
            return await use(client)

    return asyncio.run(connected())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_list_is_what_the_key_allows_in_a_fixed_order(aidoo: Aidoo, transport: str) -> None:
    tools = with_client(aidoo, transport, lambda client: client.list_tools())
    names = [tool.name for tool in tools]
    assert names == ["aidoo_context", "aidoo_query", "aidoo_read", "aidoo_schema"]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_who_am_i(aidoo: Aidoo, transport: str) -> None:
    result = with_client(aidoo, transport, lambda client: client.call_tool("aidoo_context"))
    assert result.structured_content["odoo"]["status"] == "linked"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_my_five_latest_purchase_orders(aidoo: Aidoo, transport: str) -> None:
    arguments = {"model": "purchase.order", **LATEST}
    result = with_client(
        aidoo, transport, lambda client: client.call_tool("aidoo_query", arguments)
    )
    records = result.structured_content["records"]
    assert len(records) == 5
    assert [(record["id"], record["name"]) for record in records] == aidoo.latest_orders()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_argument_is_an_error_of_the_tool_that_names_it(
    aidoo: Aidoo, transport: str
) -> None:
    arguments = {"model": "purchase.order", "limit": 9999}
    result = with_client(
        aidoo,
        transport,
        lambda client: client.call_tool("aidoo_query", arguments, raise_on_error=False),
    )
    assert result.is_error
    assert "argument limit" in result.content[0].text


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_wrong_key_is_refused(aidoo: Aidoo, transport: str) -> None:
    with pytest.raises(Exception, match="401|error response"):
        with_client(aidoo, transport, lambda client: client.list_tools(), WRONG_KEY)
