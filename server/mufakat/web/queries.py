"""Saved queries: the list, a question with its form and answer, and the answer as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request, url_for

from mufakat.engine import formats
from mufakat.engine.formats import KIND_OF_FORM
from mufakat.errors import BadParameter, UnknownQuery
from mufakat.views import bars, chain, evidence, forms, groups, matrix, spreadsheet, table, timeline
from mufakat.views.cite import Reference
from mufakat.web import negotiation
from mufakat.web.pages_answers import address, bound, data, form_of, tabled, wants_sheet
from mufakat.web.pages_common import (
    VERSION_SHOWN,
    Alternate,
    config,
    iris_in,
    link_alternates,
    once,
    page,
    pager,
    scope,
    select,
)
from mufakat.web.pages_rdf import graph
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.publication.saved import SavedQuery

blueprint = Blueprint("queries", __name__)

PICTURES: Final = {
    "matrix": ("Matrix", matrix.build),
    "chain": ("Chain", chain.build),
    "timeline": ("Timeline", timeline.build),
    "bar": ("Bars", bars.build),
    "map": ("By value", groups.build),
}
DOWNLOADS: Final = ("csv", "xlsx", "json", "tsv", "xml")
CHOICES: Final = 400
"""Things offered for a parameter; beyond it the field takes text."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Questions that stand in one folder."""

    name: str
    title: str
    queries: tuple[SavedQuery, ...]


def themes() -> tuple[Theme, ...]:
    """Group the saved queries by theme, in the order of their titles."""
    grouped: dict[str, list[SavedQuery]] = {}
    for query in sorted(here().publication.queries.values(), key=lambda q: (q.theme, q.title)):
        grouped.setdefault(query.theme, []).append(query)
    return tuple(
        Theme(name, name.replace("-", " ").capitalize() or "Questions", tuple(found))
        for name, found in grouped.items()
    )


@blueprint.get("/query/")
def listing() -> Response:
    """List the questions for people, describe them as sh:SPARQLExecutable for machines."""
    accept = request.headers.get("Accept")
    if request.args.get("format") or (
        not negotiation.wants_page(accept, ("graph",)) and "text/turtle" in str(accept)
    ):
        base = config().base_iri
        triples = [t for query in here().publication.queries.values() for t in query.as_rdf(base)]
        return graph(triples, negotiation.choose(accept, "graph", request.args.get("format")))
    return page("queries.html", themes=themes(), total=len(here().publication.queries))


@blueprint.get("/query/<slug>")
def question(slug: str) -> Response:
    """Show a question with its answer, or give the answer as data."""
    queries = here().publication.queries
    name, dot, ending = slug.rpartition(".")
    query = queries.get(name if dot else slug) or queries.get(slug)
    if query is None:
        raise _unknown(name or slug)
    ending = ending if dot and slug not in queries else request.args.get("_format", "")
    asked = {key: values for key, values in request.args.lists() if not key.startswith("_")}
    accept = request.headers.get("Accept")
    wants_page = negotiation.wants_page(accept, (KIND_OF_FORM[form_of(query)], "graph"))
    if ending == "html" or (not ending and wants_page and not wants_sheet(accept)):
        return _page(query, asked)
    return data(query, asked, ending, accept)


def _unknown(slug: str) -> UnknownQuery:
    near = _near(slug, list(here().publication.queries))
    return UnknownQuery(
        f"There is no question named {slug[:80]}.",
        mend=("Perhaps you mean: " + ", ".join(near) + ". " if near else "")
        + "All questions stand at /query/.",
    )


def _near(word: str, known: Sequence[str]) -> list[str]:
    import difflib  # noqa: PLC0415 - only when something was not found

    return difflib.get_close_matches(word.lower(), known, n=4, cutoff=0.45)


# ---------- as a page ----------


