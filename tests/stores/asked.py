"""What the saved queries are asked of other stores: as they stand, as the golden answers ask them,
and with each parameter set to something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from tests.queries.golden_answers import goldens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.engine.embedded import EmbeddedEngine
    from mufakat.publication.saved import Parameter, SavedQuery

EARLIER = "2009-12-31"
LAST = """
    SELECT ?last { ?last a|<http://www.w3.org/2004/02/skos/core#inScheme> <%s> }
    ORDER BY DESC(?last) LIMIT 1
"""


def texts(query: SavedQuery, engine: EmbeddedEngine) -> dict[str, str]:
    """The texts by which a saved query is asked, by what was set in them; no text twice."""
    said = {"as it stands": query.bind({})}
    for golden in goldens():
        if golden.query == query.slug:
            said[f"{golden.parameters}"] = query.bind(golden.parameters)
    for parameter in query.parameters:
        for value in _other(parameter, query, engine):
            said[f"{parameter.name}={value}"] = query.bind({parameter.name: [value]})
    return {text: label for label, text in reversed(said.items())}


def _other(parameter: Parameter, query: SavedQuery, engine: EmbeddedEngine) -> Iterator[str]:
    """A value that is not the default: one that the answer shows, else one that there is."""
    if parameter.type == "date":
        yield EARLIER
    elif parameter.type == "integer":
        yield str(int(parameter.minimum or 0) + 10)
    elif parameter.type == "iri":
        shown = [row.get(parameter.name) for row in engine.select(query.text).rows]
        known = parameter.iri_class or parameter.scheme
        if not any(shown) and known:
            shown = [row.get("last") for row in engine.select(LAST % known).rows]
        yield from [term.value for term in shown if isinstance(term, ox.NamedNode)][-1:]
