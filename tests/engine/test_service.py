"""SERVICE goes through our own client, to whom the operator allows, and nowhere else."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from listening import Quiet, listening
from mufakat.engine.outbound import is_public
from mufakat.engine.service import NOTHING, Services
from mufakat.engine.types import Policy
from mufakat.errors import BadQuery, Refused, TimedOut, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

E = "http://example.org/"


def numbers() -> ox.Store:
    store = ox.Store()
    n = ox.NamedNode(E + "n")
    store.extend(ox.Quad(ox.NamedNode(f"{E}{i}"), n, ox.Literal(i)) for i in range(3))
    return store


JSON = "application/sparql-results+json"


class Endpoint(Quiet):
    """A small SPARQL endpoint that can also misbehave."""

    store = numbers()
    asked: list[str] = []  # noqa: RUF012

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        query = form["query"][0]
        self.asked.append(query)
        if self.path == "/redirect":
            self.answer(302, "text/plain", Location="http://127.0.0.1:9/canary")
            return
        if self.path == "/broken":
            self.answer(200, JSON, b"<html>")
            return
        if self.path == "/slow":
            threading.Event().wait(1)
        results = self.store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        self.answer(200, JSON, results.serialize(format=ox.QueryResultsFormat.JSON) or b"")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening(Endpoint) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def services(address: str) -> Services:
    return Services(Policy(allow_service=(address,), allow_private=True), read=0.5)


def answer(text: str) -> list[dict[str, str]]:
    results = ox.Store().query(text)
    assert isinstance(results, ox.QuerySolutions)
    found = json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    return [{k: v["value"] for k, v in row.items()} for row in found["results"]["bindings"]]


def test_rows_take_the_place_of_the_clause(services: Services, address: str) -> None:
    text = f"""PREFIX e: <{E}> SELECT ?s ?n {{
        VALUES ?n {{ 1 2 7 }} SERVICE <{address}/sparql> {{ ?s e:n ?n FILTER(?n > 0) }} }}"""
    filled = services.fill_in(text)
    assert "SERVICE" not in filled
    assert sorted(answer(filled), key=str) == [{"s": f"{E}1", "n": "1"}, {"s": f"{E}2", "n": "2"}]


def test_clause_without_variables_keeps_its_truth(services: Services, address: str) -> None:
    for subject, expected in (("1", 1), ("9", 0)):
        group = f"SERVICE <{address}/> {{ <{E}{subject}> <{E}n> {subject} }}"
        assert len(answer(services.fill_in(f"SELECT * {{ {group} }}"))) == expected


def test_prefixed_and_nested_names_reach_the_other_server(services: Services, address: str) -> None:
    text = f"PREFIX o: <{address}/> SELECT * {{ SERVICE o:x {{ {{ SELECT ?s {{ ?s ?p 2 }} }} }} }}"
    assert answer(services.fill_in(text)) == [{"s": f"{E}2"}]


def test_private_addresses_are_refused_unless_allowed(address: str) -> None:
    services = Services(Policy(allow_service=("http://",)))
    before = len(Endpoint.asked)
    for host in (address, "http://localhost/", "http://[::1]/", "http://169.254.169.254/"):
        for silent in ("", "SILENT "):
            with pytest.raises((Refused, Unavailable)):
                services.fill_in(f"ASK {{ SERVICE {silent}<{host}> {{}} }}")
    assert len(Endpoint.asked) == before


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
    ],
)
def test_what_lies_in_the_public_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_redirects_are_not_followed(services: Services, address: str) -> None:
    with pytest.raises(Unavailable, match="302"):
        services.fill_in(f"ASK {{ SERVICE <{address}/redirect> {{}} }}")


def test_silent_failure_is_one_empty_row(services: Services, address: str) -> None:
    for path in ("redirect", "broken", "slow"):
        text = f"SELECT * {{ SERVICE SILENT <{address}/{path}> {{ ?s ?p ?o }} }}"
        assert NOTHING in services.fill_in(text)


def test_slow_and_broken_servers_are_named(services: Services, address: str) -> None:
    with pytest.raises(TimedOut):
        services.fill_in(f"ASK {{ SERVICE <{address}/slow> {{}} }}")
    with pytest.raises(Unavailable):
        services.fill_in(f"ASK {{ SERVICE <{address}/broken> {{}} }}")


def test_more_clauses_than_allowed_are_refused(services: Services, address: str) -> None:
    with pytest.raises(TooLarge):
        services.fill_in("ASK {" + f" SERVICE <{address}/> {{}}" * 9 + "}")


def test_variable_address_is_no_address(services: Services) -> None:
    with pytest.raises(BadQuery):
        services.fill_in("ASK { SERVICE ?where {} }")
