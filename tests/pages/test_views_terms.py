"""Terms, dates and names as people read them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mufakat.views import cells, dates, marks, names
from mufakat.views.names import Named, Scope

BASE = "https://example.org/x/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def scope(**named: Named) -> Scope:
    return Scope(
        BASE, BASE + "ontology#", {BASE + iri.replace("__", "/"): n for iri, n in named.items()}
    )


def literal(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


@pytest.mark.parametrize(
    ("value", "precision", "words"),
    [
        ("2015-11-21", "day", "21 November 2015"),
        ("2020-01-01", "month", "January 2020"),
        ("2004-01-01", "year", "2004"),
        ("2016-02-02", "circa", "about 2 February 2016"),
        ("2016-02-02T10:00:00Z", "day", "2 February 2016"),
        ("soon", "day", "soon"),
        ("2016-99-02", "day", "2016-99-02"),
    ],
)
def test_date_is_no_more_exact_than_its_precision(value: str, precision: str, words: str) -> None:
    assert dates.human(value, precision) == words


def test_place_on_an_axis_keeps_the_order_of_dates() -> None:
    given = ["1997-12-20", "1998-01-01", "2004", "2004-11-29"]
    places = [dates.position(value) or 0 for value in given]
    assert places == sorted(places)
    assert dates.position("x") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("adoptedOn", "Adopted on"),
        ("un-tip_protocol", "Un tip protocol"),
        ("lagMonths", "Lag months"),
        ("UNTOC", "UNTOC"),
        ("---", "---"),
    ],
)
def test_names_of_code_become_words(name: str, words: str) -> None:
    assert names.words(name) == words


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (BASE + "id/state/tha", "/page/state/tha"),
        (BASE + "scheme/area/prevention", "/scheme/area/prevention"),
        (BASE + "ontology#State", "/ontology#State"),
        (BASE + "query/gaps", "/query/gaps"),
        (BASE + "graph/data/actions", None),
        ("https://elsewhere.org/id/state/tha", None),
        (BASE + 'id/"><script>', "/page/%22%3E%3Cscript%3E"),
    ],
)
def test_own_things_link_to_their_pages(iri: str, href: str | None) -> None:
    assert scope().href(iri) == href


def test_links_respect_the_prefix_the_application_is_mounted_below() -> None:
    below = Scope(BASE, BASE + "ontology#", {}, "/regime")
    assert below.href(BASE + "id/state/tha") == "/regime/page/state/tha"


def test_iri_is_shown_by_its_label_or_by_words_of_its_end() -> None:
    seen = scope(id__state__tha=Named("Thailand"))
    assert cells.of_iri(BASE + "id/state/tha", seen).text == "Thailand"
    assert cells.of_iri(BASE + "id/state/new-land", seen).text == "New land"


def test_values_become_marks_ranks_badges_and_doubts_flags() -> None:
    seen = scope(scheme__t__two=Named("Tier 2", rank=2), scheme__t__nine=Named("Nine", rank=9))
    yes = cells.of_iri(BASE + "scheme/finding-value/yes", seen)
    assert (yes.kind, yes.machine) == ("mark", "yes")
    assert cells.of_iri(BASE + "scheme/t/two", seen).kind == "badge"
    assert cells.of_iri(BASE + "scheme/t/nine", seen).machine == "5"
    assert cells.of_iri(BASE + "scheme/verification/verified", seen).machine == "good"
    assert cells.of_iri(BASE + "scheme/verification/inferred", seen).machine == ""


def test_dangerous_addresses_are_not_linked() -> None:
    assert cells.of_iri("javascript:alert(1)", scope()).href == ""
    assert cells.cell(literal("javascript:alert(1)", "anyURI"), scope()).href == ""
    assert cells.cell(literal("https://a.org/b", "anyURI"), scope()).href == "https://a.org/b"


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("2016", "integer", "2016"),
        ("40000", "integer", "40\u202f000"),
        ("0.123456789", "decimal", "0.123"),
        ("8.0", "decimal", "8"),
        ("59", "decimal", "59"),
    ],
)
def test_numbers_are_readable_and_years_stay_years(value: str, kind: str, shown: str) -> None:
    made = cells.cell(literal(value, kind), scope())
    assert (made.kind, made.text) == ("number", shown)


def test_long_name_gives_way_to_the_short_title_in_narrow_places() -> None:
    seen = scope(id__i__a=Named("A " * 40, short="AA"), id__i__b=Named("Short", short="S"))
    made = cells.brief(ox.NamedNode(BASE + "id/i/a"), seen)
    assert (made.text, made.title) == ("AA", "A " * 40)
    assert cells.brief(ox.NamedNode(BASE + "id/i/b"), seen).text == "Short"


def test_nothing_is_shown_as_nothing() -> None:
    assert not cells.cell(None, scope())


def test_every_mark_has_its_own_shape() -> None:
    shapes = {marks.mark(name) for name in cells.MARKS}
    assert len(shapes) == len(cells.MARKS)
    assert marks.mark("other") == ""
