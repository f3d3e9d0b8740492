"""What a node of the shapes graph says for a query: its texts, messages and prefixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.namespaces import OWL, SH
from mufakat.publication.shacl.shapes import ShapeError

if TYPE_CHECKING:
    from mufakat.publication.graph import Graph, Term


def texts(shapes: Graph, node: Term, name: str) -> list[str]:
    """Give the texts a node has for a property of SHACL."""
    return [term.value for term in shapes.values(node, SH + name) if isinstance(term, ox.Literal)]


def messages(shapes: Graph, node: Term) -> tuple[ox.Literal, ...]:
    """Give the messages of a node."""
    found = shapes.values(node, SH + "message")
    return tuple(term for term in found if isinstance(term, ox.Literal))


def prefixes(shapes: Graph, node: Term) -> str:
    """Write the PREFIX lines for sh:prefixes of a node, owl:imports followed.

    https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    found: dict[str, str] = {}
    owners = list(shapes.values(node, SH + "prefixes"))
    for owner in owners:
        owners += [one for one in shapes.values(owner, OWL + "imports") if one not in owners]
        for declaration in shapes.values(owner, SH + "declare"):
            for prefix in texts(shapes, declaration, "prefix"):
                for namespace in texts(shapes, declaration, "namespace"):
                    if found.setdefault(prefix, namespace) != namespace:
                        raise ShapeError(
                            f"The prefix {prefix}: is declared for two namespaces.",
                            mend="Keep one sh:declare of it.",
                            clause="https://www.w3.org/TR/shacl/#sparql-prefixes",
                        )
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(found.items()))
