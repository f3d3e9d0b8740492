"""Every thing: its address, its page, its data.

An IRI below /id/ names a thing, which no one can send; so it is answered with 303 and the address
of a page or of data. https://www.w3.org/TR/cooluris/#r303gendocument
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request

from mufakat.errors import NotFound
from mufakat.views import resource
from mufakat.views.cells import of_iri
from mufakat.views.names import SAFE
from mufakat.web import negotiation, problems
from mufakat.web.pages_common import (
    ILLEGAL,
    config,
    link_alternates,
    once,
    page,
    prologue,
    scope,
    select,
)
from mufakat.web.pages_facts import evidence, incoming, own_kinds, statements
from mufakat.web.pages_rdf import alternates_of, graph, wants_page
from mufakat.web.pages_sections import group_of, highlights, panels_of, resting, section, variants
from mufakat.web.site import here

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from mufakat.engine.types import Term

blueprint = Blueprint("resources", __name__)

ENDINGS: Final = ("ttl", "jsonld", "rdf", "nt", "trig", "nq", "html")
NEAR: Final = 6


# ---------- addresses ----------


@blueprint.get("/id/<path:path>")
def thing(path: str) -> AnyResponse:
    """Lead from the name of a thing to its page or its data."""
    path, ending = split(path)
    _known(path, ending)
    to_page = wants_page(ending)
    where = "page" if to_page else "data"
    dot = f".{ending}" if ending and not to_page else ""
    target = f"{request.script_root}/{where}/{quote(path, safe=SAFE)}{dot}"
    response = redirect(target, code=303)
    response.vary.add("Accept")
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Describe a thing with its citations in RDF."""
    path, ending = split(path)
    _known(path, ending)
    choice = negotiation.choose(request.headers.get("Accept"), "graph", ending or None)
    response = graph(description(config().base_iri + "id/" + path), choice)
    href = f"{request.script_root}/page/{quote(path, safe=SAFE)}"
    response.headers.add("Link", f'<{href}>; rel="describedby"; type="text/html"')
    return response


@blueprint.get("/page/<path:path>")
def page_of(path: str) -> Response:
    """Show the page of a thing."""
    path, _ = split(path)
    iri = config().base_iri + "id/" + path
    if not _exists(iri):
        return _lost(path)
    return show(iri, f"{request.script_root}/data/{quote(path, safe=SAFE)}")


def split(path: str) -> tuple[str, str]:
    """Part a file ending from a path."""
    head, dot, ending = path.rpartition(".")
    return (head, ending) if dot and ending in ENDINGS else (path, "")


def _known(path: str, ending: str) -> None:
    iri = config().base_iri + "id/" + path
    if not _exists(iri):
        near = [config().base_iri + "id/" + other for other in _near(path)]
        raise NotFound(
            f"Nothing is known of <{iri[:300]}>{' in any format' if ending else ''}.",
            mend=("Perhaps you mean: " + ", ".join(near) + ".") if near else "",
        )


def _exists(iri: str) -> bool:
    return not ILLEGAL.search(iri) and here().engine.ask(f"ASK {{ <{iri}> ?p ?o }}")


def description(iri: str) -> list[ox.Triple]:
    """Give the statements about a thing and about its citations."""
    return here().engine.construct(
        prologue() + f"CONSTRUCT {{ <{iri}> ?p ?o . ?c ?q ?r }} WHERE {{ {{ <{iri}> ?p ?o }} UNION"
        f" {{ <{iri}> own:hasCitation ?c . ?c ?q ?r }} }}"
    )


# ---------- not found ----------


def _lost(path: str) -> Response:
    base = config().base_iri + "id/"
    near = [base + other for other in _near(path)]
    seen = scope(near)
    problem = problems.Problem(
        status=404,
        name="not-found",
        title="Not found",
        detail=f"Nothing is known of “{path[:200]}”.",
        mend="" if near else "Search for its name, or begin from the questions.",
    )
    response = page(
        "errors/problem.html", 404, problem=problem, near=[of_iri(iri, seen) for iri in near]
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _near(path: str) -> list[str]:
    """Find paths of the same kind that are spelt alike, else any with the same last part."""
    known = once("paths", _paths)
    folder, _, slug = path.rpartition("/")
    below = f"{folder}/" if folder else ""
    same = [other.removeprefix(below) for other in known if other.startswith(below)]
    found = [below + other for other in difflib.get_close_matches(slug, same[:4000], NEAR, 0.6)]
    if not found and slug:
        found = [other for other in known if other.endswith("/" + slug)][:NEAR]
    return found


def _paths() -> list[str]:
    start = config().base_iri + "id/"
    rows = select(f"SELECT DISTINCT ?s WHERE {{ ?s a ?t . FILTER(STRSTARTS(STR(?s), '{start}')) }}")
    found = [
        row["s"].value.removeprefix(start) for row in rows if isinstance(row["s"], ox.NamedNode)
    ]
    return sorted(path for path in found if not path.startswith("citation/"))


# ---------- the page ----------


def show(iri: str, data_path: str) -> Response:
    """Render the page of any IRI that is stated about; `data_path` is where its data lie."""
    pairs = statements(iri)
    own = own_kinds(pairs)
    seen = scope([iri, *_mentioned(pairs), *(config().terms + kind for kind in own)])
    described = resource.describe(iri, pairs, own, seen)
    alternates = alternates_of(data_path)
    context: dict[str, Any] = {
        "it": described,
        "alternates": alternates,
        "evidence_list": evidence([iri]).get(iri, ()),
        "sections": [],
        "incoming": [],
        "group": None,
        "crumb": _crumb(own, seen),
        "highlights": [],
        "variants": [],
        "resting": None,
    }
    group = request.args.get("group", "")
    if group:
        context["group"] = group_of(iri, group)
    else:
        panels = panels_of(own)
        context["sections"] = [s for p in panels if (s := section(p, iri)) is not None]
        context["highlights"] = highlights(context["sections"])
        covered = frozenset(key for p in panels for key in p.covers)
        context["variants"] = variants(pairs)
        context["resting"] = resting(iri) if "Source" in own else None
        context["incoming"] = incoming(iri, covered)
    return link_alternates(page("resource.html", **context), alternates)


def _mentioned(pairs: list[tuple[str, Term]]) -> list[str]:
    return [prop for prop, _ in pairs] + [
        value.value for _, value in pairs if isinstance(value, ox.NamedNode)
    ]


def _crumb(own: list[str], seen: Any) -> tuple[str, str] | None:
    if not own:
        return None
    return f"{request.script_root}/search?kind={own[0]}", seen.text(config().terms + own[0])
