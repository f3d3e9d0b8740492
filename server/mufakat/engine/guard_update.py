"""What is looked at before an update is parsed, and the dataset that the protocol adds to it.

https://www.w3.org/TR/sparql11-update/, https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mufakat.engine.guard import (
    FORMS,
    GRAMMAR,
    UPDATES,
    check_service,
    services,
    too_long,
)
from mufakat.engine.lexer import Lines, Token, tokens
from mufakat.engine.load import find
from mufakat.engine.nesting import bound
from mufakat.engine.operations import cut, unexpected
from mufakat.engine.prologue import skip_prologue
from mufakat.engine.rewritten import Rewritten
from mufakat.engine.types import Policy
from mufakat.errors import BadQuery, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.engine.load import Load
    from mufakat.engine.rewritten import Edit
    from mufakat.engine.types import Limits

DATASET: Final = "https://www.w3.org/TR/sparql11-protocol/#update-dataset"


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """An update and the graphs the protocol names for its WHERE clauses."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guarded:
    """An update that passed the guard, as it is to be carried out."""

    rewritten: Rewritten
    loads: tuple[Load, ...]
    """What it loads; nothing was asked for it yet."""

    @property
    def text(self) -> str:
        """The update with the protocol's dataset in it."""
        return self.rewritten.text


def guarded(request: UpdateRequest, limits: Limits, base_iri: str | None = None) -> Guarded:
    """Check an update, and find what it loads.

    Raises TooLarge, Refused (SERVICE is not for updates) and BadQuery.
    """
    text = request.text
    stream = checked(text, limits)
    lines = Lines(text)
    loads = _loads_of(stream, lines, base_iri)
    if not request.using and not request.using_named:
        return Guarded(Rewritten(text), loads)
    return rewritten(text, _with_dataset(request, stream, lines), base_iri)


def checked(text: str, limits: Limits) -> list[Token]:
    """Check an update against limits and policy; give its tokens."""
    too_long(text, limits)
    stream = list(tokens(text))
    bound(text, limits)
    lines = Lines(text)
    _check_first(stream, lines)
    for token, iri in services(stream):
        check_service(iri, Policy(), _where(token, lines))
    return stream


def rewritten(text: str, edits: Iterable[Edit], base_iri: str | None) -> Guarded:
    """Make edits to a checked update, and find where what it loads stands then."""
    new = Rewritten(text, tuple(sorted(edits)))
    return Guarded(new, _loads_of(list(tokens(new.text)), Lines(new.text), base_iri))


def _where(token: Token, lines: Lines) -> Where:
    line, column = lines.place(token.start)
    return Where(line=line, column=column)


def _check_first(stream: list[Token], lines: Lines) -> None:
    i = skip_prologue(stream)
    if i >= len(stream):
        return  # an update may be empty
    token = stream[i]
    if token.says(*UPDATES):
        return
    if token.says(*FORMS):
        raise BadQuery(
            f"{token.text.upper()} begins a query; this place takes updates.",
            where=_where(token, lines),
            mend="Send queries to /sparql.",
            clause="https://www.w3.org/TR/sparql11-protocol/#query-operation",
        )
    raise BadQuery(
        f"An update does not begin with “{token.text[:40]}”.",
        where=_where(token, lines),
        mend="Begin with INSERT, DELETE, WITH, CLEAR, DROP, CREATE, COPY, MOVE, ADD or LOAD.",
        clause=GRAMMAR,
    )


def _loads_of(stream: list[Token], lines: Lines, base_iri: str | None) -> tuple[Load, ...]:
    """Find every LOAD, and refuse what the engine may read as one and this scan does not."""
    depth = 0
    seen: list[Token] = []
    for i, token in enumerate(stream):
        if token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if _loads(token, stream[i - 1] if i else None, depth):
            seen.append(token)
    if not seen:
        return ()
    loads = find(cut(stream, lines, base_iri), lines)
    known = {load.start for load in loads}
    for token in seen:
        if token.start not in known:
            raise unexpected(token, lines, "LOAD begins an operation, with blanks around it.")
    return tuple(loads)


def _loads(token: Token, before: Token | None, depth: int) -> bool:
    """Whether a LOAD begins here; the engine reads LOADSILENT and LOADex:a as one, too."""
    word, colon, _ = token.text.upper().partition(":")
    if token.kind != "word" or "LOAD" not in word:
        return False
    begins = depth <= 0 and (before is None or before.kind == "iri" or before.text == ";")
    return not colon or (begins and word.startswith("LOAD"))


def _with_dataset(request: UpdateRequest, stream: list[Token], lines: Lines) -> list[Edit]:
    """Write the protocol's graphs as USING clauses before each outermost WHERE.

    `DELETE WHERE { … }` takes no USING and becomes the long form that means the same.
    """
    clause = "".join(f" USING <{iri}>" for iri in request.using)
    clause += "".join(f" USING NAMED <{iri}>" for iri in request.using_named)
    for iri in (*request.using, *request.using_named):
        if not iri or any(c in '<>"{}|^`\\' or c <= " " for c in iri):
            raise BadQuery(f"“{iri[:200]}” is no IRI, so it names no graph.", clause=DATASET)
    depth, text = 0, request.text
    edits: list[Edit] = []
    for i, token in enumerate(stream):
        if token.text in {"{", "}"} and token.kind == "sign":
            depth += 1 if token.text == "{" else -1
        elif depth == 0 and token.says("USING", "WITH"):
            raise BadQuery(
                f"{token.text.upper()} in the update and a dataset in the request contradict.",
                where=_where(token, lines),
                mend="Use one of the two.",
                clause=DATASET,
            )
        elif depth == 0 and token.says("WHERE"):
            pattern = ""
            if i and stream[i - 1].says("DELETE"):
                pattern = " " + text[token.end : _closing(stream, i + 1)]
            edits.append((token.start, token.start, f"{pattern}{clause} "))
    return edits


def _closing(stream: list[Token], i: int) -> int:
    depth = 0
    for token in stream[i:]:
        if token.kind == "sign" and token.text == "{":
            depth += 1
        elif token.kind == "sign" and token.text == "}":
            depth -= 1
            if depth == 0:
                return token.end
    return stream[-1].end
