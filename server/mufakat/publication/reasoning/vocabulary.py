"""The vocabulary of OWL 2 that axioms are made of, and its datatype map.

The mapping to triples: https://www.w3.org/TR/owl2-mapping-to-rdf/
The datatype map: https://www.w3.org/TR/owl2-syntax/#Datatype_Maps
"""

from __future__ import annotations

from typing import Final

from mufakat.namespaces import OWL, RDF, RDFS, XSD

NIL: Final = RDF + "nil"
KINDS: Final = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "datatype property",
    OWL + "AnnotationProperty": "annotation property",
    RDFS + "Datatype": "datatype",
    OWL + "NamedIndividual": "individual",
}
TRAITS: Final = frozenset(
    OWL + name
    for name in (
        "FunctionalProperty",
        "InverseFunctionalProperty",
        "TransitiveProperty",
        "SymmetricProperty",
        "AsymmetricProperty",
        "ReflexiveProperty",
        "IrreflexiveProperty",
    )
)
COUNTING: Final = (
    "cardinality",
    "minCardinality",
    "maxCardinality",
    "qualifiedCardinality",
    "minQualifiedCardinality",
    "maxQualifiedCardinality",
)
"""Restrictions on how many values there are, without their namespace."""
STRUCTURE: Final = frozenset(
    (
        *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(
            OWL + name
            for name in [
                "equivalentClass",
                "disjointWith",
                "disjointUnionOf",
                "complementOf",
                "intersectionOf",
                "unionOf",
                "oneOf",
                "onProperty",
                "someValuesFrom",
                "allValuesFrom",
                "hasValue",
                "hasSelf",
                *COUNTING,
                "onClass",
                "onDataRange",
                "members",
                "distinctMembers",
                "inverseOf",
                "equivalentProperty",
                "propertyDisjointWith",
                "propertyChainAxiom",
                "hasKey",
                "onDatatype",
                "withRestrictions",
            ]
        ),
        RDF + "first",
        RDF + "rest",
    )
)
"""Predicates that make axioms, beside the types."""


MAP: Final = frozenset(
    (
        OWL + "real",
        OWL + "rational",
        RDF + "PlainLiteral",
        RDF + "langString",
        RDF + "XMLLiteral",
        RDFS + "Literal",
        *(
            XSD + name
            for name in [
                "string",
                "normalizedString",
                "token",
                "language",
                "Name",
                "NCName",
                "NMTOKEN",
                "boolean",
                "decimal",
                "integer",
                "nonNegativeInteger",
                "nonPositiveInteger",
                "positiveInteger",
                "negativeInteger",
                "long",
                "int",
                "short",
                "byte",
                "unsignedLong",
                "unsignedInt",
                "unsignedShort",
                "unsignedByte",
                "double",
                "float",
                "hexBinary",
                "base64Binary",
                "anyURI",
                "dateTime",
                "dateTimeStamp",
            ]
        ),
    )
)
"""The datatype map of OWL 2. rdf:langString is how RDF 1.1 writes the tagged rdf:PlainLiteral."""
