"""T01-T12: labels, definitions and names of the publication's own terms."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.namespaces import OWL, RDFS, SKOS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.check.findings import Finding

LABEL: Final = RDFS + "label"
DEFINITION: Final = SKOS + "definition"
PLACEHOLDER: Final = re.compile(
    r"\b(todo|tbd|tba|fixme|xxx|lorem ipsum|to be (defined|done))\b", re.I
)


def described(context: Context) -> Iterator[Finding]:
    """T01-T04: each term is labelled, defined, at home somewhere, and classes have an example."""
    for term in context.own_terms():
        if not context.wanted(context.where(context.ontology, term)):
            continue
        languages = [label.language for label in context.ontology.literals(term, LABEL)]
        if "en" not in languages:
            yield context.finding(
                "T01",
                term,
                "The term has no English label.",
                "Add rdfs:label with @en.",
                path=LABEL,
            )
        for language in sorted({str(item) for item in languages if languages.count(item) > 1}):
            yield context.finding(
                "T01",
                term,
                f"The term has several labels in the language {language}.",
                "Keep one as rdfs:label and make the others skos:altLabel.",
                path=LABEL,
            )
        english = [d for d in context.ontology.literals(term, DEFINITION) if d.language == "en"]
        if len(english) != 1:
            yield context.finding(
                "T02",
                term,
                f"The term has {len(english) or 'no'} English definitions.",
                "Give it exactly one skos:definition with @en.",
                path=DEFINITION,
            )
        if not context.ontology.nodes(term, RDFS + "isDefinedBy"):
            yield context.finding(
                "T03",
                term,
                "The term does not say which ontology defines it.",
                "Add rdfs:isDefinedBy with the IRI of its module.",
            )
        is_class = OWL + "Class" in context.ontology.nodes(term, TYPE)
        if is_class and not context.ontology.of(term).get(SKOS + "example"):
            yield context.finding(
                "T04", term, "The class has no example.", "Add skos:example with a case in point."
            )


def distinct(context: Context) -> Iterator[Finding]:
    """T05-T06: no two terms share a label or a definition."""
    for check, predicate, what in (("T05", LABEL, "label"), ("T06", DEFINITION, "definition")):
        seen: dict[tuple[str, str | None], list[ox.NamedNode]] = defaultdict(list)
        for term in context.own_terms():
            for text in context.ontology.literals(term, predicate):
                seen[text.value, text.language].append(term)
        for (text_value, _), terms in seen.items():
            for term in terms[1:]:
                if context.wanted(context.where(context.ontology, term)):
                    yield context.finding(
                        check,
                        term,
                        f"{context.short(terms[0].value)} has the {what} {text_value!r} too.",
                        f"Say in the {what} what tells the two apart.",
                        path=predicate,
                    )


def wording(context: Context) -> Iterator[Finding]:
    """T07-T10: definitions are full sentences that do not turn in a circle; labels are tidy."""
    for term in context.own_terms():
        if not context.wanted(context.where(context.ontology, term)):
            continue
        labels = [text.value for text in context.ontology.literals(term, LABEL)]
        for text in context.ontology.literals(term, DEFINITION):
            yield from _definition(context, term, text.value, labels)
        for label in labels:
            if label != label.strip() or "  " in label:
                yield context.finding(
                    "T09",
                    term,
                    f"The label {label!r} has blanks at its ends or doubled.",
                    "Take the superfluous blanks out.",
                    path=LABEL,
                )
            if re.search(r"[\n\r\t]", label):
                yield context.finding(
                    "T10",
                    term,
                    f"The label {label!r} has a line break or a tab.",
                    "Write it on one line.",
                    path=LABEL,
                )


def _definition(
    context: Context, term: ox.NamedNode, text: str, labels: list[str]
) -> Iterator[Finding]:
    for label in labels:
        genus = rf"(an?|the)?\s*{re.escape(label)}\b"
        if re.match(genus, text, re.IGNORECASE):
            yield context.finding(
                "T07",
                term,
                f"The definition explains {label!r} by itself.",
                "Begin with the kind of thing it is, then say what sets it apart.",
                path=DEFINITION,
            )
    if not text[:1].isupper() or not text.endswith(".") or PLACEHOLDER.search(text):
        yield context.finding(
            "T08",
            term,
            "The definition is not a finished sentence.",
            "Begin with a capital, end with a full stop, leave no placeholder.",
            path=DEFINITION,
        )


def names(context: Context) -> Iterator[Finding]:
    """T11: the name of a term shows what it is."""
    for term in context.own_terms():
        if not context.wanted(context.where(context.ontology, term)):
            continue
        name = term.value.removeprefix(context.terms)
        is_class = OWL + "Class" in context.ontology.nodes(term, TYPE)
        pattern = r"[A-Z][A-Za-z0-9]*" if is_class else r"[a-z][A-Za-z0-9]*"
        if not re.fullmatch(pattern, name) or len(name) > 255:
            yield context.finding(
                "T11",
                term,
                f"The name {name} is not {'UpperCamelCase' if is_class else 'lowerCamelCase'}.",
                "Rename it, and leave the old name deprecated with its replacement.",
            )


def used(context: Context) -> Iterator[Finding]:
    """T12: a term that no fact, query or test uses is a promise nobody keeps."""
    tests = context.publication.folder / "tests"
    if not tests.is_dir():
        return  # a publication without its tests does not show which terms they use
    mentioned: set[str] = set()
    for facts in context.data.facts.values():
        mentioned.update(facts)
        for values in facts.values():
            mentioned.update(term.value for term in values if not isinstance(term, ox.Triple))
    files = [file.path for file in context.publication.files("queries")]
    files += sorted((*tests.rglob("*.py"), *tests.rglob("*.ttl")))
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    prefix = next((p for p, iri in context.config.prefixes.items() if iri == context.terms), "")
    mentioned.update(context.terms + name for name in re.findall(rf"\b{prefix}:(\w+)", text))
    mentioned.update(context.terms + name for name in re.findall(r"\bMFK\.(\w+)", text))
    for term in context.own_terms():
        if term.value not in mentioned and context.wanted(context.where(context.ontology, term)):
            yield context.finding(
                "T12",
                term,
                "Nothing uses the term.",
                "State a fact with it, ask for it in a query, or take it out.",
            )
