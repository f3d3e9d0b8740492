"""Files as files: Turtle, read alike by two parsers, in the house form, without blank nodes."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox
import rdflib

from mufakat.errors import MufakatError
from mufakat.publication.check.catalogue import severity
from mufakat.publication.check.findings import Finding
from mufakat.publication.format import canonical
from mufakat.publication.publication import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.cache import Cache
    from mufakat.publication.check.context import Context
    from mufakat.publication.publication import SourceFile


def broken(context: Context) -> Iterator[Finding]:
    """D07: say where a file stops being Turtle."""
    for error in context.broken:
        yield Finding(
            id="D07",
            severity=severity("D07"),
            file=error.where.file if error.where else "",
            line=error.where.line if error.where else None,
            column=error.where.column if error.where else None,
            node="",
            message=error.detail,
            mend=error.mend,
        )


def blank_nodes(context: Context) -> Iterator[Finding]:
    """D03: data names every node, so that it can be cited and compared."""
    for node in context.data.facts:
        file = context.where(context.data, node)
        if isinstance(node, ox.BlankNode) and context.wanted(file):
            yield context.finding(
                "D03",
                node,
                "A blank node stands in the data.",
                "Give the node an IRI of its own, made from what it is about.",
                file=file,
            )


def same_in_both(context: Context, cache: Cache) -> Iterator[Finding]:
    """D07: each file means the same to rdflib as to pyoxigraph, and is in the house form."""
    for file in context.publication.files("ontology", "shapes", "data"):
        if not context.wanted(file) or cache.knows("D07", file.sha256):
            continue
        text = file.path.read_bytes()
        found = [*_house_form(context, file, text), *_second_opinion(context, file, text)]
        if not found:
            cache.learn("D07", file.sha256)
        yield from found


def _house_form(context: Context, file: SourceFile, text: bytes) -> Iterator[Finding]:
    try:
        formatted = canonical(text, context.config, file=context.show(file)).encode()
    except MufakatError as error:
        yield _finding(
            context, file, error.where.line if error.where else None, error.detail, error.mend
        )
        return
    if formatted == text:
        return
    pairs = zip(text.splitlines(), [*formatted.splitlines(), b""], strict=False)
    line = next((number for number, (old, new) in enumerate(pairs, 1) if old != new), 1)
    yield _finding(
        context,
        file,
        line,
        "The file is not in the house form from this line on.",
        f"Run: mufakat format {context.show(file)}",
    )


@contextmanager
def to_the_letter() -> Iterator[None]:
    """Keep rdflib from respelling literals, and from telling about the odd ones itself."""
    logger = logging.getLogger("rdflib.term")
    level, normalises = logger.level, rdflib.NORMALIZE_LITERALS
    logger.setLevel(logging.CRITICAL)
    rdflib.NORMALIZE_LITERALS = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        rdflib.NORMALIZE_LITERALS = normalises


def _second_opinion(context: Context, file: SourceFile, text: bytes) -> Iterator[Finding]:
    graph = rdflib.Graph(bind_namespaces="none")
    try:
        with to_the_letter():
            graph.parse(data=text, format="turtle", publicID=context.config.base_iri)
    except Exception as error:  # rdflib raises many kinds; each means: unreadable
        yield _finding(
            context,
            file,
            getattr(error, "lines", None),
            f"rdflib cannot read what pyoxigraph reads: {error}.".replace("\n", " "),
            "Spell the statement in a plainer way; mufakat format does.",
        )
        return
    ours = ox.Dataset(parse_turtle(text, base_iri=context.config.base_iri))
    plain = graph.serialize(format="nt", encoding="utf-8")
    theirs = ox.Dataset(ox.parse(plain, format=ox.RdfFormat.N_TRIPLES))
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    if ours != theirs:
        odd = min(set(ours) ^ set(theirs), key=str)
        lines = context.lines(file)
        value = "" if isinstance(odd.object, ox.Triple) else odd.object.value
        subject = "" if isinstance(odd.subject, ox.Triple) else odd.subject.value
        yield _finding(
            context,
            file,
            lines.find(subject, odd.predicate.value, odd.object),
            f"rdflib and pyoxigraph read a statement about {context.short(subject)} differently: "
            f"{context.short(odd.predicate.value)} {value!r}.",
            "Spell the statement in a plainer way.",
        )


def _finding(
    context: Context, file: SourceFile, line: int | None, message: str, mend: str
) -> Finding:
    return Finding("D07", severity("D07"), context.show(file), line, None, "", message, mend)
