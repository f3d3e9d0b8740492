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
    skip_prologue,
    too_long,
)
from mufakat.engine.lexer import Lines, Token, tokens
from mufakat.engine.nesting import bound
from mufakat.errors import BadQuery, Refused, Where

if TYPE_CHECKING:
    from mufakat.engine.types import Limits, Policy

Edit = tuple[int, int, str]
"""Where something is replaced (start and end offsets), and by what."""
NO_OPERATION: Final = "CLEAR SILENT GRAPH <urn:mufakat:nothing>"
DATASET: Final = "https://www.w3.org/TR/sparql11-protocol/#update-dataset"


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """An update and the graphs the protocol names for its WHERE clauses."""

    text: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


def guarded(request: UpdateRequest, limits: Limits, policy: Policy) -> str:
    """Check an update against limits and policy; give its text with the protocol's dataset in it.

    Raises TooLarge, Refused (LOAD and SERVICE where they are not allowed) and BadQuery.
    """
    text = request.text
    too_long(text, limits)
    stream = list(tokens(text))
    bound(text, limits)
    lines = Lines(text)
    _check_first(stream, lines)
    for token, iri in services(stream):
        check_service(iri, policy, _where(token, lines))
    inserted = _without_load(stream, lines)
    if request.using or request.using_named:
        inserted += _with_dataset(request, stream, lines)
    for start, end, addition in sorted(inserted, reverse=True):
        text = text[:start] + addition + text[end:]
    return text


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
        mend="Begin with INSERT, DELETE, WITH, CLEAR, DROP, CREATE, COPY, MOVE or ADD.",
        clause=GRAMMAR,
    )


def _without_load(stream: list[Token], lines: Lines) -> list[Edit]:
    """Refuse LOAD; a silent one, which never fails, becomes an operation that does nothing."""
    edits: list[Edit] = []
    depth = 0
    for i, token in enumerate(stream):
        if token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not _loads(token, stream[i - 1] if i else None, depth):
            continue
        if not (token.says("LOAD") and i + 2 < len(stream) and stream[i + 1].says("SILENT")):
            raise Refused(
                "LOAD is not allowed here.",
                where=_where(token, lines),
                mend="Fetch the data yourself and send it to /graphs.",
                clause="https://www.w3.org/TR/sparql11-update/#load",
            )
        last = stream[i + 2]
        if i + 5 < len(stream) and stream[i + 3].says("INTO") and stream[i + 4].says("GRAPH"):
            last = stream[i + 5]
        edits.append((token.start, last.end, NO_OPERATION))
    return edits


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
    depth, text, edits = 0, request.text, list[Edit]()
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
