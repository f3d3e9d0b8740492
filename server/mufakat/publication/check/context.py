"""What the checks look at: the loaded graph, the ontology's terms, and where everything stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import BrokenFile
from mufakat.namespaces import OWL, RDFS, SKOS
from mufakat.publication.check.catalogue import severity
from mufakat.publication.check.findings import Finding
from mufakat.publication.check.lines import Lines
from mufakat.publication.graph import Graph, Union
from mufakat.publication.publication import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mufakat.publication.graph import Node, Term
    from mufakat.publication.publication import Publication, SourceFile
    from mufakat.publication.saved import SavedQuery

LABELS: Final = (RDFS + "label", SKOS + "prefLabel")


class Context:
    """One run's view of a publication; everything is read once and when first needed."""

    def __init__(self, publication: Publication, only: frozenset[str] | None = None) -> None:
        self.publication = publication
        self.config = publication.config
        self.only = only
        """Names of the files whose findings are wanted; None for all."""
        self.terms = publication.config.terms
        self.broken: list[BrokenFile] = []
        self._lines: dict[str, Lines] = {}
        self.shapes = Graph()
        self.ontology = Graph()
        self.data = Graph()
        self.notes: list[str] = []

    def load(self) -> None:
        """Read every Turtle file once; files that are not Turtle end up in `broken`."""
        for file in self.publication.files("ontology", "shapes", "data"):
            graph = {"ontology": self.ontology, "shapes": self.shapes, "data": self.data}[file.kind]
            try:
                graph.add(self.parse(file), file)
            except BrokenFile as error:
                self.broken.append(error)

    def parse(self, file: SourceFile) -> Iterator[ox.Quad]:
        """Read one file's triples; mistakes name the file as people see it."""
        return parse_turtle(
            file.path.read_bytes(), file=self.show(file), base_iri=self.config.base_iri
        )

    @cached_property
    def served(self) -> Union:
        """Everything that is served, as one graph."""
        return Union(self.data, self.ontology)

    @cached_property
    def store(self) -> ox.Store:
        """Everything that is served, each file in its graph; ask with the union as default."""
        return self.publication.load_store()

    def select(
        self, query: str, given: Mapping[ox.Variable, Term] | None = None
    ) -> ox.QuerySolutions:
        """Ask the union of all served graphs."""
        solutions = self.store.query(
            query, use_default_graph_as_union=True, substitutions=dict(given or {})
        )
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError(query)
        return solutions

    @cached_property
    def saved(self) -> dict[str, SavedQuery | BrokenFile]:
        """The saved queries by the name of their file, or what keeps one from being read."""
        from mufakat.publication.saved import SavedQuery  # noqa: PLC0415 - not every run asks

        found: dict[str, SavedQuery | BrokenFile] = {}
        for file in self.publication.files("queries"):
            try:
                found[file.name] = SavedQuery.read(file.path)
            except BrokenFile as error:
                found[file.name] = error
        return found

    def show(self, file: SourceFile) -> str:
        """Write a file's path below the folder."""
        return self.publication.relative(file.path)

    def wanted(self, file: SourceFile | None) -> bool:
        """Tell whether findings in this file are asked for."""
        return self.only is None or (file is not None and file.name in self.only)

    def file_of(self, node: Node) -> SourceFile | None:
        """Give the file in which a node is described."""
        for graph in (self.data, self.ontology, self.shapes):
            if node in graph.files:
                return self.where(graph, node)
        return None

    @staticmethod
    def where(graph: Graph, node: Node) -> SourceFile:
        """Give the file in which one graph describes a node."""
        file: SourceFile = graph.files[node]  # type: ignore[assignment]
        return file

    def lines(self, file: SourceFile) -> Lines:
        """Give the line index of a file."""
        if file.name not in self._lines:
            text = file.path.read_text(encoding="utf-8", errors="replace")
            self._lines[file.name] = Lines(text, self.config.base_iri)
        return self._lines[file.name]

    def finding(  # noqa: PLR0913 - a finding has that many sides
        self,
        check: str,
        node: Node | str,
        message: str,
        mend: str,
        *,
        path: str = "",
        value: Term | None = None,
        file: SourceFile | None = None,
    ) -> Finding:
        """Make a finding and look up where it stands."""
        subject = ox.NamedNode(node) if isinstance(node, str) and ":" in node else node
        if file is None and not isinstance(subject, str):
            file = self.file_of(subject)
        name = subject if isinstance(subject, str) else subject.value
        line = self.lines(file).find(name, path, value) if file else None
        return Finding(
            id=check,
            severity=severity(check),
            file=self.show(file) if file else "",
            line=line,
            column=None,
            node=name if not isinstance(subject, ox.BlankNode) else f"_:{name}",
            message=message,
            mend=mend,
            path=path,
            value=value.value if isinstance(value, (ox.NamedNode, ox.Literal)) else "",
        )

    def short(self, iri: str) -> str:
        """Write an IRI the way the files do."""
        return self.config.shorten(iri)

    def own_terms(self, *kinds: str) -> list[ox.NamedNode]:
        """Give our own classes or properties, in order of their IRIs."""
        kinds = kinds or ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
        found = self.ontology.instances(*(OWL + kind for kind in kinds))
        return sorted(
            (term for term in found if term.value.startswith(self.terms)),
            key=lambda term: term.value,
        )
