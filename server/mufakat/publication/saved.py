"""Saved queries: a question in words, a SPARQL text that runs as it stands, typed parameters.

A parameter is a variable with a data block, ``VALUES ?state { <…/tha> }``. Binding replaces the
terms of every data block of that variable by serialised RDF terms, never by pasted text, so a
value cannot change what is asked; ``UNDEF`` stands for any.
https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mufakat.engine.lexer import tokens
from mufakat.errors import BadParameter, BrokenFile, Where
from mufakat.publication import saved_header, saved_lexer, saved_parts, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mufakat.engine.lexer import Token
    from mufakat.publication.saved_header import Header
    from mufakat.publication.saved_parameters import Parameter
    from mufakat.publication.saved_parts import Column, Example, Reproduces

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One saved query; `text` is the whole file, `query` the SPARQL without its header."""

    slug: str
    theme: str
    title: str
    question: str
    summary: str
    note: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tags: tuple[str, ...]
    view: str
    view_columns: Mapping[str, str]
    answers: tuple[str, ...]
    reproduces: Reproduces | None
    example: Example
    text: str
    query: str
    form: str

    @classmethod
    def read(cls, path: Path) -> SavedQuery:
        """Read a ``.rq`` file; its name is the slug and its folder the theme.

        Raises `BrokenFile` with line and mend.
        """
        return cls.parse(texts.read(path), path.stem, path.parent.name, str(path))

    @classmethod
    def parse(cls, text: str, slug: str, theme: str = "", file: str = "") -> SavedQuery:
        """Make sense of a file's text; raises `BrokenFile` with line and mend."""
        header = saved_header.read(text, file or slug + ".rq")
        _, query, before = saved_header.split(text)
        header.only(saved_parts.KEYS)
        if not _SLUG.fullmatch(slug):
            raise header.broken(
                f"The file name {slug!r} is no slug", "use lower-case words joined by hyphens"
            )
        view, view_columns = saved_parts.view(header)
        saved = cls(
            slug=slug,
            theme=theme,
            title=header.text("title"),
            question=header.text("question"),
            summary=header.text("summary"),
            note=header.text("note"),
            parameters=saved_parts.parameters(header, query),
            columns=saved_parts.columns(header),
            tags=header.texts("tags"),
            view=view,
            view_columns=view_columns,
            answers=header.texts("answers"),
            reproduces=saved_parts.reproduces(header),
            example=saved_parts.example(header),
            text=text,
            query=query,
            form=_form(header, query, before),
        )
        _agree(saved, header)
        return saved

    def bind(self, values: Mapping[str, Sequence[str]]) -> str:
        """Put `values` into the query's data blocks; what is not given keeps its default.

        Raises `BadParameter` for a name the query does not know and for a value of wrong type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise BadParameter(
                    f"The query {self.slug} has no parameter {name}.",
                    mend="It has: " + (", ".join(known) or "none") + ".",
                )
        terms = {
            name: " ".join(parameter.terms(values.get(name))) for name, parameter in known.items()
        }
        pieces, at = [], 0
        for block in saved_lexer.data_blocks(self.query):
            if block.variable in terms:
                pieces += [self.query[at : block.start], f" {terms[block.variable]} "]
                at = block.end
        return "".join([*pieces, self.query[at:]])

    def iri(self, base: str) -> str:
        """Return the query's own IRI under the base IRI of a publication."""
        return f"{base}query/{self.slug}"

    def as_rdf(self, base: str) -> list[ox.Triple]:
        """Describe the query as ``sh:SPARQLExecutable``; see `saved_rdf`."""
        from mufakat.publication.saved_rdf import describe  # noqa: PLC0415 - it needs this module

        return describe(self, base)


def _form(header: Header, query: str, before: int) -> str:
    """Check that the text is one SPARQL query without code point escapes; tell its form."""
    offset = saved_lexer.code_point_escape(query)
    if offset is not None:
        line = before + query.count("\n", 0, offset) + 1
        raise BrokenFile(
            "The query holds a code point escape",
            where=Where(header.file, line),
            mend="write the character itself",
            clause="https://www.w3.org/TR/sparql11-query/#codepointEscape",
        )
    try:
        ox.Store().query(query)
    except SyntaxError as error:
        place = re.search(r"\bat (\d+):(\d+)", str(error))
        raise BrokenFile(
            f"The query is not SPARQL: {error.msg}",
            where=Where(
                header.file,
                before + int(place[1]) if place else before + 1,
                int(place[2]) if place else None,
            ),
            mend="correct the query at that place",
            clause="https://www.w3.org/TR/sparql11-query/#sparqlGrammar",
        ) from error
    except (OSError, RuntimeError, ValueError):
        pass  # it was read, and only its evaluation failed, which no data were there for
    return saved_lexer.query_form(query) or "select"


def _agree(saved: SavedQuery, header: Header) -> None:
    """Header and text must say the same: blocks exist, hold the default; the example binds."""
    prefixes = saved_lexer.prefixes(saved.query)
    blocks = saved_lexer.data_blocks(saved.query)
    names = [parameter.name for parameter in saved.parameters]
    for i, parameter in enumerate(saved.parameters):
        at = ("parameters", str(i))
        if names.count(parameter.name) > 1:
            raise header.broken(f"Parameter {parameter.name} stands twice", "keep one", *at)
        own = [block for block in blocks if block.variable == parameter.name]
        if not own:
            raise header.broken(
                f"The query has no data block for parameter {parameter.name}",
                f"write VALUES ?{parameter.name} {{ … }} in the query",
                *at,
            )
        try:
            default = parameter.terms(None)
        except BadParameter as error:
            raise header.broken(error.detail, error.mend, *at, "default") from error
        want = [(t.kind, t.text) for term in default for t in tokens(term)]
        for block in own:
            if _spelt_out(block.terms, prefixes) != want:
                raise header.broken(
                    f"The data block of {parameter.name} does not hold the default",
                    "write there: " + " ".join(default),
                    *at,
                    "default",
                )
    try:
        saved.bind(saved.example.parameters)
    except BadParameter as error:
        raise header.broken(error.detail, error.mend, "example", "parameters") from error


def _spelt_out(terms: Sequence[Token], prefixes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give kind and text of each token, prefixed names written as full IRIs."""
    out = []
    for token in terms:
        head, colon, tail = token.text.partition(":")
        if token.kind == "word" and colon and head in prefixes:
            out.append(("iri", f"<{prefixes[head]}{tail}>"))
        else:
            out.append((token.kind, token.text))
    return out
