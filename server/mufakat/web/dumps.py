"""The whole dataset as files: written once for a version, then sent from disk.

Where another process holds the data, yet another one writes the files. A dump has the same bytes
wherever the same content is served, so its ETag is the version and the sums beside it hold for
every server of a release.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request, send_file

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
from mufakat.web.compression import GZIP, SUFFIX, takes_gzip
from mufakat.web.descriptions import within
from mufakat.web.pages_common import page
from mufakat.web.shelf import Shelf
from mufakat.web.site import here

if TYPE_CHECKING:
    from pathlib import Path

    from mufakat.publication.release.dumps import Format

blueprint = Blueprint("dumps", __name__)

PLACE: Final = "mufakat.dumps"
SUM: Final = ".sha256"


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
    if request.if_none_match.contains_weak(_etag(current, name)):
        return _dress(Response(status=304), current, _etag(current, name))
    version, written = _written()
    found = written[bare]
    if name.endswith(SUM):
        text = f"{found.sha256}  {found.path.name}\n"
        response = Response(text, content_type="text/plain; charset=utf-8")
        return _dress(response, version, _etag(version, name))
    etag = _etag(version, name)
    if is_packed:
        return _dress(_send(found, "application/gzip", name, etag), version, etag)
    if not takes_gzip(request.headers.get("Accept-Encoding")):
        response = _send(found, fmt.media_type, name, etag)
    else:
        # As other answers are packed on their way, but that it was done before.
        etag += SUFFIX.strip('"')
        response = _send(written[bare + PACKED], fmt.media_type, name, etag)
        response.headers["Content-Encoding"] = GZIP
    return _dress(response, version, etag)


def _send(found: Dump, media_type: str, name: str, etag: str) -> Response:
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


def _etag(version: str, name: str) -> str:
    named = "\0".join(("dump", version, name, ox.__version__))
    return hashlib.blake2b(named.encode(), digest_size=16).hexdigest()


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
