"""What this validator does not do, and says so instead of passing over it.

Targets by query, rules, functions and expressions (https://www.w3.org/TR/shacl-af/), JavaScript
(https://www.w3.org/TR/shacl-js/) and entailment (https://www.w3.org/TR/shacl/#shacl-rdfs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import SH, TYPE
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from mufakat.publication.graph import Graph, Term

ADVANCED: Final = "https://www.w3.org/TR/shacl-af/"
SCRIPTS: Final = "https://www.w3.org/TR/shacl-js/"
PREDICATES: Final = {
    SH + "target": ("a target of its own making", "Use sh:targetClass or sh:targetNode.", ADVANCED),
    SH + "rule": ("a rule", "State what it would infer in the data.", ADVANCED),
    SH + "values": ("a rule for values", "State what it would infer in the data.", ADVANCED),
    SH + "expression": ("an expression", "Say it with sh:sparql.", ADVANCED),
    SH + "js": ("JavaScript", "Say it with sh:sparql.", SCRIPTS),
    SH + "entailment": (
        "an entailment regime",
        "State in the data what is to be seen, and leave sh:entailment out.",
        "https://www.w3.org/TR/shacl/#shacl-rdfs",
    ),
}
TYPES: Final[dict[Term, tuple[str, str, str]]] = {
    ox.NamedNode(SH + name): ("a function", "Write its expression where it is used.", clause)
    for name, clause in (("SPARQLFunction", ADVANCED), ("JSFunction", SCRIPTS))
}


def refuse(shapes: Graph) -> None:
    """Raise ShapeError, with file and node, if the shapes graph asks for what is not done."""
    for node, facts in shapes.facts.items():
        told = next((PREDICATES[name] for name in facts if name in PREDICATES), None)
        if told is None and TYPE in facts:
            told = next((TYPES[cls] for cls in facts[TYPE] if cls in TYPES), None)
        if told is not None:
            what, mend, clause = told
            raise ShapeError(
                f"It asks for {what}, which is not supported.", mend=mend, clause=clause
            ).at(shapes, node)
