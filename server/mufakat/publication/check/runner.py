"""Runs the checks in order, remembers what passed, and makes one report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from mufakat.errors import NotFound
from mufakat.publication.check import (
    data,
    dates,
    files,
    headers,
    queries,
    retired,
    shapes,
    stated,
    structure,
    terms,
)
from mufakat.publication.check import engines as second
from mufakat.publication.check.cache import Cache, default_folder
from mufakat.publication.check.context import Context
from mufakat.publication.check.findings import Finding, Report, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from mufakat.publication.publication import Publication, SourceFile

    Check = Callable[[Context], Iterable[Finding]]
    Progress = Callable[[str, int, int], None]

CHECKS: Final[tuple[tuple[str, str, Check], ...]] = (
    ("H01-H13", "heads of the ontologies", headers.headers),
    ("T01-T04", "labels, definitions, examples", terms.described),
    ("T05-T06", "labels and definitions told apart", terms.distinct),
    ("T07-T10", "wording of labels and definitions", terms.wording),
    ("T11", "names of terms", terms.names),
    ("T12", "terms in use", terms.used),
    ("L01", "terms declared", structure.declared),
    ("L02", "terms of others", structure.foreign),
    ("L03", "circles and equivalences", structure.circles),
    ("L04-L05, L08", "kinds, domains and ranges", structure.properties),
    ("L06", "disjoint top classes", structure.disjoint),
    ("S01", "shapes complete", shapes.complete),
    ("S03", "predicates mentioned by shapes", shapes.mentioned),
    ("D01", "evidence", data.cited),
    ("D02", "types and labels", data.described),
    ("D03", "blank nodes", files.blank_nodes),
    ("D04", "dates", dates.calendar),
    ("D04", "order of dates", dates.order),
    ("D05", "languages", data.languages),
    ("D06", "links out", data.outward),
    ("D08", "supertypes stated", stated.stated),
    ("D09, R01", "retired names", retired.retired),
    ("D10", "nodes that say the same", retired.twins),
    ("D12", "nodes and literals", data.kinds),
    ("D11", "data against shapes", shapes.fits),
    ("Q01-Q02, L01", "saved queries", queries.headers),
    ("Q02", "competency questions", queries.questions),
    ("R01", "deprecated terms in queries", queries.deprecated),
)


def run(  # noqa: PLR0913 - one argument per option
    publication: Publication,
    *,
    paths: Sequence[Path] = (),
    changed: bool = False,
    reason: bool = False,
    engines: bool = False,
    cached: bool = True,
    cache_folder: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check a publication, or only the files at `paths`, or those not known to be right.

    Checks of the graph look at all of it in any case; with `paths` or `changed` only what concerns
    those files is reported. `reason` runs the reasoners besides and `engines` asks every saved
    query of a second engine; `cached` lets what passed before pass unseen. `progress` is told the
    title, number and total of each step.
    """
    if not publication.files():
        raise NotFound(
            f"There is nothing to check in {publication.folder}.",
            mend="Name the folder of a publication, with ontology/, data/ttl/ or queries/.",
        )
    folder = (cache_folder or default_folder()) if cached else None
    cache = Cache(folder, str(publication.folder))
    chosen = _chosen(publication, paths)
    if changed:
        chosen = _changed(publication, cache)
    context = Context(publication, chosen)
    tell = progress or (lambda _title, _number, _total: None)
    total = len(CHECKS) + 2 + reason + engines
    steps: list[Step] = []
    findings: list[Finding] = []

    def step(ids: str, title: str, found: Iterable[Finding]) -> None:
        start = time.perf_counter()
        tell(title, len(steps) + 1, total)
        batch = list(found)
        findings.extend(batch)
        steps.append(Step((ids,), title, time.perf_counter() - start, len(batch)))

    def loaded() -> Iterator[Finding]:
        context.load()
        yield from files.broken(context)

    step("D07", "reading the files", loaded())
    if context.broken:
        context.notes.append(
            "Files that are not Turtle keep the graph from being checked; mend them first."
        )
    else:
        step("D07", "second opinion and house form", files.same_in_both(context, cache))
        for ids, title, check in CHECKS:
            step(ids, title, check(context))
        if engines:
            step("Q03", "saved queries in two engines", second.agree(context, cache))
        if reason:
            step("L07", "reasoning", _reasoned(context, cache))
        data.coverage(context)
    settled = _settle(findings)
    if chosen is None and not context.broken:
        spoilt = {finding.file for finding in settled}
        for file in publication.files():
            # what has findings counts as changed until it is mended
            if context.show(file) not in spoilt:
                cache.learn("seen", file.name, file.sha256)
    cache.save()
    return Report(
        findings=settled,
        steps=tuple(steps),
        files=len(chosen) if chosen is not None else len(publication.files()),
        version=publication.version,
        notes=tuple(context.notes),
    )


def _reasoned(context: Context, cache: Cache) -> Iterator[Finding]:
    """L07: what the reasoners find, unless they found nothing in the same content before."""
    # the reasoners' room imports this one
    from mufakat.publication.reasoning import reason as judge  # noqa: PLC0415

    version = context.publication.version
    if cache.knows("L07", version):
        context.notes.append(
            "The reasoners passed this very content before; --no-cache asks again."
        )
        return
    found = judge(context.publication, context=context)
    if not found:
        cache.learn("L07", version)
    yield from found


def _chosen(publication: Publication, paths: Sequence[Path]) -> frozenset[str] | None:
    """Find the files of the publication that paths name; a folder names what lies below it."""
    if not paths:
        return None
    names: set[str] = set()
    for path in paths:
        resolved = path.resolve()
        matching = [
            file.name
            for file in publication.files()
            if file.path == resolved or file.path.is_relative_to(resolved)
        ]
        if not matching:
            raise NotFound(
                f"{path} is no file of the publication at {publication.folder}.",
                mend="Name a .ttl file of ontology/, shapes/ or data/ttl/, or a .rq of queries/.",
            )
        names.update(matching)
    return frozenset(names)


def _changed(publication: Publication, cache: Cache) -> frozenset[str] | None:
    """Find the files whose content differs from the last complete run; all, without one."""
    files: list[SourceFile] = publication.files()
    if not any(cache.get("seen", file.name) for file in files):
        return None
    return frozenset(file.name for file in files if cache.get("seen", file.name) != file.sha256)


def _settle(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort, and tell each mistake once: what a named check says of a value, a shape need not."""
    kept: dict[tuple[str, str, str], Finding] = {}
    told: set[tuple[str, str]] = set()
    nodes: set[tuple[str, str]] = set()
    for finding in findings:
        own = (finding.node, finding.path)
        same_check = (finding.id, finding.node)
        if finding.node and finding.id == "D11" and finding.path and own in told:
            continue
        if not finding.path and same_check in nodes and finding.id == "D04":
            continue
        key = (finding.id, finding.node, f"{finding.path} {finding.value} {finding.message}")
        if finding.id in ("D01", "D02", "D04", "D08") and finding.node:
            key = (finding.id, finding.node, f"{finding.path} {finding.value}")
        if key in kept:
            continue
        kept[key] = finding
        told.add(own)
        nodes.add(same_check)
    return tuple(
        sorted(kept.values(), key=lambda one: (one.file, one.line or 0, one.id, one.message))
    )