def _page(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> Response:
    wrong = forms.problems(query.parameters, asked)
    offers = {p.name: _offers(p.iri_class, p.scheme, p.expand) for p in query.parameters}
    fields = forms.fields(query.parameters, asked, offers, wrong)
    strangers = [name for name in asked if name not in {p.name for p in query.parameters}]
    alternates = _alternates(query, asked)
    context: dict[str, Any] = {
        "query": query,
        "fields": fields,
        "alternates": alternates,
        "iri": query.iri(config().base_iri),
        "reproduces": _reproduces(query),
        "strangers": strangers,
        "wrong": wrong,
    }
    if wrong or strangers:
        return page("query.html", 400, **context)
    text = bound(query, asked)
    context |= answer(query, text) | {
        "text": text,
        "editor": url_for("editor.editor", query=text),
        "reference": _reference(query, asked),
    }
    return link_alternates(page("query.html", **context), alternates)


def answer(query: SavedQuery, text: str, view: str = "") -> dict[str, Any]:
    """Work out what the template of an answer shows: a table always, a picture where one fits."""
    form = form_of(query)
    if form == "ask":
        return {"yes": here().engine.ask(text), "form": form}
    if form != "select":
        triples = here().engine.construct(text)
        rows = [{"subject": t.subject, "property": t.predicate, "value": t.object} for t in triples]
        made = table.build(["subject", "property", "value"], rows, scope(iris_in(rows)))
        return _shown(query, made, "table") | {"form": form}
    whole = tabled(query, here().engine.select(text))
    return _shown(query, whole, view or request.args.get("_view", query.view)) | {"form": form}


def _shown(query: SavedQuery, whole: table.Table, view: str) -> dict[str, Any]:
    views = [("table", "Table")]
    if query.view in PICTURES:
        views.insert(0, (query.view, PICTURES[query.view][0]))
    picture = PICTURES[view][1](whole, query.view_columns) if view in PICTURES else None
    folded = evidence.fold(whole)
    lines, sources = folded or (whole, None)
    pages = pager(len(lines.rows))
    return {
        "table": table.Table(lines.headings, tuple(pages.cut(lines.rows))),
        "sources": pages.cut(sources) if sources is not None else None,
        "headings": whole.headings,
        "total": len(whole.rows),
        "pager": pages,
        "views": views,
        "view": view if picture is not None else "table",
        "picture": picture,
    }


def _offers(iri_class: str, scheme: str, expand: str) -> list[tuple[str, str]]:
    """List what may be chosen: the members of a class, or the concepts of a scheme."""
    if not (iri_class or scheme):
        return []
    pattern = f"?iri a <{iri_class}>" if iri_class else f"?iri skos:inScheme <{scheme}>"

    def ask() -> list[tuple[str, str]]:
        rows = select(f"SELECT DISTINCT ?iri WHERE {{ {pattern} }} LIMIT {CHOICES + 1}")
        iris = [row["iri"].value for row in rows if isinstance(row["iri"], ox.NamedNode)]
        if len(iris) > CHOICES:
            return []
        named = scope(iris)
        offered = [
            (iri.removeprefix(expand) if expand else iri, named.rank(iri), named.text(iri))
            for iri in iris
        ]
        offered.sort(key=lambda item: (item[1] or 0, item[2].casefold()))
        return [(value, text) for value, _, text in offered]

    return once(f"offers:{pattern}:{expand}", ask)


def _alternates(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> list[Alternate]:
    form = form_of(query)
    given = urlencode([(name, value) for name, values in asked.items() for value in values])
    found = [(fmt.title, fmt.media_type, fmt.ending) for fmt in formats.for_form(form)]
    if form == "select":
        found.insert(1, ("Excel workbook", spreadsheet.MEDIA_TYPE, "xlsx"))
        found.sort(key=lambda item: DOWNLOADS.index(item[2]) if item[2] in DOWNLOADS else 9)
    return [
        Alternate(
            title,
            media_type,
            url_for("queries.question", slug=f"{query.slug}.{ending}")
            + ("?" + given if given else ""),
            ending,
        )
        for title, media_type, ending in found
    ]


def _reference(query: SavedQuery, asked: Mapping[str, Sequence[str]]) -> Reference:
    return Reference(
        title=query.title,
        publication=config().title,
        version=here().engine.version[:VERSION_SHOWN],
        seen=datetime.now(UTC).date(),
        url=address(query, asked),
        key=f"{config().title.partition(':')[0]}-{query.slug}",
    )


def _reproduces(query: SavedQuery) -> tuple[str, str, str] | None:
    """Give address, name and place of the work that the answer reproduces."""
    if query.reproduces is None:
        return None
    iri = query.reproduces.source
    named = scope([iri])
    return named.href(iri) or iri, named.text(iri), query.reproduces.place


def live(slug: str, view: str = "") -> dict[str, Any] | None:
    """Answer a question with its defaults for the front page; None if there is no such question."""
    query = here().publication.queries.get(slug)
    if query is None:
        return None
    try:
        text = query.bind({})
    except BadParameter:
        return None
    shown = once(f"live:{slug}:{view}", lambda: answer(query, text, view or query.view))
    return {"query": query, **shown}
