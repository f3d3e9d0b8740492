"""SERVICE, asked by this server itself: the part for another endpoint is sent there first.

Workers have no network, and the engine's own client would follow any address. So each outermost
SERVICE clause is evaluated before the query: its group becomes a query of its own, and its place is
taken by the rows that came back, as VALUES. That is what the standard says a SERVICE clause means;
only the bindings of the rest of the query are not sent along.
https://www.w3.org/TR/sparql11-federated-query/#algebraService
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import urllib3
from urllib3.util import Retry, Timeout

from mufakat.engine.guard import declared_prefixes, skip_prologue
from mufakat.engine.lexer import Lines, Token, tokens
from mufakat.errors import BadQuery, MufakatError, Refused, TimedOut, TooLarge, Unavailable, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.engine.types import Policy

CLAUSE: Final = "https://www.w3.org/TR/sparql11-federated-query/"
MOST: Final = 8
"""SERVICE clauses in one query."""
AT_ONCE: Final = 4
"""Requests under way to other servers; more are turned away rather than wait."""
ROWS: Final = 100_000
BYTES: Final = 16 << 20
CONNECT: Final = 3.0
NOTHING: Final = "{ VALUES () { () } }"
"""What a silent service that failed stands for: one row that binds nothing."""
ACCEPT: Final = "application/sparql-results+xml, application/sparql-results+json;q=0.9"


_LATE: Final = (urllib3.exceptions.ReadTimeoutError, urllib3.exceptions.ConnectTimeoutError)
_CARRIERS: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Networks whose addresses end in an IPv4 address that is the one really reached."""


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
        self._places = threading.BoundedSemaphore(AT_ONCE)

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
            body, media_type = self._ask(clause.endpoint, query, until)
            return _as_values(body, media_type)
        except Refused:
            raise
        except MufakatError:
            if clause.silent:
                return NOTHING
            raise

    def _ask(self, endpoint: str, query: str, until: float) -> tuple[bytes, str]:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many other servers are being asked just now.")
        try:
            return self._post(endpoint, query, until)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, _LATE) or time.monotonic() >= until:
                raise _late(endpoint) from None
            raise Unavailable(f"{endpoint} cannot be reached.", clause=CLAUSE) from None
        finally:
            self._places.release()

    def _post(self, endpoint: str, query: str, until: float) -> tuple[bytes, str]:
        left = max(0.05, until - time.monotonic())
        with connection(endpoint, self.policy, read=left) as pool, _ended_at(until, pool):
            parts = urlsplit(endpoint)
            response = pool.urlopen(
                "POST",
                parts.path + (f"?{parts.query}" if parts.query else "") or "/",
                body=urlencode({"query": query}),
                headers={
                    "Host": parts.netloc.rpartition("@")[2],
                    "Accept": ACCEPT,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "User-Agent": "mufakat",
                },
                redirect=False,
                preload_content=False,
                retries=Retry(total=0, redirect=False),
            )
            if response.status != 200:
                raise Unavailable(f"{endpoint} answered {response.status}.", clause=CLAUSE)
            body = bytearray()
            for chunk in response.stream(1 << 16):
                body += chunk
                if len(body) > BYTES:
                    raise TooLarge(f"{endpoint} answered more than {BYTES:,} bytes.")
            if time.monotonic() >= until:  # what was cut may look as if it had come to its end
                raise _late(endpoint)
            return bytes(body), response.headers.get("Content-Type", "")


def connection(endpoint: str, policy: Policy, *, read: float) -> urllib3.HTTPConnectionPool:
    """Open the way to an address that may be asked, bound to the very address that was checked.

    A name that is looked up a second time may lead somewhere else, so it is looked up once.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _no_address(endpoint) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _no_address(endpoint)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"The name {parts.hostname} is not known.", clause=CLAUSE) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not policy.allow_private and not all(map(is_public, addresses)):
        raise Refused(
            f"<{endpoint}> leads to a loopback or private address.",
            mend="Operators can allow that with --allow-private.",
            clause="https://www.w3.org/TR/sparql11-federated-query/#security-considerations",
        )
    timeout = Timeout(connect=CONNECT, read=read, total=read + CONNECT)
    if parts.scheme == "https":
        return urllib3.HTTPSConnectionPool(
            addresses[0],
            port,
            timeout=timeout,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )
    return urllib3.HTTPConnectionPool(addresses[0], port, timeout=timeout)


def _late(endpoint: str) -> TimedOut:
    return TimedOut(f"{endpoint} did not answer in time.", clause=CLAUSE)


def _no_address(endpoint: str) -> Refused:
    return Refused(f"<{endpoint}> is no address of an endpoint.", clause=CLAUSE)


@contextmanager
def _ended_at(until: float, pool: urllib3.HTTPConnectionPool) -> Iterator[None]:
    """Cut the pool's connection at a moment, whatever little still trickles in by then."""
    sockets: list[socket.socket] = []

    class Noted(pool.ConnectionCls):  # type: ignore[misc,name-defined]
        def connect(self) -> None:
            super().connect()
            sockets.append(self.sock)

    def cut() -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = Noted
    timer = threading.Timer(max(0.0, until - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet, as does any IPv4 address inside it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if any(ip in network for network in _CARRIERS):
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
    return all(each.is_global and not each.is_multicast for each in (ip, *filter(None, inner)))


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
            _iri(stream[j], prefixes),
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


def _iri(token: Token, prefixes: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, "") + local


def _as_values(body: bytes, media_type: str) -> str:
    """Write a SELECT answer as a group that holds its rows."""
    syntax = ox.QueryResultsFormat.from_media_type(media_type) or ox.QueryResultsFormat.XML
    try:
        results = ox.parse_query_results(body, syntax)
        if not isinstance(results, ox.QuerySolutions):
            raise Unavailable("The other server gave no table.", clause=CLAUSE)
        names = [str(variable) for variable in results.variables]
        rows = []
        for number, row in enumerate(results):
            if number >= ROWS:
                raise TooLarge(f"The other server gave more than {ROWS:,} rows.", clause=CLAUSE)
            rows.append(f"({' '.join(_term(row[i]) for i in range(len(names)))})")
    except (SyntaxError, ValueError):
        raise Unavailable("The other server's answer cannot be read.", clause=CLAUSE) from None
    return f"{{ VALUES ({' '.join(names)}) {{ {' '.join(rows)} }} }}"


def _term(term: object) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.BlankNode):
        # A blank node cannot stand in VALUES; a name of its own keeps rows that share it together.
        return f"<urn:mufakat:blank:{term.value}>"
    return str(term)
