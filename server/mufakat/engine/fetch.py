"""Fetches the documents that an update loads, within the policy and its bounds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pyoxigraph as ox

from mufakat.engine import nested_data
from mufakat.engine.formats import by_ending, by_media_type, for_kind
from mufakat.engine.guard import allows
from mufakat.engine.load import CLAUSE, Document
from mufakat.engine.outbound import Ask, exchange
from mufakat.errors import BadQuery, MufakatError, Refused, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mufakat.engine.formats import ResultFormat
    from mufakat.engine.load import Load
    from mufakat.engine.types import Policy

MOST: Final = 8
"""Documents that one update may load."""
BYTES: Final = 64 << 20
"""Bytes of all documents of an update together."""
REDIRECTS: Final = 5
_LEADS_ON: Final = {301, 302, 303, 307, 308}
_SAYS_NOTHING: Final = {"", "text/plain", "application/octet-stream", "binary/octet-stream"}
ACCEPT: Final = ", ".join(
    f"{fmt.media_type};q={0.9 if fmt.name in {'turtle', 'ntriples'} else 0.6}"
    for fmt in for_kind("graph")
)
"""Datasets are read, too, when all they hold is a default graph."""


def fetch(loads: Sequence[Load], policy: Policy, seconds: float) -> tuple[Document, ...]:
    """Fetch what an update loads, all of it within `seconds`.

    Raises:
        Refused: an address is not one that may be asked; then none was.
        Unavailable, TimedOut, TooLarge: a document could not be had, or not read here.
    """
    if len(loads) > MOST:
        raise TooLarge(
            f"The update loads {len(loads)} documents; {MOST} may be.",
            where=loads[MOST].where,
            mend="Send it in parts.",
            clause=CLAUSE,
        )
    for load in loads:
        if not load.silent:
            _check(load.address, policy, load)
    until, left = time.monotonic() + seconds, BYTES
    documents = []
    for load in loads:
        try:
            document = _fetch(load, policy, until, left)
        except MufakatError as error:
            if not load.silent:
                error.where = load.where
                error.clause = error.clause or CLAUSE
                raise
            document = Document(load)
        left -= len(document.data or b"")
        documents.append(document)
    return tuple(documents)


def _check(address: str, policy: Policy, load: Load) -> None:
    if allows(policy, address):
        return
    allowed = ", ".join(f"<{prefix}…>" for prefix in policy.allow_service)
    raise Refused(
        f"LOAD of <{address}> is not allowed here.",
        where=load.where,
        mend=(f"Allowed are: {allowed}. " if allowed else "")
        + "Fetch the data yourself and send it to /graphs.",
        clause=CLAUSE,
    )


def _fetch(load: Load, policy: Policy, until: float, left: int) -> Document:
    address = urldefrag(load.address)[0]
    for _ in range(REDIRECTS + 1):
        _check(address, policy, load)
        reply = exchange(Ask(address, until, left, ACCEPT), policy)
        if reply.status not in _LEADS_ON or not reply.location:
            break
        address = _led(address, reply.location)
    else:
        raise Unavailable(f"<{load.address}> leads on more than {REDIRECTS} times.")
    if reply.status != 200:
        raise Unavailable(f"<{address}> answered {reply.status}.")
    fmt = _format(reply.content_type, address)
    if fmt is None:
        raise Unavailable(
            f"<{address}> is “{reply.content_type[:80]}”, which is no RDF syntax that is read here."
        )
    try:
        nested_data.check(reply.body, fmt.rdf)
    except BadQuery as error:
        raise Unavailable(f"<{address}>: {error.detail}") from None
    return Document(load, address, reply.body, fmt.name)


def _led(address: str, location: str) -> str:
    try:
        found = ox.NamedNode(urldefrag(urljoin(address, location))[0]).value
    except ValueError:
        raise Unavailable(f"<{address}> leads to what is no address.") from None
    return found


def _format(content_type: str, address: str) -> ResultFormat | None:
    """Choose the syntax by the media type; by the ending of the address where that says nothing."""
    if content_type.partition(";")[0].strip().lower() in _SAYS_NOTHING:
        ending = urlsplit(address).path.rpartition("/")[2].rpartition(".")[2]
        by_name = by_ending(ending, "graph") if ending else None
        if by_name is not None:
            return by_name
    return by_media_type(content_type, "graph")
