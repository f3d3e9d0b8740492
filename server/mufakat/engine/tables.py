"""Reads the tables that other stores send, as what they mean.

JSON is asked for, because the reader of the XML form drops blanks at the ends of literals and XML
itself loses line ends. A reply is read whole before any of it is passed on, so that a cut-off one
is an error and not a short answer. What stores write otherwise than others is set right here:

- Virtuoso names blank nodes `nodeID://b1`, which is no label: labels are given anew.
- Virtuoso writes the truth values of xsd:boolean as 1 and 0, which mean the same and read badly.
- Virtuoso answers ASK with a table of one number.

https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import json
from typing import Any, Final

import pyoxigraph as ox

from mufakat.namespaces import XSD

ACCEPT: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_NO: Final = {"0", "false"}
_BOOLEAN: Final = XSD + "boolean"
_CANONICAL: Final = {"1": "true", "0": "false"}


def read(content_type: str, body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read a table or a truth value.

    Raises:
        ValueError: it is neither, or was cut off. A term that cannot be shows, as SyntaxError,
            only when its row is reached.
    """
    try:
        if "json" not in content_type:
            return ox.parse_query_results(body, ox.QueryResultsFormat.XML)
        # Not strict: some stores leave control characters in strings as they are.
        document = json.loads(body, strict=False)
        if "boolean" not in document:
            _mend(document["results"]["bindings"])
        return ox.parse_query_results(json.dumps(document), ox.QueryResultsFormat.JSON)
    except (SyntaxError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from None


def truth(result: ox.QuerySolutions | ox.QueryBoolean) -> ox.QueryBoolean:
    """Take the answer to ASK, be it written as a truth value or as a table of one number."""
    if isinstance(result, ox.QueryBoolean):
        return result
    row = next(iter(result), None)
    cell = row[0] if row is not None else None
    yes = isinstance(cell, ox.Literal) and cell.value not in _NO
    document = json.dumps({"head": {}, "boolean": yes})
    answer = ox.parse_query_results(document, ox.QueryResultsFormat.JSON)
    assert isinstance(answer, ox.QueryBoolean)  # noqa: S101 - what was just written
    return answer


def _mend(rows: list[dict[str, dict[str, Any]]]) -> None:
    """Label blank nodes b0, b1 and so on, and spell truth values true and false."""
    labels: dict[str, str] = {}
    for row in rows:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = labels.setdefault(term["value"], f"b{len(labels)}")
            elif term.get("datatype") == _BOOLEAN:
                term["value"] = _CANONICAL.get(term["value"], term["value"])
