"""Golden answers, how they are read and compared, and the saved queries they belong to."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mufakat.publication.publication import Publication

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    import pyoxigraph as ox

    from mufakat.publication.saved import SavedQuery

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
BASE = "https://w3id.org/mufakat/"
PUBLICATION = Publication.open(ROOT)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Golden:
    """Rows worked out from the sources: which query they answer, with what, compared how."""

    file: str
    query: str
    source: str
    parameters: dict[str, list[str]]
    compare: str
    columns: tuple[str, ...]
    rows: list[Row]

    @classmethod
    def read(cls, path: Path) -> Golden:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = [line[1:].split(":", 1) for line in lines if line.startswith("#")]
        facts = {key.strip(): value.strip() for key, value in head}
        table = list(csv.reader(line for line in lines if not line.startswith("#")))
        given = json.loads(facts.get("parameters", "{}"))
        return cls(
            file=path.name,
            query=facts["query"],
            source=facts["source"],
            parameters={
                k: [str(x) for x in (v if isinstance(v, list) else [v])] for k, v in given.items()
            },
            compare=facts.get("compare", "rows"),
            columns=tuple(table[0]),
            rows=[tuple(row) for row in table[1:]],
        )


def goldens() -> list[Golden]:
    return [Golden.read(path) for path in sorted(GOLDEN.glob("*.csv"))]


def queries() -> list[SavedQuery]:
    return list(PUBLICATION.queries.values())


def short(term: ox.NamedNode | ox.Literal | None) -> str:
    """A term as it stands in a golden file: our IRIs without their base, literals as text."""
    return "" if term is None else term.value.removeprefix(BASE)


def project(solutions: ox.QuerySolutions, columns: Iterable[str]) -> list[Row]:
    names = [variable.value for variable in solutions.variables]
    missing = set(columns) - set(names)
    assert not missing, f"the answer lacks the columns {sorted(missing)}"
    return [tuple(short(row[name]) for name in columns) for row in solutions]


def difference(wanted: Counter[Row], got: Counter[Row]) -> str:
    lines = [f"  missing  {row}" for row in (wanted - got).elements()]
    lines += [f"  too much {row}" for row in (got - wanted).elements()]
    return "\n".join(lines[:40])
