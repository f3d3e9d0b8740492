"""Queries with variables bound beforehand: https://www.w3.org/TR/shacl/#pre-binding.

A value goes into a data block at the head of every group, so that FILTER and BIND see it at any
depth. A blank node cannot stand in a query; the engine hands it down into every group, but takes
a variable that no pattern of a group can bind for unbound there. A data block of UNDEF and a name
that no query meets makes it a variable that may be bound, and then the value is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.engine.lexer import tokens
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mufakat.engine.lexer import Token
    from mufakat.publication.graph import Term

CLAUSE: Final = "https://www.w3.org/TR/shacl/#pre-binding"
NOBODY: Final = "urn:x-mufakat:nobody"
BLOCKS, SELECTED, GROUPED = "\x01", "\x02", "\x03"
"""Where data blocks, further result variables and further grouping variables go."""
STANDARD: Final = frozenset({"this", "shapesGraph", "currentShape"})
OPTIONAL: Final = frozenset({"shapesGraph", "currentShape"})
"""Variables that a sub-query need not select."""
FORBIDDEN: Final = frozenset({"minus", "service", "values"})
ALONE: Final = frozenset(
    (
        *("group", "having", "limit", "offset", "count", "sum", "min", "max", "avg", "sample"),
        *("group_concat", "union", "graph"),
    )
)
"""Where a table of focus nodes would change the meaning, each is asked for by itself."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a shape, ready to be asked with values for `names`."""

    text: str
    """The query, with marks for what is put in."""
    names: frozenset[str]
    """The variables bound beforehand that it mentions."""
    selected: frozenset[str]
    """The variables that it selects by name."""
    table: tuple[str, str] | None
    """Both sides of the place for a table of focus nodes; None where each is asked for alone."""

    def alone(self, values: Mapping[str, Term]) -> tuple[str, dict[ox.Variable, Term]]:
        """Write the query for one set of values, with the bindings that go beside the text."""
        given = {name: values[name] for name in sorted(self.names) if name in values}
        blank = {name: term for name, term in given.items() if isinstance(term, ox.BlankNode)}
        blocks = "".join(
            f" VALUES ?{name} {{ {f'UNDEF <{NOBODY}>' if name in blank else term} }}"
            for name, term in given.items()
        )
        # the engine hands down what is selected only; that one value changes no rows and groups
        further = "".join(f" ?{name}" for name in blank if name not in self.selected)
        text = self.text.replace(BLOCKS, blocks)
        text = text.replace(SELECTED, further).replace(GROUPED, further)
        return text, {ox.Variable(name): term for name, term in blank.items()}

    def together(self, focus: list[Term]) -> str | None:
        """Write the query for many focus nodes at once, if that means the same."""
        if self.table is None or len(focus) < 2:
            return None
        if not all(isinstance(node, (ox.NamedNode, ox.Literal)) for node in focus):
            return None
        before, after = self.table
        return f"{before} VALUES ?this {{ {' '.join(map(str, focus))} }} {after}"


def prepare(text: str, head: str, names: Iterable[str], *, path: str = "") -> Query:
    """Make a query that can be asked with `names` bound beforehand.

    Args:
        text: a SELECT query, or an ASK query, which becomes a SELECT with a row for yes.
        head: the PREFIX declarations.
        names: variables that can be bound beforehand, whether or not the query mentions them.
        path: the SPARQL spelling of the shape's path, put where $PATH stands.

    Raises:
        ShapeError: the query holds what a query with such variables must not.
    """
    bound = frozenset(names)
    stream = list(tokens(text))
    mentioned = bound.intersection(re.findall(r"[?$](\w+)", text))
    _refuse(stream, bound, mentioned)
    groups = list(_groups(stream))
    plain: dict[int, tuple[int, str]] = {}
    for token in stream:
        if path and token.text == "$PATH":
            plain[token.start] = (token.end, path)
    marks = {token.start: (token.end, "{" + BLOCKS) for token in groups} | dict(_marks(stream))
    first = next((i for i, token in enumerate(stream) if _word(token) == "select"), len(stream))
    selected = _selected(stream[first + 1 :])
    table = None
    if groups and mentioned == {"this"} <= selected and _holds_together(stream):
        at = groups[0].end
        early = {start: edit for start, edit in plain.items() if start < at}
        late = {start - at: (end - at, new) for start, (end, new) in plain.items() if start >= at}
        table = (head + _edited(text[:at], early), _edited(text[at:], late))
    return Query(head + _edited(text, marks | plain), mentioned, selected, table)


