"""The one way out: HTTP requests this server makes itself, bounded in time and size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError
from urllib3.util import Retry, Timeout

from mufakat.errors import TimedOut, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CHUNK: Final = 1 << 16
USER_AGENT: Final = "mufakat"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other server answered, whatever its status."""

    status: int
    content_type: str
    body: bytes


class Client:
    """A pool of connections with one set of bounds; safe to share between threads.

    Redirects are not followed: an address that was allowed must not lead to one that was not.
    """

    def __init__(
        self, *, connect: float = 3.0, read: float = 30.0, max_bytes: int = 1 << 28
    ) -> None:
        self.read = read
        self.max_bytes = max_bytes
        self._http = urllib3.PoolManager(
            num_pools=16,
            maxsize=16,
            retries=Retry(total=0, redirect=False),
            timeout=Timeout(connect=connect, read=read),
            headers={"User-Agent": USER_AGENT},
        )

    def post_form(
        self, url: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Reply:
        """Send a form and read the whole reply.

        Raises:
            Unavailable: no connection, or it broke.
            TimedOut: no answer within the read timeout.
            TooLarge: the reply passed `max_bytes`.
        """
        try:
            response = self._http.request(
                "POST",
                url,
                fields=list(fields),
                encode_multipart=False,
                headers=dict(headers) | {"User-Agent": USER_AGENT},
                preload_content=False,
                redirect=False,
            )
            try:
                return Reply(
                    response.status, response.headers.get("Content-Type", ""), self._whole(response)
                )
            finally:
                response.release_conn()
        except MaxRetryError as error:
            if isinstance(error.reason, ReadTimeoutError):
                raise self._late() from None
            raise _away() from None
        except ReadTimeoutError:
            raise self._late() from None
        except (HTTPError, OSError):
            raise _away() from None

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
