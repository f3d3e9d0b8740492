"""SPARQL-based constraints: https://www.w3.org/TR/shacl/#sparql-constraints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.publication.graph import OWL, SH
from mufakat.publication.shacl.results import Result
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mufakat.publication.graph import Graph, Term
    from mufakat.publication.shacl.shapes import Shape
    from mufakat.publication.shacl.validator import Ask

THIS: Final = ox.Variable("this")
STRINGS: Final = (
    r"\"\"\".*?\"\"\"|'\''.*?'\''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*"
)
FORBIDDEN: Final = re.compile(
    r"\b(MINUS|SERVICE|VALUES)\b|\bAS\s+[?$](this|currentShape|shapesGraph)\b"
    r"|\{\s*SELECT\b(?![^{]*[?$]this\b)",
    re.IGNORECASE,
)
"""What a query with variables bound beforehand must not hold."""
ONE_BY_ONE: Final = re.compile(
    r"\b(GROUP|HAVING|LIMIT|OFFSET|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT|UNION|BOUND)\b"
    r"|\{\s*SELECT\b|[{}.;]\s*\{",
    re.IGNORECASE,
)
"""Where a table of focus nodes would change the meaning, each is asked for by itself."""
CLAUSE: Final = "https://www.w3.org/TR/shacl/#pre-binding"


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """One sh:sparql of a shape."""

    node: Term
    select: str
    messages: tuple[ox.Literal, ...]
    active: bool

    def results(self, ask: Ask, focus: list[Term], shape: Shape) -> Iterator[Result]:
        """Ask the query for all focus nodes, at once where its meaning allows it."""
        if not self.active:
            return
        named = [node for node in focus if isinstance(node, (ox.NamedNode, ox.Literal))]
        if len(named) < 2 or len(named) < len(focus) or ONE_BY_ONE.search(_bare(self.select)):
            for node in focus:
                for row in self._one(ask, node):
                    yield self._result(node, row, shape)
            return
        table = " ".join(str(node) for node in named)
        opening = re.search(r"\{", self.select)
        if opening is None:
            raise ShapeError("An sh:select has no group pattern.", clause=CLAUSE)
        before, after = self.select[: opening.end()], self.select[opening.end() :]
        text = f"{before} VALUES ?this {{ {table} }} {after}"
        for row in ask(text, {}):
            yield self._result(row["this"], row, shape)

    def _one(self, ask: Ask, node: Term) -> Iterable[ox.QuerySolution]:
        """Ask for one node, its name given in every group, so that it is bound at any depth."""
        if isinstance(node, ox.BlankNode):
            return ask(self.select, {THIS: node})
        given = f"{{ VALUES ?this {{ {node} }} "
        groups = rf"({STRINGS})|\{{(?!\s*SELECT\b)"
        text = re.sub(groups, lambda m: m[1] or given, self.select, flags=re.DOTALL | re.IGNORECASE)
        return ask(text, {})

    def _result(self, focus: Term, row: ox.QuerySolution, shape: Shape) -> Result:
        found: dict[str, Term] = {}
        for name in ("value", "path", "message"):
            try:
                value = row[name]
            except KeyError:
                value = None
            if value is not None:
                found[name] = value
        own = found.get("message")
        messages = self.messages or shape.messages
        if isinstance(own, ox.Literal) and not self.messages:
            messages = (own,)
        value = found.get("value")
        if value is None and shape.path is None:
            value = focus
        return Result(
            focus=focus,
            path=found.get("path", shape.path),
            value=value,
            shape=shape.node,
            component="SPARQLConstraintComponent",
            severity=shape.severity,
            messages=messages,
            constraint=self.node if not isinstance(self.node, (ox.Literal, ox.Triple)) else None,
        )


def read_constraint(shapes: Graph, node: Term, path: str) -> SparqlConstraint:
    """Read an sh:SPARQLConstraint; `path` is the SPARQL spelling of the shape's path."""
    texts = _texts(shapes, node, "select")
    if len(texts) != 1:
        raise ShapeError(
            "An sh:sparql has not exactly one sh:select.",
            mend="Give it one SELECT query that asks for $this.",
            clause="https://www.w3.org/TR/shacl/#sparql-constraints",
        )
    if FORBIDDEN.search(_bare(texts[0])):
        raise ShapeError(
            "An sh:select holds what cannot be asked with $this bound beforehand.",
            mend="Do without MINUS, SERVICE, VALUES and AS $this, and let sub-queries select it.",
            clause=CLAUSE,
        )
    prefixes: dict[str, str] = {}
    owners = list(shapes.values(node, SH + "prefixes"))
    for owner in owners:
        owners += [one for one in shapes.values(owner, OWL + "imports") if one not in owners]
        for declaration in shapes.values(owner, SH + "declare"):
            for prefix in _texts(shapes, declaration, "prefix"):
                for namespace in _texts(shapes, declaration, "namespace"):
                    prefixes[prefix] = namespace
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(prefixes.items()))
    spelt = rf"({STRINGS})|(\$PATH\b)|\$(?=\w)"
    body = re.sub(spelt, lambda m: m[1] or (path if m[2] else "?"), texts[0], flags=re.DOTALL)
    messages = shapes.values(node, SH + "message")
    return SparqlConstraint(
        node=node,
        select=head + body,
        messages=tuple(term for term in messages if isinstance(term, ox.Literal)),
        active="true" not in _texts(shapes, node, "deactivated"),
    )


def _bare(text: str) -> str:
    """Give a query without its strings, IRIs and comments."""
    return re.sub(STRINGS, " ", text, flags=re.DOTALL)


def _texts(shapes: Graph, node: Term, name: str) -> list[str]:
    return [term.value for term in shapes.values(node, SH + name) if isinstance(term, ox.Literal)]
