"""Names of things: labels, and words made of IRIs where a label is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from mufakat.namespaces import DCTERMS, OWL, RDF, RDFS, SCHEMA, SKOS

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN: Final = {
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "owl": OWL,
    "qb": "http://purl.org/linked-data/cube#",
    "schema": SCHEMA,
    "prov": "http://www.w3.org/ns/prov#",
    "eli": "http://data.europa.eu/eli/ontology#",
}
SAFE: Final = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Named:
    """What a page needs to know of a thing to mention it."""

    text: str
    short: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the publication's own IRIs lie, and the names that have been looked up."""

    base: str
    terms: str
    """Namespace of the publication's own terms, with its hash."""
    names: Mapping[str, Named]
    root: str = ""
    """What stands before every path when the application is mounted below a prefix."""

    def text(self, iri: str) -> str:
        """Give the label of an IRI, or words made of its last part."""
        named = self.names.get(iri)
        return named.text if named and named.text else words(tail(iri))

    def short(self, iri: str) -> str:
        """Give the short title of an IRI where it has one, else its label."""
        named = self.names.get(iri)
        return named.short if named and named.short else self.text(iri)

    def rank(self, iri: str) -> int | None:
        """Give the place of a concept on its ordered scale, if it has one."""
        named = self.names.get(iri)
        return named.rank if named else None

    def key(self, iri: str) -> str:
        """Give the local name of an own term, `prefix:name` of a known one, else the IRI."""
        if iri.startswith(self.terms):
            return iri.removeprefix(self.terms)
        for prefix, namespace in KNOWN.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def href(self, iri: str) -> str | None:
        """Give the address of the page about an IRI of the publication, or None if it has none."""
        if not iri.startswith(self.base):
            return None
        path = iri.removeprefix(self.base)
        if path.startswith("graph/"):
            return None
        if path.startswith("id/"):
            path = "page/" + path.removeprefix("id/")
        path, hash_, fragment = path.partition("#")
        return f"{self.root}/{quote(path, safe=SAFE)}" + (
            hash_ + quote(fragment, safe=SAFE) if hash_ else ""
        )

    def concept(self, iri: str, scheme: str) -> str | None:
        """Give the slug of a concept if it belongs to the scheme of that name."""
        start = f"{self.base}scheme/{scheme}/"
        return iri.removeprefix(start) if iri.startswith(start) else None


def tail(iri: str) -> str:
    """Give the last telling part of an IRI."""
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]) or iri


def words(name: str) -> str:
    """Turn a name of code into words: `adoptedOn`, `un_tip-2000` -> `Adopted on`, `Un tip 2000`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    spaced = re.sub(r"[_-]+", " ", spaced).strip()
    if not spaced:
        return name
    lowered = [
        word if word.isupper() and len(word) > 1 else word.lower() for word in spaced.split()
    ]
    text = " ".join(lowered)
    return text[0].upper() + text[1:]
