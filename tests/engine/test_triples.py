"""Triples are written each once, subjects together, types first, in little memory."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from mufakat.engine import evaluate, xml_text
from mufakat.engine.formats import BY_NAME, RDF
from mufakat.engine.types import Limits
from mufakat.namespaces import TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

E = "http://e.org/"
PREFIXES = {"e": E, "n": E + "n#", "xsd": XSD, "z": E + "z#"}
NAMES = [ox.NamedNode(E + part) for part in ("a", "ab", "a/b", "a-b", "a.b", "n#x", "n#x1")]
IRIS = [*NAMES, *(ox.NamedNode(E + part) for part in ("é", "😀", "~", "!", "", "a?b=c/d"))]
BLANKS = [ox.BlankNode(label) for label in ("a", "ab", "a.b", "b0", "c14n1", "c14n10")]
LITERALS = [
    *(ox.Literal(text) for text in ("", "a", "a b", "a .", 'q"\\', "l\n\r\t", "\x85\u2028", "é😀")),
    *(ox.Literal("a", language=tag) for tag in ("en", "en-gb", "id")),
    *(ox.Literal("1", datatype=ox.NamedNode(XSD + name)) for name in ("integer", "date")),
    ox.Literal("a", datatype=IRIS[2]),
    ox.Literal("^^<x> .", datatype=IRIS[5]),
]
TRIPLE_TERM = ox.Triple(IRIS[0], IRIS[1], ox.Literal("in . it"))
MEASURE = """
from pathlib import Path
import pyoxigraph as ox
from mufakat.engine import evaluate
from mufakat.engine.formats import BY_NAME
from mufakat.engine.types import Limits

def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

store = ox.Store()
names = [ox.NamedNode(f"http://example.org/a/rather/long/name/{n}") for n in range(47)]
store.extend(ox.Quad(one, names[0], one) for one in names)
query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?x ?s . ?p ?x ?p . ?o ?x ?o }"
sizes = []
for limit in (" LIMIT 64", ""):
    asked, sent = store.query(query + limit), []
    evaluate.write_to(lambda d: sent.append(len(d)), asked, BY_NAME["turtle"], Limits(), {})
    sizes.append(most())
print((sizes[1] - sizes[0]) * 1024 // 47 ** 3)
"""


def drawn(number: int, objects: Iterable[object]) -> list[ox.Triple]:
    """Triples from few terms, so that some stand twice and many begin alike."""
    choose = random.Random(number).choice  # noqa: S311 - no secret
    subjects, predicates, targets = [*IRIS, *BLANKS], [*NAMES, ox.NamedNode(TYPE)], list(objects)
    return [
        ox.Triple(choose(subjects), choose(predicates), choose(targets))  # type: ignore[arg-type]
        for _ in range(900)
    ]


def in_reading_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    def order(triple: ox.Triple) -> tuple[str, str, str]:
        predicate = triple.predicate.value
        target = triple.object
        spelt = f"<<( {target} )>>" if isinstance(target, ox.Triple) else str(target)
        return (str(triple.subject), "" if predicate == TYPE else predicate, spelt)

    return sorted(set(triples), key=order)


def written(triples: object, name: str, rows: int = 0) -> tuple[bytes, int | None]:
    out: list[bytes] = []
    cut = evaluate.write_to(out.append, triples, BY_NAME[name], Limits(rows=rows), PREFIXES)  # type: ignore[arg-type]
    return b"".join(out), cut


@pytest.mark.parametrize("name", sorted(RDF))
@pytest.mark.parametrize("number", range(3))
def test_every_triple_stands_once_in_reading_order(name: str, number: int) -> None:
    triples = drawn(number, [*IRIS, *BLANKS, *LITERALS])
    used = {prefix: PREFIXES[prefix] for prefix in ("n", "xsd")}  # none goes on below them
    wanted: list[bytes] = []
    sink = xml_text.escaping(wanted.append) if name in xml_text.NAMES else wanted.append
    sink(ox.serialize(in_reading_order(triples), format=RDF[name], prefixes=used) or b"")
    assert written(triples, name) == (b"".join(wanted), None)


def test_triples_of_a_query_are_those_of_its_result() -> None:
    store = ox.Store()
    triples = drawn(7, [*IRIS, *BLANKS, *LITERALS, TRIPLE_TERM])
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    query = "CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { ?s ?p ?o } }"
    found = store.query(query)
    assert isinstance(found, ox.QueryTriples)
    lines = ox.serialize(in_reading_order(found), format=ox.RdfFormat.N_TRIPLES)
    assert written(store.query(query), "ntriples") == (lines, None)


def test_many_triples_of_one_subject_stay_together() -> None:
    triples = [ox.Triple(IRIS[0], IRIS[1], ox.Literal(number)) for number in range(10_000)]
    body = ox.serialize(in_reading_order(triples), format=ox.RdfFormat.TURTLE, prefixes={"e": E})
    assert written(triples, "turtle") == (body, None)


@pytest.mark.parametrize("rows", [1, 50, 10_000])
def test_cut_answer_has_the_triples_that_came_first(rows: int) -> None:
    triples = drawn(9, [*IRIS, TRIPLE_TERM])
    distinct = list(dict.fromkeys(triples))
    lines = ox.serialize(in_reading_order(distinct[:rows]), format=ox.RdfFormat.N_TRIPLES)
    assert written(triples, "ntriples", rows) == (lines, rows if rows < len(distinct) else None)
    assert written(distinct, "ntriples", len(distinct))[1] is None


def test_prefix_that_is_not_used_is_not_declared() -> None:
    triples = [ox.Triple(IRIS[0], IRIS[1], ox.Literal(1))]
    assert written(triples, "turtle") == (b"@prefix e: <http://e.org/> .\ne:a e:ab 1 .\n", None)
    assert written([], "turtle") == (b"", None)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is looked up in /proc")
def test_triple_takes_little_more_memory_than_its_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, check=True, timeout=60
    )
    assert int(done.stdout) < 800  # bytes a triple: the engine takes 350, its line 200; objects 700
