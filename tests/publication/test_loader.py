"""A release goes into another store whole, in parts it can take, and refusals are told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from listening import Quiet, listening
from live import publish
from mufakat.errors import BadSetting, Unavailable
from mufakat.publication import Publication, loader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

E = "http://example.org/"
GRAPH = f"{E}graph/data/facts"
FACTS = "".join(f"<{E}{i}> <{E}p> {i} .\n" for i in range(1200))
TIED = f"<{E}a> <{E}p> _:x . _:x <{E}p> _:y . _:y <{E}p> 1 .\n"


class Other:
    """Another maker's store: what it was sent, and the statuses it gives next."""

    address = ""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.graphs: dict[str, set[ox.Triple]] = {}
        self.statuses: list[int] = []


class _Handler(Quiet):
    other: Other

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.other.statuses.pop(0) if self.other.statuses else 204
        if status == 0:
            self.close_connection = True  # as if the line broke
            return
        triples = {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)}
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        name = asked.get("graph", ["the default graph"])[0]
        self.other.sent.append((self.command, name, len(triples)))
        if status < 300:
            if self.command == "PUT":
                self.other.graphs[name] = set()
            self.other.graphs[name] |= triples
        self.answer(status, "text/plain")

    do_POST = do_PUT


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    monkeypatch.setenv("no_proxy", "*")
    one = Other()
    with listening(_Handler, other=one) as port:
        one.address = f"http://127.0.0.1:{port}/store"
        yield one


def test_every_statement_arrives_once_in_its_graph_and_in_the_union(
    tmp_path: Path, other: Other
) -> None:
    publication = Publication.open(publish(tmp_path, FACTS))
    told = []
    total = loader.load(
        publication, other.address, default_graph=True, said=lambda *words: told.append(words)
    )
    assert total == 1200
    assert told == [(GRAPH, 1200), ("the default graph", 1200)]
    (file,) = publication.files("data")
    assert other.graphs[GRAPH] == {quad.triple for quad in file.parse(E)}
    assert other.graphs["the default graph"] == other.graphs[GRAPH]
    assert [method for method, name, _ in other.sent if name == GRAPH] == ["PUT", "POST", "POST"]
    assert max(size for *_, size in other.sent) == loader.PART


def test_what_blank_nodes_tie_together_goes_in_one_part(tmp_path: Path, other: Other) -> None:
    publication = Publication.open(publish(tmp_path, FACTS + TIED))
    loader.load(publication, other.address, default_graph=False)
    assert other.sent[0] == ("PUT", GRAPH, loader.PART + 3)
    blank = [t for t in other.graphs[GRAPH] if isinstance(t.subject, ox.BlankNode)]
    assert len(blank) == 2
    assert set(other.graphs) == {GRAPH}


def test_part_whose_line_broke_is_sent_again(tmp_path: Path, other: Other) -> None:
    other.statuses = [0, 0, 204]
    assert loader.load(
        Publication.open(publish(tmp_path, FACTS)), other.address, default_graph=False
    )
    assert len(other.graphs[GRAPH]) == 1200


@pytest.mark.parametrize(
    ("status", "mend"),
    [(401, "--user"), (403, "--user"), (404, "Graph Store"), (413, "larger bodies"), (500, "log")],
)
def test_refusal_is_told_with_graph_status_and_a_way_out(
    tmp_path: Path, other: Other, status: int, mend: str
) -> None:
    other.statuses = [status] * 9
    with pytest.raises(Unavailable, match=f"status {status}") as caught:
        loader.load(Publication.open(publish(tmp_path, FACTS)), other.address, default_graph=False)
    assert "graph%2Fdata%2Ffacts" in caught.value.detail
    assert mend in caught.value.mend


@pytest.mark.parametrize("address", ["store", "file:///etc/passwd", "ftp://example.org/"])
def test_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadSetting, match="no web address"):
        loader.load(Publication.open(publish(tmp_path, FACTS)), address, default_graph=False)
