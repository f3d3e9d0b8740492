"""The catalogue of checks: what each id promises and whether breaking it stops a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mufakat.publication.check.findings import Severity

CATALOGUE: Final[dict[str, tuple[Severity, str]]] = {
    "H01": ("E", "An ontology has a title."),
    "H02": ("E", "An ontology has a description."),
    "H03": ("E", "An ontology has an abstract."),
    "H04": ("E", "An ontology names its creator."),
    "H05": ("E", "An ontology has a licence, given as an IRI."),
    "H06": ("E", "An ontology has a version IRI that differs from its own IRI."),
    "H07": ("E", "An ontology has a version number."),
    "H08": ("E", "From its second release on, an ontology names the prior version."),
    "H09": ("E", "An ontology says when it was created."),
    "H10": ("E", "An ontology says when it was issued."),
    "H11": ("E", "An ontology gives its preferred prefix and namespace."),
    "H12": ("E", "An ontology says how to cite it."),
    "H13": ("E", "An ontology's IRI lies under the base, has no ending and fits its file."),
    "T01": ("E", "A term of ours has exactly one label per language, English among them."),
    "T02": ("E", "A term of ours has exactly one English definition."),
    "T03": ("E", "A term of ours names the ontology that defines it."),
    "T04": ("W", "A class has an example."),
    "T05": ("E", "No two terms share a label."),
    "T06": ("E", "No two terms share a definition."),
    "T07": ("E", "A definition does not explain a term by its own label."),
    "T08": ("E", "A definition is a full sentence and no placeholder."),
    "T09": ("E", "A label has no leading, trailing or double blanks."),
    "T10": ("E", "A label has no line breaks or tabs."),
    "T11": ("E", "Classes are named UpperCamelCase, properties lowerCamelCase."),
    "T12": ("E", "Every term is used by a fact, a query or a test."),
    "L01": ("E", "Every term that is used is declared, with one kind."),
    "L02": ("E", "Nothing is defined in a namespace of others."),
    "L03": (
        "E",
        "No circles of subclasses or subproperties, no self-inverse, no bare equivalence.",
    ),
    "L04": ("E", "A property and its superproperty are of one kind."),
    "L05": ("E", "A property has at most one domain and one range."),
    "L06": ("E", "Sibling top classes are disjoint."),
    "L07": ("E", "The ontology is consistent, within OWL 2 DL, and no class is unsatisfiable."),
    "L08": ("E", "No xsd:date, xsd:gYear or rdf:langString as a range."),
    "S01": ("E", "Every concrete class has a shape; every constraint has message and severity."),
    "S03": ("E", "Every predicate of the data is mentioned by a shape."),
    "D01": ("E", "Every fact has a citation with a source and a locator."),
    "D02": ("E", "Every node of ours that is used has a type and a label."),
    "D03": ("E", "No blank nodes in the data."),
    "D04": ("E", "Dates are dates, have a precision and stand in a possible order."),
    "D05": ("W", "Language tags are those of the publication."),
    "D06": ("E", "Links out follow the publisher's pattern; owl:sameAs only in mapping files."),
    "D07": ("E", "Files are Turtle, read alike by two parsers, and in the house form."),
    "D08": ("E", "Supertypes and superproperties are stated."),
    "D09": ("E", "A retired name is not used."),
    "D10": ("W", "No two nodes say exactly the same."),
    "D11": ("E", "The data fits the shapes."),
    "D12": ("E", "Object properties have nodes as values, datatype properties literals."),
    "Q01": ("E", "Every saved query has a complete header."),
    "Q02": ("E", "Every saved query has an expected result, every question a query."),
    "Q03": ("E", "Every saved query gives the same rows in two engines."),
    "R01": ("E", "A deprecated term is replaced and not used."),
}


def severity(check: str) -> Severity:
    """Tell whether a finding of this check stops a release."""
    return CATALOGUE[check][0]
