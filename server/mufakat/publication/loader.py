"""Loads a release into another store over the SPARQL 1.1 Graph Store HTTP Protocol.

Each file goes into its named graph. A store whose default graph is a graph of its own (Fuseki)
also gets the union of all files there; a store that shows the union by itself (Virtuoso) does not
need it. https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import BadSetting, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mufakat.publication.publication import Publication

TIMEOUT: Final = 300.0
ATTEMPTS: Final = 4
PART: Final = 500
"""Triples in one request."""
REFUSALS: Final = {
    **dict.fromkeys(
        (401, 403), "Give --user and --password-file; check that this user may write there."
    ),
    **dict.fromkeys(
        (404, 405), "Give the address of its Graph Store service, not that of its query service."
    ),
    413: "Let the store take larger bodies: one part holds all that blank nodes tie together.",
}


def load(
    publication: Publication,
    graph_store: str,
    *,
    default_graph: bool,
    credentials: tuple[str, str] | None = None,
    said: Callable[[str, int], None] = lambda _name, _triples: None,
) -> int:
    """Put every graph of what is served into `graph_store`; returns the number of triples.

    Args:
        publication: what to load.
        graph_store: address of the graph store service.
        default_graph: whether to put the union into the store's own default graph too.
        credentials: name and password for Basic or Digest authentication, as the store asks.
        said: told of each graph and its size when it is loaded.

    Raises:
        Unavailable: the store cannot be reached or refused a graph.
    """
    opener = _opener(graph_store, credentials)
    union: set[ox.Triple] = set()
    for file in publication.files("ontology", "data"):
        triples = {quad.triple for quad in file.parse(publication.config.base_iri)}
        _put(opener, _indirect(graph_store, graph=file.graph_iri), triples)
        said(file.graph_iri, len(triples))
        union |= triples
    if default_graph:
        _put(opener, _indirect(graph_store, default=""), union)
        said("the default graph", len(union))
    return len(union)


def _indirect(graph_store: str, **names: str) -> str:
    query = urllib.parse.urlencode(names).removesuffix("=")
    return f"{graph_store}{'&' if '?' in graph_store else '?'}{query}"


def _opener(graph_store: str, credentials: tuple[str, str] | None) -> urllib.request.OpenerDirector:
    if not graph_store.startswith(("http://", "https://")):
        raise BadSetting(
            f"“{graph_store}” is no web address.",
            mend="Give the address of the store's graph store service, beginning with https://.",
        )
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    if credentials:
        passwords.add_password(None, graph_store, *credentials)
    return urllib.request.build_opener(
        urllib.request.HTTPDigestAuthHandler(passwords),
        urllib.request.HTTPBasicAuthHandler(passwords),
    )


def _put(opener: urllib.request.OpenerDirector, address: str, triples: set[ox.Triple]) -> None:
    """Put a graph in parts: a store that asks for a password does so before it reads a long body.

    What hangs together by blank nodes stays together in the first part.
    """
    method = "PUT"
    for part in _parts(triples):
        _send(opener, address, method, part)
        method = "POST"


def _parts(triples: set[ox.Triple]) -> Iterator[list[ox.Triple]]:
    ordered = sorted(triples, key=str)
    tied, rest = list[ox.Triple](), list[ox.Triple]()
    for triple in ordered:
        blank = isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
        (tied if blank else rest).append(triple)
    yield tied + rest[:PART]
    for start in range(PART, len(rest), PART):
        yield rest[start : start + PART]


def _send(
    opener: urllib.request.OpenerDirector, address: str, method: str, triples: list[ox.Triple]
) -> None:
    body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    # N-Triples is Turtle, and every store reads that under its media type.
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        address, data=body, method=method, headers={"Content-Type": "text/turtle"}
    )
    for tries_left in reversed(range(ATTEMPTS)):
        try:
            with opener.open(request, timeout=TIMEOUT):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise Unavailable(
                f"The store refused a graph with status {error.code} ({error.reason}): {address}",
                mend=REFUSALS.get(error.code, "Look into the store's log; check what it accepts."),
            ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Sending a part twice is sending it once.
            if not tries_left:
                reason = getattr(error, "reason", error)
                raise Unavailable(
                    f"The store cannot be reached under {address}: {reason}.",
                    mend="Check the address and that the store runs.",
                ) from None
