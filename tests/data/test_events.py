"""Events by kind, place and day.

Counted by hand in the sources and asked of the Turtle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asking import answers, column

if TYPE_CHECKING:
    import pyoxigraph as ox


def test_events_are_91_by_kind(store: ox.Store) -> None:
    numbers = column(
        store, '?e a mfk:Event ; dcterms:identifier ?i FILTER(STRSTARTS(?i, "ev-"))', "i"
    )
    assert numbers == {f"ev-{n:03d}" for n in range(1, 92)}
    assert len(column(store, "?e a mfk:Meeting", "e")) == 5
    assert len(column(store, "?e a mfk:Adoption", "e")) == 11  # nine adoptions and two signings
    assert len(column(store, "?e a mfk:Crisis", "e")) == 4


def test_the_convention_was_signed_in_kuala_lumpur_by_ten_states(store: ox.Store) -> None:
    pattern = """<id/event/ev-043> a mfk:Adoption ; mfk:occurredOn ?on ; mfk:occurredAt ?at ;
        mfk:concerns <id/instrument/actip-2015>"""
    assert answers(store, pattern, "on", "at") == [("2015-11-21", "id/place/kuala-lumpur")]
    assert len(column(store, "<id/event/ev-043> mfk:participant ?s", "s")) == 10


def test_an_undated_crisis_has_no_date_made_up_for_it(store: ox.Store) -> None:
    pattern = (
        "<id/event/ev-039> mfk:dateText ?words OPTIONAL { <id/event/ev-039> mfk:occurredOn ?on }"
    )
    assert answers(store, pattern, "words") == [("undated, called more recent",)]
    assert column(store, "<id/event/ev-039> mfk:occurredOn ?on", "on") == set()
