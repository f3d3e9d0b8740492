"""Canonical lines of a dataset: the same in bounded memory as all at once."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine.whole import write_whole
from mufakat.errors import BrokenFile
from mufakat.publication.release.dumps import canonicalised, n_quads, write_dumps
from mufakat.publication.release.lines import canonical, canonical_lines, ordered
from publication import tiny

if TYPE_CHECKING:
    from pathlib import Path

TRICKY = """
@prefix e: <http://e.org/> .
e:g { e:s e:p "ends in . " , "two\\nlines .\\n" , "looks _:like a node" , "a", "a"@en , 5 ;
      e:q [ e:p [ e:p e:s ] ] , _:shared . }
e:h { e:s e:p "a" . _:shared e:p "in another graph" . e:sé e:p e:o . e:s1 e:p 1 . }
e:s e:p "in no graph" , "a" .
"""

ODD = """
<id/odd> ex:n 01 , 1 , 1.50 , "x . " , "two\\nlines .\\n" ; ex:note [ ex:n _:shared ] , _:shared .
_:shared ex:n "in odd" .
"""


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.load(TRICKY.encode(), ox.RdfFormat.TRIG)
    return made


def whole(store: ox.Store, *, union: bool = False) -> io.BytesIO:
    out = io.BytesIO()
    write_whole(store, out.write, union_default_graph=union)
    out.seek(0)
    return out


def test_lines_of_a_store_are_those_of_its_canonical_form(store: ox.Store, tmp_path: Path) -> None:
    lines = list(canonical_lines(whole(store), tmp_path))
    assert lines == n_quads(canonicalised(store))
    assert len(lines) == len(store)


def test_default_graph_that_is_the_union_is_left_out(store: ox.Store, tmp_path: Path) -> None:
    lines = list(canonical_lines(whole(store, union=True), tmp_path))
    named = [quad for quad in store if isinstance(quad.graph_name, ox.NamedNode)]
    assert lines == n_quads(canonicalised(named))
    assert len(lines) == len(named)


@pytest.mark.parametrize("bound", [1, 100, 1 << 20])
def test_more_lines_than_fit_in_memory_are_ordered_through_files(
    tmp_path: Path, bound: int
) -> None:
    drawn = random.Random(7)  # noqa: S311 - no secret
    lines = [b"<s%d> .\n" % drawn.randrange(500) for _ in range(1000)]
    blocks = (b"".join(lines[i : i + 10]) for i in range(0, len(lines), 10))
    assert list(ordered(blocks, tmp_path, bound=bound)) == sorted(set(lines))
    assert not list(tmp_path.iterdir())


def test_statement_of_two_graphs_stands_once_where_there_are_no_graphs(
    store: ox.Store, tmp_path: Path
) -> None:
    dumps = write_dumps(n_quads(canonicalised(store)), tmp_path, prefixes={})
    lines = {d.format.ending: d.path.read_bytes().splitlines() for d in dumps}
    assert len(lines["nq"]) == len(store)
    assert len(lines["nt"]) == len(set(lines["nt"])) == len({quad.triple for quad in store})


@pytest.mark.parametrize("quads", [1, 3, 4096])
def test_lines_of_a_publication_are_those_of_its_store(tmp_path: Path, quads: int) -> None:
    publication = tiny.write(tmp_path / "p", data=tiny.DATA + ODD)
    (tmp_path / "p/data/ttl/other.ttl").write_text(
        tiny.PREFIXES + ODD.replace("in odd", "elsewhere"), encoding="utf-8"
    )
    publication = type(publication).open(tmp_path / "p")
    lines = list(canonical(publication, tmp_path, quads=quads))
    assert lines == n_quads(canonicalised(publication.load_store()))
    shared = {line.split()[0] for line in lines if b'"in odd"' in line or b'"elsewhere"' in line}
    assert len(shared) == 2  # a name of a blank node holds for one file


def test_file_that_cannot_be_read_is_told_before_the_first_line(tmp_path: Path) -> None:
    publication = tiny.write(tmp_path / "p")
    file = tmp_path / "p/data/ttl/zero.ttl"
    file.write_text("<urn:a> <urn:b> 1 .\n<urn:a> oops .\n", encoding="utf-8")
    publication = type(publication).open(tmp_path / "p")
    with pytest.raises(BrokenFile) as caught:
        canonical(publication, tmp_path)
    assert str(caught.value.where).startswith("data/ttl/zero.ttl:2:")
