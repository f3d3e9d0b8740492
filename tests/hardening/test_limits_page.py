"""docs/limits.md says what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from mufakat.engine import fetch, outbound, service
from mufakat.engine.types import Limits
from mufakat.settings import BY_NAME
from mufakat.web import bodies, fair, server, shelf, writes

PAGE = (Path(__file__).parents[2] / "docs/limits.md").read_text()


@pytest.mark.parametrize(
    "told",
    [
        f"brackets within brackets | {Limits().depth} |",
        f"nest in the algebra | {Limits().operators} |",
        f"{fair.WAITING} more wait up to {fair.PATIENCE:g} seconds",
        f"{service.MOST} clauses in a query, {outbound.AT_ONCE} requests at a time",
        f"{service.BYTES >> 20} MiB and {service.ROWS:,} rows",
        f"{fetch.MOST} documents in an update, {fetch.BYTES >> 20} MiB of them together",
        f"up to {fetch.REDIRECTS} redirects",
        f"an idle connection is kept | {server.HEAD} |",
        f"its headers) | {server.LONGEST_HEAD >> 10} KiB |",
        f"and in all | {bodies.OF_ONE_CLIENT} and {bodies.READERS} |",
        f"one more for each {bodies.STEADY >> 10} KiB of it",
        f"at a time; {shelf.WAITING} requests wait up to {shelf.PATIENCE:g} seconds",
        f"length of a write | {writes.LARGEST >> 20} MiB;",
        f"up to {server.STOP} seconds",
    ],
)
def test_number_on_the_page_is_the_one_in_force(told: str) -> None:
    assert told in PAGE.replace("\n", " ")


@pytest.mark.parametrize(
    "name",
    [
        *("max_query_bytes", "timeout", "memory_limit", "max_rows", "max_result_bytes", "rate"),
        "body_timeout",
        *("queue", "public_url", "allow_service", "allow_private"),
    ],
)
def test_setting_on_the_page_exists(name: str) -> None:
    assert name in BY_NAME
    assert f"`{name}`" in PAGE
