"""Builds a release folder: dumps, checksums, VoID and DCAT, mappings, and the sources."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

import mufakat
from mufakat.errors import Refused
from mufakat.publication.config import FILE_NAME
from mufakat.publication.format import serialise
from mufakat.publication.publication import PLACES, checksum
from mufakat.publication.release.dumps import FORMATS, write_dumps
from mufakat.publication.release.lines import canonical
from mufakat.publication.release.sssom import sssom
from mufakat.publication.release.void import describe, measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mufakat.publication.publication import Publication

MANIFEST: Final = "release.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Release:
    """What was written, and the names of its content."""

    folder: Path
    version: str
    canonical: str
    triples: int
    files: tuple[Path, ...]


def build(
    publication: Publication,
    folder: Path,
    *,
    at: str = "",
    tell: Callable[[str, int, int], None] = lambda _title, _number, _total: None,
) -> Release:
    """Write a release into an empty folder, or over an earlier release; raises Refused."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise Refused(
            f"{folder} holds something that is no release.",
            mend="Name a folder that is empty or does not exist.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    total = 4 + len(FORMATS)
    tell("canonical form", 1, total)
    lines = canonical(publication, folder)
    told = iter(range(2, total))
    dumps = write_dumps(
        lines,
        folder / "dump",
        prefixes=publication.config.prefixes,
        tell=lambda title: tell(title, next(told, total), total),
    )
    tell("descriptions", total - 2, total)
    whole = dumps[0]  # canonical N-Quads, from which the others were written
    quads = ox.parse(path=whole.path, format=whole.format.rdf)
    statistics = measure(quads, publication.config.base_iri, folder)
    about = describe(publication, statistics, dumps=dumps, at=at, canonical=whole.sha256)
    (folder / "void.ttl").write_text(serialise(about, publication.config), encoding="utf-8")
    tell("mappings", total - 1, total)
    (folder / "mappings.sssom.tsv").write_text(sssom(publication), encoding="utf-8")
    tell("sources and checksums", total, total)
    _sources(publication, folder / "publication")
    manifest = {
        "title": publication.config.title,
        "version": publication.version,
        "edition": publication.edition,
        "rdfc10_sha256": whole.sha256,
        "triples": statistics.triples,
        "licence": publication.config.licence,
        "program": f"mufakat {mufakat.__version__}",
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    files = _sums(folder)
    return Release(folder, publication.version, whole.sha256, statistics.triples, files)


def _sources(publication: Publication, target: Path) -> None:
    """Copy the publication itself, so that a release can be served and checked as it is."""
    if target.exists():
        shutil.rmtree(target)
    for place, _ in PLACES.values():
        source = publication.folder / place
        if source.is_dir():
            shutil.copytree(source, target / place, ignore=shutil.ignore_patterns(".*"))
    configuration = publication.folder / FILE_NAME
    if configuration.is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(configuration, target / FILE_NAME)


def _sums(folder: Path) -> tuple[Path, ...]:
    """Write checksums in the form that `sha256sum --check` reads."""
    files = tuple(
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != SUMS
    )
    lines = [f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return files
