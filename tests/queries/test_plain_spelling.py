"""The fast spelling of a question gives the rows of the plain one with FILTER NOT EXISTS."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from golden_answers import PUBLICATION, difference, project

from mufakat.publication.saved import SavedQuery

PLAIN = sorted((Path(__file__).parent / "plain").glob("*.rq"))
OTHER = {
    "criticisms-without-reply": {"paper": ["paper-001"]},
    "duties-without-counterpart": {"instrument": ["untoc-2000"], "other": ["actip-2015"]},
    "gaps": {"treaty": ["actip-2015"], "asOf": ["2020-06-01"]},
    "instruments-in-one-paper": {"paper": ["paper-000"]},
}


def rows(store: ox.Store, text: str, columns: list[str]) -> Counter[tuple[str, ...]]:
    solutions = store.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return Counter(project(solutions, columns))


@pytest.mark.parametrize("example", ["default", "other"])
@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_rows_are_equal(store: ox.Store, path: Path, example: str) -> None:
    fast = PUBLICATION.queries[path.stem]
    header = "".join(line for line in fast.text.splitlines(keepends=True) if line.startswith("#+"))
    plain = SavedQuery.parse(header + path.read_text(encoding="utf-8"), path.stem)
    values = OTHER[path.stem] if example == "other" else {}
    solutions = store.query(plain.bind(values), use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    wanted = Counter(project(solutions, columns))
    got = rows(store, fast.bind(values), columns)
    assert wanted, "an empty answer proves nothing"
    assert got == wanted, difference(wanted, got)
