"""`mufakat reason`: prove that a publication is consistent and inside the OWL profiles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mufakat.cli.errors import DONE, FINDINGS
from mufakat.errors import BadSetting
from mufakat.publication import Publication
from mufakat.publication.reasoning import REASONERS, examine

if TYPE_CHECKING:
    from mufakat.publication.check.findings import Finding
    from mufakat.publication.reasoning import Outcome


@click.command(
    epilog="Examples: mufakat reason; mufakat reason --reasoner hermit my-treaties; "
    "mufakat reason --no-reasoner",
)
@click.argument("publication", required=False, type=click.Path(path_type=Path))
@click.option(
    "--reasoner",
    "reasoners",
    multiple=True,
    type=click.Choice(REASONERS),
    help="Which reasoner to run; give it twice for both, which is the default.",
)
@click.option("--no-reasoner", is_flag=True, help="Only the profile checks; needs no Java.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def command(
    *, publication: Path | None, reasoners: tuple[str, ...], no_reasoner: bool, quiet: bool
) -> None:
    """Prove consistency and the OWL profiles, and explain what contradicts.

    HermiT and Pellet read the ontology together with all facts; dates are handed to them as
    xsd:dateTime. Exits with 0 when all is well, with 1 when something is wrong, with 2 when it
    could not run. Java comes with the package; MUFAKAT_JAVA names another one.
    """
    if no_reasoner and reasoners:
        raise BadSetting(
            "--no-reasoner and --reasoner exclude each other.", mend="Leave one of them out."
        )
    opened = Publication.open(publication)
    chosen = () if no_reasoner else tuple(dict.fromkeys(reasoners)) or REASONERS
    outcome = _examine(opened, chosen, quiet=quiet)
    for finding in outcome.findings:
        click.echo(_text(finding))
    click.echo(_summary(outcome))
    sys.exit(FINDINGS if outcome.findings else DONE)


def _examine(publication: Publication, reasoners: tuple[str, ...], *, quiet: bool) -> Outcome:
    if quiet:
        return examine(publication, reasoners)
    from rich.console import Console  # noqa: PLC0415 - quiet runs need no terminal

    console = Console(stderr=True)
    with console.status("starting") as status:

        def tell(step: str) -> None:
            status.update(step)
            if not console.is_terminal:
                console.print(step, highlight=False)

        return examine(publication, reasoners, tell)


def _text(finding: Finding) -> str:
    place = f"{finding.place} " if finding.place else ""
    return f"{finding.id} {place}{finding.message}\n  mend: {finding.mend}"


def _summary(outcome: Outcome) -> str:
    lines = [
        f"{verdict.title}: {_verdict(verdict.consistent, len(verdict.unsatisfiable))} "
        f"({verdict.seconds:.1f} s)"
        for verdict in outcome.verdicts
    ]
    profiles = any(f.message.startswith("OWL 2") for f in outcome.findings)
    lines.append(
        "Profiles: outside OWL 2 DL or RL, see above"
        if profiles
        else "Profiles: OWL 2 DL, class part OWL 2 RL"
    )
    lines.append(
        f"{outcome.axioms} axiom triples, {outcome.facts} facts, {len(outcome.findings)} findings, "
        f"{outcome.seconds:.1f} s"
    )
    return "\n".join(lines)


def _verdict(consistent: bool, empty: int) -> str:
    if not consistent:
        return "inconsistent"
    return "consistent" if not empty else f"consistent, {empty} classes without possible members"
