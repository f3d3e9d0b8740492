"""The one way out: HTTP requests this server makes itself, bounded in time and size.

A `Client` speaks to the stores that the operator named. `exchange` speaks to addresses that came
with a query or an update: each is looked up once, checked, and bound to what was checked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ReadTimeoutError
from urllib3.util import Retry, Timeout

from mufakat.engine.guard import FEDERATION
from mufakat.engine.timed import TimedHTTP, TimedHTTPS, cut_at
from mufakat.errors import Refused, TimedOut, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mufakat.engine.types import Policy

AT_ONCE: Final = 4
"""Requests under way to addresses that queries and updates name; more are turned away."""
CONNECT: Final = 3.0
"""Seconds until a connection must stand."""
USER_AGENT: Final = "mufakat"
_CHUNK: Final = 1 << 16
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_LATE: Final = (ReadTimeoutError, ConnectTimeoutError)
_CARRIERS: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Networks whose addresses end in an IPv4 address that is the one really reached."""
_NO_RETRY: Final = Retry(total=0, redirect=False)
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other server answered, whatever its status."""

    status: int
    content_type: str
    body: bytes
    location: str = ""
    """Where a redirect leads, as it was written."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to an address that somebody else chose, and its bounds."""

    address: str
    until: float
    """The moment (of the monotonic clock) at which the whole answer must be there."""
    most: int
    """Bytes of the answer's body."""
    accept: str
    method: str = "GET"
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """A pool of connections with one set of bounds; safe to share between threads.

    Redirects are not followed: an address that was allowed must not lead to one that was not.
    """

    def __init__(
        self, *, connect: float = CONNECT, read: float = 30.0, max_bytes: int = 1 << 28
    ) -> None:
        self.connect = connect
        self.read = read
        self.max_bytes = max_bytes
        self._http = urllib3.PoolManager(
            num_pools=16, maxsize=16, retries=_NO_RETRY, headers={"User-Agent": USER_AGENT}
        )
        self._http.pool_classes_by_scheme = {
            scheme: type(f"Timed{pool.__name__}", (pool,), {"ConnectionCls": connection})
            for scheme, pool, connection in (
                ("http", urllib3.HTTPConnectionPool, TimedHTTP),
                ("https", urllib3.HTTPSConnectionPool, TimedHTTPS),
            )
        }

    def post_form(
        self,
        url: str,
        fields: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        until: float | None = None,
    ) -> Reply:
        """Send a form and read the whole reply.

        Args:
            url: where to.
            fields: names and values.
            headers: of the request.
            until: moment of the monotonic clock at which the whole reply must be there, however
                steadily it trickles; `read` seconds from now when it is left out.

        Raises:
            Unavailable: no connection, or it broke.
            TimedOut: the reply was not whole in time.
            TooLarge: the reply passed `max_bytes`.
        """
        until = time.monotonic() + self.read if until is None else until
        left = max(0.01, until - time.monotonic())
        try:
            with cut_at(until):
                response = self._http.request(
                    "POST",
                    url,
                    fields=list(fields),
                    encode_multipart=False,
                    headers=dict(headers) | {"User-Agent": USER_AGENT},
                    preload_content=False,
                    redirect=False,
                    timeout=Timeout(connect=min(self.connect, left), read=left),
                )
                try:
                    body = self._whole(response)
                finally:
                    response.release_conn()
        except (HTTPError, OSError) as error:
            reason = error.reason if isinstance(error, MaxRetryError) else error
            if isinstance(reason, ReadTimeoutError) or time.monotonic() >= until:
                raise self._late() from None
            raise _away() from None
        if time.monotonic() >= until:  # what was cut may look as if it had come to its end
            raise self._late()
        return Reply(response.status, response.headers.get("Content-Type", ""), body)

    def close(self) -> None:
        """Close every connection."""
        self._http.clear()

    def _whole(self, response: urllib3.BaseHTTPResponse) -> bytes:
        body = bytearray()
        for chunk in response.stream(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                response.close()
                raise TooLarge(
                    f"The other server's answer is larger than {self.max_bytes:,} bytes.",
                    mend="Ask for it in parts with ORDER BY, LIMIT and OFFSET.",
                )
        return bytes(body)

    def _late(self) -> TimedOut:
        return TimedOut(
            f"The store behind this server did not answer within {self.read:g} seconds.",
            mend="Ask for less at a time, or again later.",
        )


def _away() -> Unavailable:
    return Unavailable(
        "The store behind this server cannot be reached just now.",
        mend="Ask again in a minute; if it lasts, tell whoever runs this server.",
    )


def exchange(ask: Ask, policy: Policy) -> Reply:
    """Ask another server and read its whole answer; of a redirect only where it leads.

    Raises:
        Refused: the address is not one that may be asked.
        Unavailable: there is no such server, it does not answer, or too many are being asked.
        TimedOut: the answer was not whole in time.
        TooLarge: the answer passed its bound.
    """
    if not _places.acquire(blocking=False):
        raise Unavailable(
            "Too many other servers are being asked just now.", mend="Try again in a few seconds."
        )
    try:
        return _exchange(ask, policy)
    except (HTTPError, OSError) as error:
        if isinstance(error, _LATE) or time.monotonic() >= ask.until:
            raise _too_late(ask.address) from None
        raise Unavailable(f"<{ask.address}> cannot be reached.") from None
    finally:
        _places.release()


def _exchange(ask: Ask, policy: Policy) -> Reply:
    left = max(0.05, ask.until - time.monotonic())
    with connection(ask.address, policy, read=left) as pool, cut_at(ask.until):
        parts = urlsplit(ask.address)
        response = pool.urlopen(
            ask.method,
            parts.path + (f"?{parts.query}" if parts.query else "") or "/",
            body=ask.body,
            headers={
                "Host": _host(parts.hostname or "", parts.port),
                "Accept": ask.accept,
                "Accept-Encoding": "identity",
                "User-Agent": USER_AGENT,
                **ask.headers,
            },
            redirect=False,
            preload_content=False,
            decode_content=False,
            retries=_NO_RETRY,
        )
        content_type = response.headers.get("Content-Type", "")
        if 300 <= response.status < 400:
            return Reply(response.status, content_type, b"", response.headers.get("Location", ""))
        # A few bytes can be packed so that they unpack to any number.
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Unavailable(f"<{ask.address}> answered in a packed form that was not asked for.")
        body = bytearray()
        for chunk in response.stream(_CHUNK, decode_content=False):
            body += chunk
            if len(body) > ask.most:
                raise TooLarge(f"<{ask.address}> answered more than {ask.most:,} bytes.")
        if time.monotonic() >= ask.until:  # what was cut may look as if it had come to its end
            raise _too_late(ask.address)
        return Reply(response.status, content_type, bytes(body))


def connection(address: str, policy: Policy, *, read: float) -> urllib3.HTTPConnectionPool:
    """Open the way to an address that may be asked, bound to the very address that was checked.

    A name that is looked up a second time may lead somewhere else, so it is looked up once.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _no_address(address) from None
    # A path that climbs may leave the prefix under which the address was allowed.
    if parts.scheme not in {"http", "https"} or not parts.hostname or _DOTS.search(parts.path):
        raise _no_address(address)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"The name {parts.hostname} is not known.") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not policy.allow_private and not all(map(is_public, addresses)):
        raise Refused(
            f"<{address}> leads to a loopback or private address.",
            mend="Operators can allow that with --allow-private.",
            clause=FEDERATION,
        )
    timeout = Timeout(connect=CONNECT, read=read, total=read + CONNECT)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            addresses[0],
            port,
            timeout=timeout,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )
        pool.ConnectionCls = TimedHTTPS
    else:
        pool = urllib3.HTTPConnectionPool(addresses[0], port, timeout=timeout)
        pool.ConnectionCls = TimedHTTP
    return pool


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


def _host(name: str, port: int | None) -> str:
    plain = f"[{name}]" if ":" in name else name.encode("idna").decode()
    return plain if port is None else f"{plain}:{port}"


def _too_late(address: str) -> TimedOut:
    return TimedOut(f"<{address}> did not answer in time.")


def _no_address(address: str) -> Refused:
    return Refused(f"<{address}> is no address that is asked.")
