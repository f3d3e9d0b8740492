"""The front page, and the search over names that stands on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, request

from mufakat.views import cells, names
from mufakat.web import pages_common
from mufakat.web.pages_common import config, once, page, pager, scope, select
from mufakat.web.pages_kinds import Kinds, kinds
from mufakat.web.queries import live, themes
from mufakat.web.site import here

if TYPE_CHECKING:
    from mufakat.views.cells import Cell

blueprint = Blueprint("home", __name__)
blueprint.record_once(pages_common.install)

SHOWN_PER_THEME: Final = 8
LATEST: Final = 6
HITS: Final = 4000
"""Names looked through for a search; a search that finds more says that it was cut."""
HIDDEN_KINDS: Final = frozenset({"Citation", "Mapping"})
# What is counted on the front page; a publication without such facts shows none.
FIGURES: Final = (
    ("cited facts", "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s own:hasCitation ?c }", ""),
    ("sources", "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a own:Source }", "Source"),
    (
        "conflicts shown",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a own:SourceConflict }",
        "SourceConflict",
    ),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the front page and where it leads."""

    text: str
    number: str
    href: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A thing and its date."""

    when: Cell
    what: Cell


@dataclass(frozen=True, slots=True)
class Entries:
    """Things of one kind to begin from."""

    title: str
    cells: tuple[Cell, ...]


@blueprint.get("/")
def home() -> Response:
    """Say what this is, answer one question, and open every way in."""
    conf = config()
    front = conf.front_page
    featured = [str(slug) for slug in front.get("questions", ())]
    tagline = conf.title.partition(":")[2].strip()
    return page(
        "home.html",
        tagline=tagline[:1].upper() + tagline[1:],
        lead=front.get("lead") or conf.description,
        description=conf.description,
        search_hint=front.get("search_hint", "A name"),
        live=live(featured[0], str(front.get("live_view", ""))) if featured else None,
        figures=once("figures", _figures),
        latest=once("latest", _latest),
        latest_title=front.get("latest_title", "Latest actions"),
        entries=once("entries", lambda: _entries(front.get("entries", ()))),
        themes=themes(),
        shown_per_theme=SHOWN_PER_THEME,
        address=here().root(),
        base_iri=conf.base_iri,
        dump="dumps" in _blueprints(),
    )


def _blueprints() -> set[str]:
    from flask import current_app  # noqa: PLC0415 - not at import

    return set(current_app.blueprints)


def _figures() -> list[Figure]:
    found = [Figure("questions", str(len(here().publication.queries)), f"{_root()}/query/")]
    for text, query, kind in FIGURES:
        rows = select(query)
        number = rows[0]["n"] if rows else None
        if isinstance(number, ox.Literal) and number.value != "0":
            href = f"{_root()}/search?kind={kind}" if kind else ""
            found.append(Figure(text, cells.number(number.value), href))
    return [figure for figure in found if figure.number != "0"]


def _root() -> str:
    return request.script_root


def _latest() -> list[Dated]:
    """Give the acts done last; those dated no more exactly than a year stand by its first day."""
    rows = select(
        "SELECT ?what ?when ?precision WHERE { ?what a own:TreatyAction ; own:doneOn ?when ."
        " OPTIONAL { ?what own:datePrecision ?precision } }"
        f" ORDER BY DESC(?when) ?what LIMIT {LATEST}"
    )
    seen = scope(row["what"].value for row in rows if isinstance(row["what"], ox.NamedNode))
    found = []
    for row in rows:
        precision = row.get("precision")
        slug = names.tail(precision.value) if isinstance(precision, ox.NamedNode) else "day"
        found.append(Dated(cells.cell(row["when"], seen, slug), cells.cell(row["what"], seen)))
    return found


def _entries(classes: Any) -> list[Entries]:
    """List things of classes; `State by member` takes the states that some node calls a member."""
    found = []
    for entry in classes:
        name, _, prop = str(entry).partition(" by ")
        if not re.fullmatch(r"\w+", name) or (prop and not re.fullmatch(r"\w+", prop)):
            continue
        named_by = f"?x own:{prop} ?s . " if prop else ""
        rows = select(f"SELECT DISTINCT ?s WHERE {{ {named_by}?s a own:{name} }} LIMIT 200")
        iris = [row["s"].value for row in rows if isinstance(row["s"], ox.NamedNode)]
        seen = scope([*iris, config().terms + name])
        shown = sorted((cells.of_iri(iri, seen) for iri in iris), key=lambda c: c.text.casefold())
        if shown:
            found.append(Entries(plural(seen.text(config().terms + name)), tuple(shown)))
    return found


def plural(word: str) -> str:
    """Make the plural of an English class label."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|ch|sh)$", word) else "s")


