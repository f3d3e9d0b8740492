"""Two servers, one of which may ask the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from live import Server, publish, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

E = "http://example.org/"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    far = publish(tmp_path_factory.mktemp("far"), f'<{E}a> <{E}name> "Ana", "Anna"@en .\n')
    near = publish(tmp_path_factory.mktemp("near"), f"<{E}a> <{E}age> 41 . <{E}b> <{E}age> 17 .\n")
    with (
        serving(far) as there,
        serving(near, "--allow-service", there.address, "--allow-private") as here,
    ):
        yield here, there


def test_rows_of_both_are_joined(servers: tuple[Server, Server]) -> None:
    here, there = servers
    service = f"SERVICE <{there.address}/sparql> {{ ?who <{E}name> ?name }}"
    query = f"SELECT ?name ?age {{ ?who <{E}age> ?age {service} }} ORDER BY ?name"
    reply = here.ask(f"/sparql?query={quote(query)}")
    assert reply.status == 200, reply.text
    rows = json.loads(reply.body)["results"]["bindings"]
    assert sorted((row["name"]["value"], row["age"]["value"]) for row in rows) == [
        ("Ana", "41"),
        ("Anna", "41"),
    ]
    assert "ETag" not in reply.headers


def test_only_the_server_on_the_list_is_asked(servers: tuple[Server, Server]) -> None:
    here, there = servers
    for address in (here.address, "http://127.0.0.1:9"):
        query = f"ASK {{ SERVICE SILENT <{address}/sparql> {{ ?s ?p ?o }} }}"
        assert here.ask(f"/sparql?query={quote(query)}").status == 403
    query = f"ASK {{ SERVICE <{here.address}/sparql> {{ ?s ?p ?o }} }}"
    assert there.ask(f"/sparql?query={quote(query)}").status == 403


def test_clients_see_which_part_failed(servers: tuple[Server, Server]) -> None:
    here, there = servers
    query = f"ASK {{ SERVICE <{there.address}/nowhere> {{ ?s ?p ?o }} }}"
    reply = here.ask(f"/sparql?query={quote(query)}")
    assert reply.status == 502
    assert "404" in reply.text or "405" in reply.text
