"""What a request says of itself, looked at before anybody reads what it asks.

An address without a host would go into every link of an answer, and a packed body read as it stands
would be taken for another text than was sent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from werkzeug import exceptions
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

if TYPE_CHECKING:
    from mufakat.web.cache import Environ

FIRST: Final = frozenset({"HTTP/1", "HTTP/1.0"})
"""Versions of the protocol in which a request need not name its host."""
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?", re.ASCII)
"""With an underscore, too, which containers have in their names."""


class CodedBody(UnsupportedMediaType):
    """The body is packed, which is not undone here."""

    def get_headers(self, *arguments: Any) -> list[tuple[str, str]]:
        """Say what would be read: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3."""
        return [*super().get_headers(*arguments), ("Accept-Encoding", "identity")]


def mistake(environ: Environ) -> HTTPException | None:
    """Give what is wrong with the frame of a request, if anything.

    Host: https://www.rfc-editor.org/rfc/rfc9112#section-3.2; codings of a body: section 6.1 there
    and https://www.rfc-editor.org/rfc/rfc9110#section-8.4.
    """
    host = environ.get("HTTP_HOST")
    if not host and environ.get("SERVER_PROTOCOL") in FIRST:
        environ.pop("HTTP_HOST", None)  # the server's own address stands in for it
    elif not _is_host(host or ""):
        return BadRequest("The request must name one host, in the header Host.")
    coding = environ.get("HTTP_CONTENT_ENCODING")
    if coding and coding.strip().lower() != "identity":
        return CodedBody(f"The body is packed with {coding[:40]}; send it as it is.")
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    if coding and coding.strip().lower() != "chunked":
        return exceptions.NotImplemented(f"The transfer coding {coding[:40]} is not undone here.")
    return None


@lru_cache(maxsize=512)
def _is_host(host: str) -> bool:
    try:
        host.encode("ascii").decode("idna")
        ox.NamedNode(f"http://{host}/")
    except ValueError:  # UnicodeError is one
        return False
    return bool(_HOST.fullmatch(host))