# ---------- search ----------


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing whose name was found, and its kind."""

    what: Cell
    kind: str


@blueprint.get("/search")
def search() -> Response:
    """Find things by words of their names, or list the things of a kind."""
    term = " ".join(request.args.get("q", "").split())[:200]
    kind = request.args.get("kind", "")
    kind = kind if re.fullmatch(r"\w+", kind) else ""
    known = kinds()
    if not term and not kind:
        return page("search.html", term="", kind="", kinds=once("all kinds", lambda: _all(known)))
    found = _find(term, "" if term else kind, known)
    counted: dict[str, int] = {}
    for _, own in found:
        counted[own] = counted.get(own, 0) + 1
    wanted = [pair for pair in found if not kind or kind in (pair[1], *known.above(pair[1]))]
    pages = pager(len(wanted))
    seen = scope([iri for iri, _ in pages.cut(wanted)] + [config().terms + k for k in counted])
    return page(
        "search.html",
        term=term,
        kind=kind,
        kind_title=plural(scope([config().terms + kind]).text(config().terms + kind))
        if kind and not term
        else "",
        kinds=_counted(counted, seen) if term else [],
        questions=_questions(term) if term and not kind else [],
        hits=[
            Hit(cells.of_iri(iri, seen), seen.text(config().terms + own))
            for iri, own in pages.cut(wanted)
        ],
        pager=pages,
    )


def _find(term: str, kind: str, known: Kinds) -> list[tuple[str, str]]:
    """Give IRIs with their own kind, the best fitting names first."""
    literals = [str(ox.Literal(word.lower())) for word in term.split()[:8]]
    filters = "".join(f" FILTER(CONTAINS(LCASE(STR(?name)), {word}))" for word in literals)
    typed = f"?iri a own:{kind} . " if kind else ""
    rows = select(
        f"SELECT ?iri ?name WHERE {{ {typed}?iri ?p ?name . VALUES ?p {{ rdfs:label skos:prefLabel"
        f" skos:altLabel own:shortTitle own:abbreviation own:iso3 }}{filters} }} LIMIT {HITS}"
    )
    best: dict[str, tuple[int, int, str]] = {}
    for row in rows:
        iri, name = row["iri"], row["name"]
        if not isinstance(iri, ox.NamedNode) or not isinstance(name, ox.Literal):
            continue
        if not iri.value.startswith(config().base_iri):
            continue
        text = name.value.lower()
        begins = 0 if text == term.lower() else 1 if text.startswith(term.lower()) else 2
        fit = (begins, len(text), text) if term else (0, 0, text)
        if iri.value not in best or fit < best[iri.value]:
            best[iri.value] = fit
    own = known.of(best)
    ordered = sorted(best, key=lambda iri: (best[iri], iri))
    return [(iri, own[iri]) for iri in ordered if own.get(iri) and own[iri] not in HIDDEN_KINDS]


@dataclass(frozen=True, slots=True)
class KindFound:
    """A kind and how many things of it there are."""

    key: str
    text: str
    number: int


def _counted(counted: dict[str, int], seen: names.Scope) -> list[KindFound]:
    made = [KindFound(k, seen.text(config().terms + k), n) for k, n in counted.items()]
    return sorted(made, key=lambda found: (-found.number, found.text))


def _all(known: Kinds) -> list[KindFound]:
    rows = select("SELECT ?type (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?type } GROUP BY ?type")
    counted = {}
    for row in rows:
        kind, number = row.get("type"), row["n"]
        if isinstance(kind, ox.NamedNode) and isinstance(number, ox.Literal):
            key = kind.value.removeprefix(config().terms)
            if kind.value.startswith(config().terms) and key not in HIDDEN_KINDS:
                counted[key] = int(number.value)
    top = {key: number for key, number in counted.items() if not known.above(key)}
    return _counted(top, scope([config().terms + key for key in top]))


def _questions(term: str) -> list[Any]:
    wanted = term.lower().split()
    found = []
    for query in here().publication.queries.values():
        text = " ".join((query.title, query.question, query.summary, *query.tags)).lower()
        if all(word in text for word in wanted):
            found.append(query)
    return found[:8]
