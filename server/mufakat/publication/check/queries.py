"""Q01-Q02 and L01 on queries: complete headers, known terms, an expected result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mufakat.engine.lexer import tokens
from mufakat.errors import BrokenFile
from mufakat.namespaces import OWL
from mufakat.publication import saved_lexer
from mufakat.publication.check.catalogue import severity
from mufakat.publication.check.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mufakat.publication.check.context import Context
    from mufakat.publication.publication import SourceFile
    from mufakat.publication.saved import SavedQuery

GOLDEN: Final = "tests/queries/golden"


def headers(context: Context) -> Iterator[Finding]:
    """Q01: each saved query can be read under a name of its own; Q02: it has an expected result."""
    seen: dict[str, SourceFile] = {}
    for file in context.publication.files("queries"):
        first = seen.setdefault(file.path.stem, file)
        if not context.wanted(file):
            continue
        if first is not file:
            yield _finding(
                context,
                "Q01",
                file,
                None,
                f"The name {file.path.stem} is also that of {context.show(first)}.",
                "Rename one; addresses are made from the name alone.",
            )
        query = context.saved[file.name]
        if isinstance(query, BrokenFile):
            line = query.where.line if query.where else None
            mend = query.mend or "Complete the header."
            yield _finding(context, "Q01", file, line, _sentence(query.detail), _sentence(mend))
            continue
        yield from _terms(context, file, query)
        yield from _expected(context, file, query)


def _terms(context: Context, file: SourceFile, query: SavedQuery) -> Iterator[Finding]:
    known = {term.value.removeprefix(context.terms) for term in context.own_terms()}
    for name, number in _asked_with(query.text, context.terms):
        if name not in known:
            yield _finding(
                context,
                "L01",
                file,
                number,
                f"The term {context.short(context.terms + name)} is not declared in the ontology.",
                "Correct the spelling, or declare the term in ontology/.",
            )


def _expected(context: Context, file: SourceFile, query: SavedQuery) -> Iterator[Finding]:
    folder = context.publication.folder / GOLDEN
    if query.example.golden:
        if folder.is_dir() and not (folder / query.example.golden).is_file():
            yield _finding(
                context,
                "Q02",
                file,
                None,
                f"The expected result {GOLDEN}/{query.example.golden} is not there.",
                "Write it from the sources.",
            )
    elif query.example.rows is None:
        yield _finding(
            context,
            "Q02",
            file,
            None,
            "The example does not say what must come out.",
            "Give it a golden file or a number of rows.",
        )


def questions(context: Context) -> Iterator[Finding]:
    """Q01, Q02: the front page names known queries; competency questions have an answer."""
    if context.only is None:
        for slug in context.config.front_page.get("questions", ()):
            if slug not in {name.rpartition("/")[2] for name in context.saved}:
                yield Finding(
                    "Q01",
                    severity("Q01"),
                    "mufakat.toml",
                    None,
                    None,
                    str(slug),
                    f"The front page puts forward {slug}, and no saved query has this name.",
                    "Correct the name under [front_page], or write the query.",
                )
    wanted = context.config.check.get("questions", {}) if context.only is None else {}
    answered = {
        answer
        for query in context.saved.values()
        if not isinstance(query, BrokenFile)
        for answer in query.answers
    }
    for name in sorted(set(wanted) - answered):
        yield Finding(
            "Q02",
            severity("Q02"),
            "mufakat.toml",
            None,
            None,
            name,
            f"No saved query answers {name}: {wanted[name]}",
            "Write one, and name the question under answers in its header.",
        )


def deprecated(context: Context) -> Iterator[Finding]:
    """R01: no saved query asks with a deprecated term."""
    gone = {
        node.value.removeprefix(context.terms)
        for node in context.own_terms()
        if any(v.value == "true" for v in context.ontology.literals(node, OWL + "deprecated"))
    }
    for file in context.publication.files("queries"):
        if gone and context.wanted(file):
            text = file.path.read_text(encoding="utf-8", errors="replace")
            for name, number in _asked_with(text, context.terms):
                if name in gone:
                    yield _finding(
                        context,
                        "R01",
                        file,
                        number,
                        f"The query asks with the deprecated term {name}.",
                        "Ask with what replaces it.",
                    )


def _asked_with(text: str, namespace: str) -> Iterator[tuple[str, int]]:
    """Give the terms of a namespace that a query names, in full or by prefix, and their lines."""
    prefixes = saved_lexer.prefixes(text)
    for token in tokens(text):
        iri = token.text[1:-1] if token.kind == "iri" else ""
        if token.kind == "word":
            prefix, _, name = token.text.rstrip(".+-").partition(":")
            iri = prefixes.get(prefix, "") + name
        if iri.startswith(namespace) and iri != namespace:
            yield iri.removeprefix(namespace), text.count("\n", 0, token.start) + 1


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "…")) else ".")


def _finding(  # noqa: PLR0913, PLR0917 - a finding has that many sides
    context: Context, check: str, file: SourceFile, line: int | None, message: str, mend: str
) -> Finding:
    return Finding(
        check, severity(check), context.show(file), line, None, file.path.stem, message, mend
    )
