"""Documents of the vocabularies, for people and machines: ontology, shapes, schemes.

Ontology and shapes are documents of the publication, so they come from its files; what is asked of
a scheme or a concept comes from the engine like every other fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, request

from mufakat.engine import formats
from mufakat.errors import NotFound
from mufakat.namespaces import OWL
from mufakat.views import vocabulary
from mufakat.views.cells import cell
from mufakat.views.names import SAFE
from mufakat.web import negotiation
from mufakat.web.pages_common import (
    ILLEGAL,
    config,
    iris_in,
    link_alternates,
    once,
    page,
    prologue,
    scope,
    select,
)
from mufakat.web.pages_facts import text
from mufakat.web.pages_rdf import alternates_of, graph, wants_page
from mufakat.web.resources import description, show, split
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.publication.publication import SourceFile
    from mufakat.views.cells import Cell

blueprint = Blueprint("vocabularies", __name__)

MAIN: Final = "ontology/schemes/"
VERSION_INFO: Final = OWL + "versionIRI"


@blueprint.get("/ontology")
@blueprint.get("/ontology.<ending>")
def ontology(ending: str = "") -> Response:
    """Send the whole ontology, all modules in one document."""
    return _document("ontology", _modules(""), ending, "Ontology")


@blueprint.get("/ontology/<path:name>")
def module(name: str) -> Response:
    """Send one module, or the version that is served now under its version IRI."""
    name, ending = split(name)
    found = _modules(name) or _versioned(name)
    if not found:
        raise NotFound(
            f"The ontology has no module or version “{name[:100]}”.",
            mend="All of it stands at /ontology.",
        )
    return _document(f"ontology/{name}", found, ending, f"Ontology, {name}")


@blueprint.get("/shapes")
@blueprint.get("/shapes.<ending>")
def shapes(ending: str = "") -> Response:
    """Send the shapes, all files in one document."""
    return _document("shapes", here().publication.files("shapes"), ending, "Shapes")


def _modules(name: str) -> list[SourceFile]:
    """Give the file of a module, or all that are no concept schemes."""
    files = here().publication.files("ontology")
    if name:
        return [file for file in files if file.name == f"ontology/{name}"]
    return [file for file in files if not file.name.startswith(MAIN)]


def _versioned(name: str) -> list[SourceFile]:
    """Find the files whose ontology bears this version IRI."""
    wanted = ox.NamedNode(f"{config().ontology_iri}/{name}") if not ILLEGAL.search(name) else None
    bearing = [
        file
        for file in _modules("")
        if any(q.predicate.value == VERSION_INFO and q.object == wanted for q in _quads(file))
    ]
    whole = any(
        q.subject == ox.NamedNode(config().ontology_iri) and q.predicate.value == VERSION_INFO
        for file in bearing
        for q in _quads(file)
    )
    return _modules("") if whole else bearing


def _quads(file: SourceFile) -> list[ox.Quad]:
    base = config().base_iri
    return once(f"file:{file.name}:{file.sha256}", lambda: list(file.parse(base)))


def _document(path: str, files: list[SourceFile], ending: str, title: str) -> Response:
    if not files:
        raise NotFound(f"This publication has no {path}.", mend="Begin at the front page.")
    if ending and ending != "html" and formats.by_ending(ending, "graph") is None:
        raise NotFound(f"There is no {path} in the format “{ending[:20]}”.")
    triples = [quad.triple for file in files for quad in _quads(file)]
    if not wants_page(ending):
        choice = negotiation.choose(request.headers.get("Accept"), "graph", ending or None)
        return graph(triples, choice)
    alternates = alternates_of(f"{request.script_root}/{path}")
    read = vocabulary.shapes if path == "shapes" else vocabulary.modules
    made = once(f"document:{path}", lambda: _read(read, triples))
    template = "shapes.html" if path == "shapes" else "ontology.html"
    return link_alternates(
        page(template, title=title, alternates=alternates, document=made), alternates
    )


def _read(read: Callable[..., Any], triples: list[ox.Triple]) -> Any:
    iris = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    iris |= {t.object.value for t in triples if isinstance(t.object, ox.NamedNode)}
    iris |= {t.predicate.value for t in triples}
    return read(triples, scope(iris))


# ---------- schemes ----------


@blueprint.get("/scheme/")
def schemes() -> Response:
    """List the concept schemes."""
    rows = select(
        "SELECT ?scheme (COUNT(DISTINCT ?c) AS ?n) WHERE { ?scheme a skos:ConceptScheme ."
        " OPTIONAL { ?c skos:inScheme ?scheme } } GROUP BY ?scheme ORDER BY ?scheme"
    )
    seen = scope(iris_in(rows))
    listed = [(cell(row["scheme"], seen), text(row["n"])) for row in rows if "scheme" in row]
    listed.sort(key=lambda pair: pair[0].text.casefold())
    return page("schemes.html", schemes=listed)


@blueprint.get("/scheme/<name>")
def scheme(name: str) -> Response:
    """Send a concept scheme with all its concepts."""
    name, ending = split(name)
    iri = f"{config().base_iri}scheme/{name}"
    _must_exist(iri)
    if not wants_page(ending):
        choice = negotiation.choose(request.headers.get("Accept"), "graph", ending or None)
        return graph(
            here().engine.construct(
                prologue() + f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {{ ?s skos:inScheme <{iri}> }}"
                f" UNION {{ BIND(<{iri}> AS ?s) }} ?s ?p ?o }}"
            ),
            choice,
        )
    rows = select(
        "SELECT ?c ?definition ?note (COUNT(DISTINCT ?user) AS ?uses) WHERE {"
        f" ?c skos:inScheme <{iri}> . OPTIONAL {{ ?c skos:definition ?definition }}"
        " OPTIONAL { ?c skos:scopeNote ?note } OPTIONAL { ?user ?p ?c } }"
        " GROUP BY ?c ?definition ?note"
    )
    about = select(f"SELECT ?definition WHERE {{ <{iri}> skos:definition ?definition }}")
    seen = scope([iri, *iris_in(rows)])
    concepts = [
        {
            "what": cell(row["c"], seen),
            "definition": text(row.get("definition")),
            "note": text(row.get("note")),
            "uses": text(row["uses"]),
        }
        for row in rows
        if "c" in row
    ]
    concepts.sort(key=_by_rank)
    alternates = alternates_of(f"{request.script_root}/scheme/{quote(name, safe=SAFE)}")
    return link_alternates(
        page(
            "scheme.html",
            title=seen.text(iri),
            iri=iri,
            definition=text(about[0]["definition"]) if about else "",
            concepts=concepts,
            alternates=alternates,
        ),
        alternates,
    )


def _by_rank(concept: dict[str, Any]) -> tuple[str, str]:
    """Order a scale by rank and a plain list by name."""
    what: Cell = concept["what"]
    return (what.machine if what.kind == "badge" else "9", what.text.casefold())


@blueprint.get("/scheme/<name>/<path:concept>")
def concept(name: str, concept: str) -> Response:
    """Send one concept: its page, or what is stated of it."""
    concept, ending = split(concept)
    iri = f"{config().base_iri}scheme/{name}/{concept}"
    _must_exist(iri)
    if wants_page(ending):
        path = quote(f"scheme/{name}/{concept}", safe=SAFE)
        return show(iri, f"{request.script_root}/{path}")
    choice = negotiation.choose(request.headers.get("Accept"), "graph", ending or None)
    return graph(description(iri), choice)


def _must_exist(iri: str) -> None:
    if ILLEGAL.search(iri) or not here().engine.ask(f"ASK {{ <{iri}> ?p ?o }}"):
        raise NotFound(f"Nothing is known of <{iri[:300]}>.", mend="All schemes stand at /scheme/.")
