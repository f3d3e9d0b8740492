"""Who may write, and what a write is answered with."""

from __future__ import annotations

import hmac
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from mufakat.errors import BadSetting, Refused, TooLarge
from mufakat.web import preconditions
from mufakat.web.site import here

if TYPE_CHECKING:
    from mufakat.engine.changes import Change
    from mufakat.settings import Settings

LARGEST: Final = 64 << 20
"""Bytes of a write's body."""
KEY: Final = "write token"
SHORTEST: Final = 16


def token(settings: Settings) -> bytes:
    """Read the token that writers present; raises BadSetting when there is none to compare with."""
    name: str = settings.token_file
    if not name:
        raise BadSetting(
            "A writable server needs a token.", mend="Give --token-file with a file that holds it."
        )
    try:
        found = Path(name).read_bytes().strip()
    except OSError as error:
        raise BadSetting(f"The token file {name} cannot be read: {error.strerror}.") from None
    if len(found) < SHORTEST:
        raise BadSetting(
            f"The token in {name} is shorter than {SHORTEST} characters.",
            mend="Make a long one, for example with: openssl rand -hex 32.",
        )
    return found


def authorise() -> None:
    """Let a writer pass; raises Refused on a read-only server and Unauthorized without the token.

    https://www.rfc-editor.org/rfc/rfc6750
    """
    site = here()
    if not site.settings.writable or not hasattr(site.engine, "change"):
        raise Refused(
            "This server is read-only.",
            mend="Run your own with --writable, or send the change to the people who publish this.",
        )
    if KEY not in site.kept:
        site.kept[KEY] = token(site.settings)
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(presented.strip().encode(), site.kept[KEY])
    if scheme.lower() != "bearer" or not right:
        raise Unauthorized(
            "Writing needs the token of this server.",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "mufakat"}),
        )


def body() -> bytes:
    """Read the body of a write within its bound."""
    if (request.content_length or 0) > LARGEST:
        raise TooLarge(f"The request is larger than {LARGEST:,} bytes.", mend="Send it in parts.")
    return request.get_data(cache=False)


def carry_out(change: Change) -> dict[str, Any]:
    """Have a change made by the one writer, on the condition that the request makes.

    It is on disk when this returns. Raises PreconditionFailed when the condition does not hold.
    """
    engine: Any = here().engine
    said: dict[str, Any] = engine.change(replace(change, condition=preconditions.asked()))
    return said


def done(said: dict[str, Any], status: int = 204) -> Response:
    """Answer a change that was made."""
    response = Response(status=status)
    response.headers["Data-Version"] = said["version"]
    response.headers["Cache-Control"] = "no-store"
    if status != 204:
        response.content_type = "text/plain; charset=utf-8"
    return response
