"""The whole dataset as files: written once for a version, then sent from disk.

A dump has the same bytes wherever the same content is served, so its ETag is the version and the
sums beside it hold for every server of a release.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import threading
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request, send_file

from mufakat.engine.pool import bonds
from mufakat.errors import NotFound
from mufakat.publication.describe import read
from mufakat.publication.release.dumps import FORMATS, Dump, write_dumps
from mufakat.publication.release.release import NAME
from mufakat.web.descriptions import within
from mufakat.web.pages_common import page
from mufakat.web.site import here

if TYPE_CHECKING:
    from mufakat.publication.release.dumps import Format

blueprint = Blueprint("dumps", __name__)

PLACE: Final = "mufakat.dumps"
SUM: Final = ".sha256"
PACKED: Final = ".gz"
BLOCK: Final = 1 << 20
BY_ENDING: Final = {fmt.ending: fmt for fmt in FORMATS}


class Shelf:
    """The folder of the written files: the current version, and the one before it."""

    def __init__(self) -> None:
        self.version = ""
        self._before = ""
        self._folder: Path | None = None
        self._written: dict[str, Dump] = {}
        self._lock = threading.Lock()

    def dumps(self) -> tuple[str, dict[str, Dump]]:
        """Give the version and its files by name; write them if that was not done yet."""
        with self._lock:
            if self.version != here().engine.version:
                self._write()
            return self.version, dict(self._written)

    def _write(self) -> None:
        if self._folder is None:
            self._folder = Path(bonds.folder())  # removed by a later server if this one is killed
            # A web process ends without the interpreter's own exit handlers; these are run.
            Finalize(self, shutil.rmtree, (self._folder, True), exitpriority=1)
        version, quads = read(here().engine, within())
        made = write_dumps(here().publication, self._folder / version, NAME, quads=quads)
        self._written = {dump.path.name: dump for dump in made}
        if self._before and self._before != version:
            shutil.rmtree(self._folder / self._before, ignore_errors=True)
        # Somebody may be about to open a file of the version that was current until now.
        self._before, self.version = self.version, version

    def packed(self, dump: Dump) -> Dump:
        """Give the gzip variant of a dump; its bytes depend on the content alone too."""
        name = dump.path.name + PACKED
        with self._lock:
            known = self._written.get(name)
            if known is None or known.path.parent != dump.path.parent:
                path = dump.path.with_name(name)
                with (
                    dump.path.open("rb") as plain,
                    path.open("wb") as out,
                    gzip.GzipFile("", "wb", 6, out, mtime=0) as packing,
                ):
                    shutil.copyfileobj(plain, packing, BLOCK)
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                known = self._written[name] = Dump(path, dump.format, path.stat().st_size, digest)
            return known


@blueprint.record_once
def _install(state: Any) -> None:
    state.app.extensions[PLACE] = Shelf()


@blueprint.get("/dump/")
def listing() -> Response:
    """List the dumps with sizes and sums."""
    version, written = _shelf().dumps()
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
    if _etag(here().engine.version, name) in request.if_none_match:
        return _dress(Response(status=304), here().engine.version, name)
    version, written = _shelf().dumps()
    found = written[f"{NAME}.{fmt.ending}"]
    if is_packed:
        found = _shelf().packed(found)
    if name.endswith(SUM):
        text = f"{found.sha256}  {found.path.name}\n"
        return _dress(Response(text, content_type="text/plain; charset=utf-8"), version, name)
    response = send_file(
        found.path,
        mimetype="application/gzip" if is_packed else fmt.media_type,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=_etag(version, name),
        last_modified=None,
    )
    response.headers.remove("Last-Modified")
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(found.sha256)}:"
    return _dress(response, version, name)


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


def _dress(response: Response, version: str, name: str) -> Response:
    response.set_etag(_etag(version, name))
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Data-Version"] = version
    if licence := here().publication.config.licence:
        response.headers.add("Link", f'<{licence}>; rel="license"')
    return response


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions[PLACE]
    return shelf
