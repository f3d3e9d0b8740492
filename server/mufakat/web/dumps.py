"""The whole dataset as files: written once for a version, then sent from disk.

Where another process holds the data, yet another one writes the files. A dump has the same bytes
wherever the same content is served, so its ETag is the version and the sums beside it hold for
every server of a release.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request, send_file
from werkzeug.http import parse_etags

from mufakat.errors import NotFound
from mufakat.publication.describe import read
from mufakat.publication.release.apart import write_apart
from mufakat.publication.release.dumps import (
    BY_ENDING,
    FORMATS,
    NAME,
    PACKED,
    Dump,
    n_quads,
    write_dumps,
)
from mufakat.web.compression import ASKED, GZIP, SUFFIX, takes_gzip
from mufakat.web.descriptions import within
from mufakat.web.pages_common import page
from mufakat.web.shelf import Shelf
from mufakat.web.site import here

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.datastructures import ETags

    from mufakat.publication.release.dumps import Format

blueprint = Blueprint("dumps", __name__)

PLACE: Final = "mufakat.dumps"
SUM: Final = ".sha256"
PART: Final = re.compile(
    r"bytes=(?:\d{1,18}-\d{0,18}|-(?P<last>\d{1,18}))", re.ASCII | re.IGNORECASE
)
"""A range that is answered with a part; several at once are not."""


@blueprint.record_once
def _install(state: Any) -> None:
    state.app.extensions[PLACE] = Shelf()


@blueprint.get("/dump/")
def listing() -> Response:
    """List the dumps with sizes and sums."""
    version, written = _written()
    return page(
        "dumps.html",
        dumps=[written[f"{NAME}.{fmt.ending}"] for fmt in FORMATS],
        version=version,
        address=here().root(),
        packed=PACKED,
        sums=SUM,
    )


@blueprint.get("/dump/<name>")
def dump(name: str) -> Response:
    """Send a dump, packed or plain, or the sum of one."""
    bare = name.removesuffix(SUM)
    is_packed = bare.endswith(PACKED)
    fmt = _format(bare.removesuffix(PACKED), name)
    current = here().engine.version
    is_coded = name == bare and not is_packed and takes_gzip(request.headers.get("Accept-Encoding"))
    if _asked().contains_weak(_etag(current, name, is_coded=is_coded)):
        return _dress(Response(status=304), current, _etag(current, name, is_coded=is_coded))
    version, written = _written()
    etag = _etag(version, name, is_coded=is_coded)
    found = written[bare]
    if name.endswith(SUM):
        text = f"{found.sha256}  {found.path.name}\n"
        response = Response(text, content_type="text/plain; charset=utf-8")
        return _dress(response, version, etag)
    if is_packed:
        return _dress(_send(found, "application/gzip", name, etag), version, etag)
    if not is_coded:
        response = _send(found, fmt.media_type, name, etag)
    else:
        # As other answers are packed on their way, but that it was done before.
        response = _send(written[bare + PACKED], fmt.media_type, name, etag)
        response.headers["Content-Encoding"] = GZIP
    return _dress(response, version, etag)


def _asked() -> ETags:
    """Read If-None-Match as the client sent it, with the names of packed forms."""
    return parse_etags(request.environ.get(ASKED))


def _asks_part(etag: str, size: int) -> bool:
    """Whether one part is asked for, of the very bytes that would be sent.

    Other ranges may be ignored: https://www.rfc-editor.org/rfc/rfc9110#section-14.2. If-Range holds
    for an equal strong name alone, and dumps have no date: section 13.1.5.
    """
    found = PART.fullmatch(request.headers.get("Range", ""))
    if found is None or request.method != "GET":
        return False
    longer = found["last"] is not None and int(found["last"]) > size
    return not longer and request.headers.get("If-Range", f'"{etag}"').strip() == f'"{etag}"'


def _send(found: Dump, media_type: str, name: str, etag: str) -> Response:
    if not _asks_part(etag, found.path.stat().st_size):
        request.environ.pop("HTTP_RANGE", None)
    response = send_file(
        found.path,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=etag,
        last_modified=None,
    )
    response.headers.remove("Last-Modified")
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(found.sha256)}:"
    return response


def _format(name: str, asked: str) -> Format:
    head, _, ending = name.partition(".")
    fmt = BY_ENDING.get(ending)
    if head != NAME or fmt is None:
        offered = ", ".join(f"{NAME}.{ending}" for ending in BY_ENDING)
        raise NotFound(
            f"There is no dump named “{asked[:80]}”.",
            mend=f"Offered are {offered}; add {PACKED} for the packed file, {SUM} for its sum.",
        )
    return fmt


def _etag(version: str, name: str, *, is_coded: bool) -> str:
    named = "\0".join(("dump", version, name, ox.__version__))
    plain = hashlib.blake2b(named.encode(), digest_size=16).hexdigest()
    return plain + SUFFIX.strip('"') if is_coded else plain


def _base64(digest: str) -> str:
    import base64  # noqa: PLC0415 - this one use

    return base64.b64encode(bytes.fromhex(digest)).decode()


def _dress(response: Response, version: str, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Data-Version"] = version
    if licence := here().publication.config.licence:
        response.headers.add("Link", f'<{licence}>; rel="license"')
    return response


def _written() -> tuple[str, dict[str, Dump]]:
    """Have the dumps written where that was not done yet."""
    site, shelf, graphs = here(), current_app.extensions[PLACE], within()
    pool = getattr(site.engine.engine, "pool", None)  # type: ignore[attr-defined]
    prefixes = site.publication.config.prefixes

    def write(folder: Path) -> tuple[str, list[Dump]]:
        if pool is not None:
            return write_apart(pool.address, folder, prefixes)
        version, quads = read(site.engine, graphs)
        return version, write_dumps(n_quads(quads), folder, prefixes=prefixes, packed=True)

    version: str
    dumps: dict[str, Dump]
    version, dumps = shelf.dumps(site.engine.version, write)
    return version, dumps
