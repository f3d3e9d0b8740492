"""SERVICE, asked by this server itself: the part for another endpoint is sent there first.

Workers have no network, and the engine's own client would follow any address. So each outermost
SERVICE clause is evaluated before the query: its group becomes a query of its own, and its place is
taken by the rows that came back, as VALUES. That is what the standard says a SERVICE clause means;
only the bindings of the rest of the query are not sent along.
https://www.w3.org/TR/sparql11-federated-query/#algebraService
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from mufakat.engine import tables
from mufakat.engine.lexer import Lines, Token, tokens
from mufakat.engine.outbound import Ask, exchange
from mufakat.engine.prologue import declared_prefixes, skip_prologue, written
from mufakat.errors import BadQuery, MufakatError, Refused, TooLarge, Unavailable, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.engine.outbound import Reply
    from mufakat.engine.types import Policy

CLAUSE: Final = "https://www.w3.org/TR/sparql11-federated-query/"
MOST: Final = 8
"""SERVICE clauses in one query."""
ROWS: Final = 100_000
BYTES: Final = 16 << 20
NOTHING: Final = "{ VALUES () { () } }"
"""What a silent service that failed stands for: one row that binds nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A SERVICE clause: where it stands, whom it asks, and its group with the braces."""

    start: int
    end: int
    endpoint: str
    silent: bool
    group: str


class Services:
    """Asks other endpoints on behalf of queries, within the policy and its bounds."""

    def __init__(self, policy: Policy, *, read: float = 20.0) -> None:
        self.policy = policy
        self.read = read

    def fill_in(self, text: str) -> str:
        """Replace every SERVICE clause of a query by the rows it stands for.

        Raises:
            Refused: an address is not one that may be asked.
            Unavailable, TimedOut, TooLarge: the other server, unless the clause is silent.
        """
        stream = list(tokens(text))
        prologue = text[: stream[i].start] if (i := skip_prologue(stream)) < len(stream) else ""
        clauses = list(_clauses(text, stream))
        if len(clauses) > MOST:
            raise TooLarge(f"The query asks other servers in {len(clauses)} places; {MOST} may be.")
        until = time.monotonic() + self.read
        for clause in reversed(clauses):
            rows = self._rows(clause, prologue, until)
            text = f"{text[: clause.start]}{rows}{text[clause.end :]}"
        return text

    def _rows(self, clause: Clause, prologue: str, until: float) -> str:
        try:
            query = f"{prologue}SELECT * WHERE {clause.group}"
            reply = self._ask(clause.endpoint, query, until)
            return _as_values(reply.body, reply.content_type, clause.start)
        except Refused:
            raise
        except MufakatError as error:
            if clause.silent:
                return NOTHING
            error.clause = error.clause or CLAUSE
            raise

    def _ask(self, endpoint: str, query: str, until: float) -> Reply:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"query": query})
        asked = Ask(endpoint, until, BYTES, tables.ACCEPT, method="POST", body=body, headers=form)
        reply = exchange(asked, self.policy)
        if reply.status != 200:
            raise Unavailable(f"{endpoint} answered {reply.status}.")
        return reply


def _clauses(text: str, stream: list[Token]) -> Iterator[Clause]:
    """Find the outermost SERVICE clauses; one inside another belongs to the other server."""
    prefixes = declared_prefixes(stream)
    i = 0
    while i < len(stream):
        token = stream[i]
        if not token.says("SERVICE"):
            i += 1
            continue
        silent = i + 1 < len(stream) and stream[i + 1].says("SILENT")
        j = i + (2 if silent else 1)
        close = _closing(stream, j + 1)
        if close is None or stream[j].kind == "variable":
            line, column = Lines(text).place(token.start)
            raise BadQuery(
                "SERVICE needs the address of an endpoint and a group.",
                where=Where(line=line, column=column),
                mend="Write SERVICE <https://…> { … }.",
                clause=CLAUSE,
            )
        yield Clause(
            token.start,
            stream[close].end,
            written(stream[j], prefixes) or stream[j].text,
            silent,
            text[stream[j + 1].start : stream[close].end],
        )
        i = close + 1


def _closing(stream: list[Token], i: int) -> int | None:
    if i >= len(stream) or stream[i].text != "{":
        return None
    depth = 0
    for k in range(i, len(stream)):
        if stream[k].kind == "sign":
            depth += {"{": 1, "}": -1}.get(stream[k].text, 0)
            if depth == 0:
                return k
    return None


def _as_values(body: bytes, media_type: str, clause: int) -> str:
    """Write a SELECT answer as a group that holds its rows; `clause` tells it from other ones."""
    try:
        results = tables.read(media_type, body)
        if not isinstance(results, ox.QuerySolutions):
            raise Unavailable("The other server gave no table.", clause=CLAUSE)
        names = [str(variable) for variable in results.variables]
        rows = []
        for number, row in enumerate(results):
            if number >= ROWS:
                raise TooLarge(f"The other server gave more than {ROWS:,} rows.", clause=CLAUSE)
            rows.append(f"({' '.join(_term(row[i], clause) for i in range(len(names)))})")
    except (SyntaxError, ValueError):
        raise Unavailable("The other server's answer cannot be read.", clause=CLAUSE) from None
    return f"{{ VALUES ({' '.join(names)}) {{ {' '.join(rows)} }} }}"


def _term(term: object, clause: int) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.BlankNode):
        # A blank node cannot stand in VALUES; a name of its own keeps rows that share it together,
        # and apart from those of another answer that happens to call its own the same.
        return f"<urn:mufakat:blank:{clause}:{term.value}>"
    return str(term)
