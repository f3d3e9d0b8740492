"""Keeps an update inside one graph: what HTTP PATCH on a graph may say and do.

A patch is a SPARQL update that manages the graph it is sent to; one that is about another graph is
answered with 422. What stands outside of GRAPH is about that graph, too: a patch to a named graph
is rewritten so that it is. Reading other graphs is refused like changing them, so that what a patch
does depends on nothing but the graph.
https://www.w3.org/TR/sparql11-http-rdf-update/#http-patch
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mufakat.engine.guard import hides
from mufakat.engine.guard_update import checked, rewritten
from mufakat.engine.lexer import Lines
from mufakat.engine.operations import cut, unexpected
from mufakat.errors import Unprocessable, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mufakat.engine.guard_update import Guarded
    from mufakat.engine.lexer import Token
    from mufakat.engine.operations import Operation
    from mufakat.engine.rewritten import Edit
    from mufakat.engine.types import Limits

CLAUSE: Final = "https://www.w3.org/TR/sparql11-http-rdf-update/#http-patch"
_KINDS: Final = ("INSERT", "DELETE", "WITH", "LOAD", "CLEAR")
_CLAUSES: Final = (
    *("DATA", "WHERE", "INSERT", "DELETE", "USING", "NAMED"),
    *("SILENT", "INTO", "GRAPH", "DEFAULT"),
)
_BEFORE_NAMES: Final = ("WITH", "USING", "NAMED", "GRAPH", "LOAD", "SILENT")
_WRITE: Final = "A patch holds INSERT DATA, DELETE DATA, DELETE WHERE, DELETE and INSERT, or LOAD."


def confined(text: str, graph: str | None, limits: Limits, base_iri: str | None) -> Guarded:
    """Check that an update is about one graph alone, and write it so that all of it is.

    Args:
        text: the update.
        graph: the IRI of the graph; None for the default graph.
        limits: for the text.
        base_iri: for relative IRIs.

    Raises what `checked` raises, and Unprocessable where the update is about another graph.
    """
    stream = checked(text, limits)
    patch = _Patch(graph, Lines(text))
    for i, token in enumerate(stream):
        if not token.says("GRAPH") and hides(
            token, "graph", stream[i - 1 : i], stream[i + 1 : i + 2]
        ):
            raise unexpected(token, patch.lines, "Put blanks around GRAPH.")
    edits = [
        edit for operation in cut(stream, patch.lines, base_iri) for edit in patch.keep(operation)
    ]
    return rewritten(text, edits, base_iri)


class _Patch:
    """The graph that a patch is about."""

    def __init__(self, graph: str | None, lines: Lines) -> None:
        self.graph = graph
        self.lines = lines

    def keep(self, operation: Operation) -> Iterator[Edit]:
        """Check one operation and give what makes it one about the graph."""
        first = operation.tokens[0]
        if not first.says(*_KINDS):
            raise self._beyond(
                first, f"{first.text.upper()} is no operation on one graph's triples"
            )
        self._check_names(operation)
        outer, groups = _outline(operation.tokens)
        self._check_outline(outer)
        if self.graph is None:
            return
        words = [token.text.upper() for token in outer]
        if words[:1] == ["LOAD"]:
            if "INTO" not in words:
                yield operation.end, operation.end, f" INTO GRAPH <{self.graph}>"
        elif words in (["INSERT", "DATA"], ["DELETE", "DATA"], ["DELETE", "WHERE"]):
            for group in groups:
                yield from self._name_runs(group)
        elif words[0] in {"INSERT", "DELETE"}:
            yield first.start, first.start, f"WITH <{self.graph}> "

    def _check_names(self, operation: Operation) -> None:
        """Raise Unprocessable where a graph is named that is another one, or may be."""
        tokens = operation.tokens
        for before, token in pairwise(tokens):
            names = before.says("GRAPH", "WITH", "NAMED") or (
                before.says("USING") and not token.says("NAMED")
            )
            if names and (self.graph is None or operation.iri(token) != self.graph):
                raise self._beyond(token, f"“{token.text[:80]}” is not the graph that is patched")
        if tokens[0].says("CLEAR"):
            self._check_clear(tokens)

    def _check_outline(self, outer: Sequence[Token]) -> None:
        """Raise BadQuery at a word that the engine might read as two."""
        for before, token in pairwise(outer):
            if not token.says(*_CLAUSES) and not before.says(*_BEFORE_NAMES):
                raise unexpected(token, self.lines, _WRITE)

    def _check_clear(self, tokens: Sequence[Token]) -> None:
        what = next((token for token in tokens[1:] if not token.says("SILENT")), tokens[0])
        if not what.says("GRAPH" if self.graph is not None else "DEFAULT"):
            raise self._beyond(what, "CLEAR must name the graph that is patched")

    def _name_runs(self, group: Sequence[Token]) -> Iterator[Edit]:
        """Put GRAPH around the triples of a group that stand in none."""
        run: list[Token] = []
        depth = 0
        for i, token in enumerate(group):
            opens = depth == 0 and token.says("GRAPH")
            if opens:
                yield from self._named(run)
                run = []
                depth = -1  # until the brace of this GRAPH opens
            elif depth < 0:
                depth = 1 if token.text == "{" else -1
            elif depth > 0:
                depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "sign" else 0
            elif run or token.text != "." or i == 0:
                run.append(token)
        yield from self._named(run)

    def _named(self, run: Sequence[Token]) -> Iterator[Edit]:
        if run:
            yield run[0].start, run[0].start, f"GRAPH <{self.graph}> {{ "
            yield run[-1].end, run[-1].end, " }"

    def _beyond(self, token: Token, what: str) -> Unprocessable:
        line, column = self.lines.place(token.start)
        return Unprocessable(
            f"{what}.",
            where=Where(line=line, column=column),
            mend=f"{_WRITE} Send what is about more than this graph to /update.",
            clause=CLAUSE,
        )


def _outline(tokens: Sequence[Token]) -> tuple[list[Token], list[list[Token]]]:
    """Part an operation into the tokens outside of braces and those inside each outermost pair."""
    outer: list[Token] = []
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        is_sign = token.kind == "sign"
        if is_sign and token.text == "}":
            depth -= 1
        if depth > 0:
            groups[-1].append(token)
        elif not is_sign or token.text not in {"{", "}"}:
            outer.append(token)
        if is_sign and token.text == "{":
            depth += 1
            if depth == 1:
                groups.append([])
    return outer, groups