def _edited(text: str, edits: Mapping[int, tuple[int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, (end, new) in sorted(edits.items()):
        parts += (text[done:start], new)
        done = end
    return "".join((*parts, text[done:]))


def _word(token: Token) -> str:
    """Give a keyword in small letters; a full stop in front belongs to the triple before it."""
    return token.text.casefold().lstrip(".") if token.kind == "word" else ""


def _groups(stream: list[Token]) -> Iterator[Token]:
    """Give the braces that open a group of patterns, not a sub-query or an annotation."""
    following = [*stream[1:], None]
    for token, after in zip(stream, following, strict=True):
        if token.text == "{" and after is not None and _word(after) != "select":
            if after.text == "|" and after.start == token.end:
                continue
            yield token


def _marks(stream: list[Token]) -> Iterator[tuple[int, tuple[int, str]]]:
    """Mark where the outermost query selects and groups; ASK becomes a SELECT."""
    depth = 0
    for index, token in enumerate(stream):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        word = _word(token)
        if depth:
            continue
        if word == "ask":
            yield token.start, (token.end, f"SELECT (1 AS ?yes) {SELECTED} ")
        elif word == "by" and _word(stream[index - 1]) == "group":
            yield token.start, (token.end, f"{token.text} {GROUPED} ")
        elif word == "select":
            after = [_word(one) or one.text for one in stream[index + 1 : index + 3]]
            last = stream[index + 1] if after[:1] in (["distinct"], ["reduced"]) else token
            if "*" not in after:
                yield last.start, (last.end, f"{last.text} {SELECTED} ")


def _refuse(stream: list[Token], bound: frozenset[str], mentioned: frozenset[str]) -> None:
    wrong = ""
    for index, token in enumerate(stream):
        after = stream[index + 1] if index + 1 < len(stream) else None
        if any(part in FORBIDDEN for part in _parts(token)):
            wrong = token.text.lstrip(".").upper()
        elif _word(token) == "as" and after is not None and after.text[1:] in bound:
            wrong = f"AS {after.text}" if after.kind == "variable" else ""
        elif token.text == "{" and after is not None and _word(after) == "select":
            missing = mentioned - OPTIONAL - _selected(stream[index + 2 :])
            wrong = f"a sub-query that does not select ${min(missing)}" if missing else ""
        if wrong:
            raise ShapeError(
                f"A query of a shape holds {wrong}, which cannot be asked with variables bound"
                " beforehand.",
                mend="Do without MINUS, SERVICE, VALUES and AS of such a variable (FILTER NOT"
                " EXISTS and IN may do), and let sub-queries select it by name.",
                clause=CLAUSE,
            )


def _parts(token: Token) -> list[str]:
    """Give what may be keywords in a word; a name with a prefix is one."""
    if token.kind != "word" or ":" in token.text:
        return []
    return token.text.casefold().split(".")


def _selected(stream: list[Token]) -> frozenset[str]:
    """Name the variables between SELECT and the group after it; what AS makes is not among them."""
    found: set[str] = set()
    depth = 0
    for token in stream:
        if depth == 0 and (token.text == "{" or _word(token) in ("where", "from")):
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.kind == "variable":
            found.add(token.text[1:])
    return frozenset(found)


def _holds_together(stream: list[Token]) -> bool:
    """Tell whether $this of an outer table is seen wherever the query speaks of it."""
    depth = 0
    for before, token in zip([None, *stream], stream, strict=False):
        word = _word(token)
        if word in ALONE or (depth > 1 and word in ("bind", "bound")):
            return False
        if token.text == "{" and token.kind == "sign":
            opened = _word(before) if before is not None else ""
            if depth and opened != "exists" and (depth > 1 or opened != "optional"):
                return False
            depth += 1
        elif token.text == "}" and token.kind == "sign":
            depth -= 1
    return True
