"""Evaluates a guarded query on a store and writes its answer, in-process or in a worker."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mufakat.engine import xml_text
from mufakat.engine.cut import Cut, Enough
from mufakat.engine.dataset import chosen, merged
from mufakat.engine.diagnosis import explain
from mufakat.engine.guard import FEDERATION
from mufakat.engine.lexer import starred
from mufakat.engine.triples import Collected
from mufakat.engine.types import Answer, QueryRequest, Rows
from mufakat.engine.unnest import few_in, unnested
from mufakat.errors import BadQuery, MufakatError, Refused, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mufakat.engine.formats import Form, ResultFormat
    from mufakat.engine.types import Limits

    Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


_STAR: Final = re.compile(r"(?i)select\b[^?$({]*\*")


class _Bounded:
    """A file that passes on what it takes, up to a limit of bytes."""

    def __init__(self, sink: Callable[[bytes], object], limit: int) -> None:
        self.sink = sink
        self.limit = limit
        self.size = 0

    def write(self, data: Any) -> int:
        """Take a piece; raises TooLarge beyond the limit."""
        self.size += len(data)
        if self.size > self.limit:
            raise _result_too_large(self.limit)
        self.sink(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: it holds nothing back."""


def run(
    store: ox.Store,
    request: QueryRequest,
    *,
    base_iri: str | None = None,
    known_prefixes: Mapping[str, str] | None = None,
) -> Result:
    """Parse a query that passed the guard and begin its evaluation.

    The dataset of the protocol takes the place of the one in the query; a graph that does not
    exist is empty. https://www.w3.org/TR/sparql11-protocol/#dataset
    """
    dataset: dict[str, Any] = {}
    graphs = chosen(request, base_iri)
    if graphs is not None and (request.names_dataset or len(graphs[0]) > 1):
        default = [_node(iri) for iri in dict.fromkeys(graphs[0])]
        named = [_node(iri) for iri in dict.fromkeys(graphs[1])]
        if len(default) > 1:
            store = merged(store, default, named)
        dataset["default_graph"] = default if len(default) <= 1 else [ox.DefaultGraph()]
        dataset["named_graphs"] = named
    text = unnested(request.text, few_in(store)) if graphs is None else request.text
    try:
        result = store.query(text, base_iri=base_iri, **dataset)
        if "*" in text and isinstance(result, ox.QuerySolutions) and _STAR.search(text):
            spelt_out = _in_order(text, [v.value for v in result.variables])
            if spelt_out:
                result = store.query(spelt_out, base_iri=base_iri, **dataset)
    except SyntaxError as error:
        raise explain(request.text, str(error.msg or error), known_prefixes) from None
    except (ValueError, RuntimeError) as error:
        raise BadQuery(f"The query cannot be evaluated: {error}.") from None
    except OSError as error:
        raise _failed(error) from None
    return result


def _in_order(text: str, in_scope: Sequence[str]) -> str | None:
    """Put the variables a `SELECT *` returns in its place, in the order in which people wrote them.

    The engine gives them in alphabetical order, which reads badly as a table.
    """
    found = starred(text)
    if found is None or len(in_scope) < 2:
        return None
    start, names = found
    ordered = [name for name in names if name in in_scope]
    if len(ordered) != len(in_scope) or ordered == list(in_scope):
        return None
    return f"{text[:start]} {' '.join('?' + name for name in ordered)} {text[start + 1 :]}"


def write(
    result: Result | Iterable[ox.Triple],
    form: Form,
    fmt: ResultFormat,
    limits: Limits,
    prefixes: Mapping[str, str],
) -> Answer:
    """Write a result in a format, triples by subject, within the limits; else raises TooLarge."""
    out = io.BytesIO()
    rows = write_to(out.write, result, fmt, limits, prefixes)
    return Answer(form, fmt.content_type, out.getvalue(), truncated=rows is not None, rows=rows)


def write_to(
    sink: Callable[[bytes], object],
    result: Result | Iterable[ox.Triple],
    fmt: ResultFormat,
    limits: Limits,
    prefixes: Mapping[str, str],
) -> int | None:
    """Write a result or triples piece by piece; gives how many there are if it was cut.

    Raises TooLarge when what is written, cut or whole, is larger than the limit, and NotAcceptable
    when it is XML and holds what XML cannot.
    """
    if fmt.name in xml_text.NAMES:
        sink = xml_text.escaping(sink)
    if not isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
        return _write_triples(sink, result, fmt, limits, prefixes)
    bounded = _Bounded(sink, limits.result_bytes)
    is_cut = limits.rows > 0 and isinstance(result, ox.QuerySolutions)
    out: Any = Cut(fmt.name, limits.rows, bounded.write) if is_cut else bounded
    try:
        result.serialize(out, format=fmt.results)
    except Enough:
        pass
    except (OSError, ValueError, RuntimeError) as error:
        raise _failed(error) from None
    if not is_cut:
        return None
    out.finish()
    return limits.rows if out.truncated else None


def _write_triples(
    sink: Callable[[bytes], object],
    triples: Iterable[ox.Triple],
    fmt: ResultFormat,
    limits: Limits,
    prefixes: Mapping[str, str],
) -> int | None:
    try:
        found = Collected(triples, limits.rows)
    except (OSError, ValueError, RuntimeError) as error:
        raise _failed(error) from None
    count = found.write_to(_Bounded(sink, limits.result_bytes), fmt.rdf, prefixes)
    return count if found.is_cut else None


def distinct(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Collect triples as the set a graph is, in the order of their first appearance."""
    try:
        return list(dict.fromkeys(triples))
    except (OSError, ValueError, RuntimeError) as error:
        raise _failed(error) from None


def rows(result: Result) -> Rows:
    """Take a SELECT result as terms."""
    if not isinstance(result, ox.QuerySolutions):
        raise BadQuery("A SELECT query was expected here.")
    names = [variable.value for variable in result.variables]
    taken = []
    try:
        for solution in result:
            values = [solution[i] for i in range(len(names))]
            taken.append(
                {name: term for name, term in zip(names, values, strict=True) if term is not None}
            )
    except (OSError, RuntimeError) as error:
        raise _failed(error) from None
    return Rows(names, taken)


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise BadQuery(
            f"“{iri[:200]}” is no absolute IRI, so it names no graph.",
            mend="Give the graph's whole IRI in default-graph-uri or named-graph-uri.",
            clause="https://www.w3.org/TR/sparql11-protocol/#dataset",
        ) from None


def _failed(error: Exception) -> MufakatError:
    if isinstance(error, OSError):
        # The data is in memory; only a SERVICE reaches out, and the process has no way out.
        return Refused(
            "The query asks another server, which may not be done while it is evaluated.",
            mend="Write SERVICE with blanks around it and an address that is allowed here.",
            clause=FEDERATION,
        )
    return Unavailable(f"The query could not be evaluated to its end: {error}.")


def _result_too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The answer is larger than {limit:,} bytes.",
        mend="Ask for it in parts with ORDER BY, LIMIT and OFFSET, or take a dump.",
    )
