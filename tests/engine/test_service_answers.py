"""What another endpoint sends is taken as it was meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from listening import Quiet, listening
from mufakat.engine.service import Services
from mufakat.engine.types import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "  led by blanks,\r\nand trailed \n "
XML = (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="t"/></head>'
    f'<results><result><binding name="t"><literal>{TEXT}</literal></binding></result></results>'
    "</sparql>"
)
ROW = {"t": {"type": "literal", "value": TEXT}, "b": {"type": "bnode", "value": "b0"}}


class Endpoint(Quiet):
    """Writes what is asked for first; its blank node has a name that others give, too."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if "xml" in self.headers["Accept"].partition(",")[0]:
            self.answer(200, "application/sparql-results+xml", XML.encode())
            return
        name = self.path.removeprefix("/")
        answer = {"head": {"vars": [name]}, "results": {"bindings": [{name: ROW[name]}] * 2}}
        self.answer(200, "application/sparql-results+json", json.dumps(answer).encode())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening(Endpoint) as port:
        yield f"http://127.0.0.1:{port}"


def rows(address: str, group: str) -> list[ox.QuerySolution]:
    services = Services(Policy(allow_service=(address,), allow_private=True), read=5)
    found = ox.Store().query(services.fill_in(f"SELECT * {{ {group} }}"))
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def test_blanks_and_line_ends_of_a_text_are_kept(address: str) -> None:
    found = rows(address, f"SERVICE <{address}/t> {{ ?s ?p ?t }}")
    assert [row["t"] for row in found] == [ox.Literal(TEXT)] * 2


def test_blank_nodes_of_one_answer_are_one_and_of_two_are_two(address: str) -> None:
    asked = f"SERVICE <{address}/b> {{ ?b ?p ?o }}"
    assert len({str(row["b"]) for row in rows(address, asked)}) == 1
    assert rows(address, f"{asked} {asked}") == []
