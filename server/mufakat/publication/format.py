"""The house form of Turtle: one fact is one line, so that a diff shows that fact alone.

Prefixes come as one fixed block from `mufakat.toml`; subjects stand in the order of their IRIs;
each `predicate object ;` has a line of its own and a lone `.` closes the subject, so that adding,
changing or removing an object touches no other line. Blank nodes are nested, lists written `( … )`.
Grammar: https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from mufakat.errors import Refused, Where
from mufakat.namespaces import RDF, RDFS, SH, SKOS, XSD
from mufakat.publication.graph import NIL
from mufakat.publication.publication import TURTLE, parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mufakat.publication.config import Config
    from mufakat.publication.graph import Node, Term

TYPE: Final = ox.NamedNode(RDF + "type")
FIRST: Final = ox.NamedNode(RDF + "first")
REST: Final = ox.NamedNode(RDF + "rest")
WIDTH: Final = 100
INDENT: Final = "    "

LEADING: Final = {
    RDF + "type": 0,
    RDFS + "label": 1,
    SKOS + "prefLabel": 2,
    SH + "path": 3,
}
"""Predicates that say what a node is come before the others, which follow by IRI."""

LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[\w.\-]*[\w\-])?", re.ASCII)
RELATIVE: Final = re.compile(r"[A-Za-z0-9_][\w.~\-]*(?:/[\w~\-][\w.~\-]*)*(?:#[\w\-]+)?", re.ASCII)
BARE: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
UNSAFE: Final = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]'
)
"""Quotes, control characters and characters that cannot be seen in a diff."""
SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
OUTSIDE: Final = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    rb'|"(?:[^"\\\n]|\\.)*"'
    rb"|'(?:[^'\\\n]|\\.)*'"
    rb"|<[^>\s]*>|\\.|#[^\n]*",
    re.DOTALL,
)
"""What a comment sign may stand in without being one, or a comment."""
HEADER: Final = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$))*")


def canonical(text: bytes, config: Config, *, file: str = "", drop_comments: bool = False) -> str:
    """Rewrite a Turtle document in the house form; same triples, same comments at its head.

    Comments after the first statement have no place in the form: unless `drop_comments` is set,
    they make it raise Refused rather than be lost. Raises BrokenFile when the text is not Turtle.
    """
    text = text.removeprefix(b"\xef\xbb\xbf")
    head = HEADER.match(text)
    end = head.end() if head else 0
    triples = [quad.triple for quad in parse_turtle(text, file=file, base_iri=config.base_iri)]
    if not drop_comments:
        _refuse_comments(text, end, file)
    lines = [line.rstrip() for line in text[:end].decode("utf-8").splitlines()]
    return serialise(triples, config, header="\n".join(lines).strip("\n"))


def _refuse_comments(text: bytes, start: int, file: str) -> None:
    for match in OUTSIDE.finditer(text, start):
        if match[0].startswith(b"#"):
            line = text.count(b"\n", 0, match.start()) + 1
            column = match.start() - text.rfind(b"\n", 0, match.start())
            said = match[0].decode("utf-8", "replace").strip()
            raise Refused(
                f"Formatting would lose the comment {said!r}.",
                where=Where(file, line, column),
                mend="Move it to the head of the file, make it an rdfs:comment of the node it is"
                " about, or format with --drop-comments.",
                clause=TURTLE,
            )


def serialise(triples: Iterable[ox.Triple], config: Config, *, header: str = "") -> str:
    """Write triples in the house form, with a comment block at the head."""
    out = [header, ""] if header else []
    out.append(f"@base <{config.base_iri}> .")
    out += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in sorted(config.prefixes.items())]
    out.append("")
    writer = _Writer(triples, config)
    out += writer.blocks()
    return "\n".join(out).rstrip("\n") + "\n"


class _Writer:
    """Holds one graph, its blank nodes' fate and the spelling of its IRIs while it is written."""

    def __init__(self, triples: Iterable[ox.Triple], config: Config) -> None:
        self.base = config.base_iri
        self.namespaces = sorted(
            ((iri, prefix) for prefix, iri in config.prefixes.items()),
            key=lambda pair: -len(pair[0]),
        )
        self.spelled: dict[ox.NamedNode, str] = {}
        self.read(set(triples))
        self.labels: dict[ox.BlankNode, str] = {}
        if self.knotted():
            # RDFC-1.0 gives names that depend on the graph alone: https://www.w3.org/TR/rdf-canon/
            dataset = ox.Dataset(
                ox.Quad(node, predicate, target)
                for node, facts in self.facts.items()
                for predicate, targets in facts.items()
                for target in targets
            )
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            self.read({quad.triple for quad in dataset})
            self.labels = {node: f"_:{node.value}" for node in self.knotted()}

    def read(self, triples: set[ox.Triple]) -> None:
        """Group triples by subject and predicate, and count what points at each blank node."""
        self.facts: dict[Node, dict[ox.NamedNode, list[Term]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.references: Counter[ox.BlankNode] = Counter()
        self.parent: dict[ox.BlankNode, Node] = {}
        for triple in triples:
            subject, target = triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(target, ox.Triple):
                raise Refused(
                    "The file holds a triple term, which the house form has no place for.",
                    mend="State the fact as a node of its own.",
                    clause="https://www.w3.org/TR/rdf12-concepts/#section-triple-terms",
                )
            self.facts[subject][triple.predicate].append(target)
            if isinstance(target, ox.BlankNode):
                self.references[target] += 1
                self.parent[target] = subject

    def knotted(self) -> set[ox.BlankNode]:
        """Find the blank nodes that cannot be nested: shared ones, and those in a circle."""
        shared = {node for node, count in self.references.items() if count > 1}
        settled: set[Node] = set()
        for start in self.parent:
            path: list[ox.BlankNode] = []
            node: Node | None = start
            while isinstance(node, ox.BlankNode) and node not in settled and node not in shared:
                settled.add(node)
                path.append(node)
                node = self.parent.get(node)
            if isinstance(node, ox.BlankNode) and node in path:
                shared.update(path[path.index(node) :])
        return shared

    def blocks(self) -> list[str]:
        """Write every subject that is not nested in another, a blank line between."""
        named = sorted(
            (node for node in self.facts if isinstance(node, ox.NamedNode)),
            key=lambda node: node.value,
        )
        out: list[str] = []
        for subject in named:
            out += [self.iri(subject), *self.body(subject, INDENT), ".", ""]
        loose = []
        for node in self.facts:
            if isinstance(node, ox.BlankNode):
                if node in self.labels:
                    loose.append([self.labels[node], *self.body(node, INDENT), ".", ""])
                elif not self.references[node]:
                    loose.append(["[]", *self.body(node, INDENT), ".", ""])
        for block in sorted(loose):
            out += block
        return out

    def body(self, subject: Node, indent: str) -> list[str]:
        """Write the `predicate object ;` lines of a subject, in order."""
        lines: list[str] = []
        facts = self.facts[subject]
        for predicate in sorted(facts, key=lambda p: (LEADING.get(p.value, 9), p.value)):
            spelled = "a" if predicate == TYPE else self.iri(predicate)
            objects = sorted(self.object(target, indent) for target in facts[predicate])
            lines += [f"{indent}{spelled} {text} ;" for text in objects]
        return lines

    def object(self, term: Term, indent: str) -> str:
        """Write an object; what is nested spans lines that end at `indent`."""
        match term:
            case ox.NamedNode():
                return "()" if term == NIL else self.iri(term)
            case ox.Literal():
                return self.literal(term)
            case ox.BlankNode():
                return self.labels.get(term) or self.nested(term, indent)
        raise TypeError(term)  # triple terms were refused when the graph was read

    def nested(self, node: ox.BlankNode, indent: str) -> str:
        """Write a blank node in place: as a list when it is one, else in brackets."""
        deeper = indent + INDENT
        members = self.members(node)
        if members is not None:
            texts = [self.object(member, deeper) for member in members]
            line = f"( {' '.join(texts)} )"
            if len(line) + len(indent) <= WIDTH and "\n" not in line:
                return line
            return "\n".join(["(", *(deeper + text for text in texts), indent + ")"])
        if node not in self.facts:
            return "[]"
        return "\n".join(["[", *self.body(node, deeper), indent + "]"])

    def members(self, head: ox.BlankNode) -> list[Term] | None:
        """Give the members of a well-formed list, or None when the node is anything else."""
        members: list[Term] = []
        node: Term = head
        while node != NIL:
            if not isinstance(node, ox.BlankNode) or node in self.labels:
                return None
            facts = self.facts.get(node, {})
            if facts.keys() != {FIRST, REST}:
                return None
            if len(facts[FIRST]) != 1 or len(facts[REST]) != 1:
                return None
            members.append(facts[FIRST][0])
            node = facts[REST][0]
        return members

    def iri(self, node: ox.NamedNode) -> str:
        """Spell an IRI: prefixed when it can be, else relative to the base, else whole."""
        text = self.spelled.get(node)
        if text is None:
            text = self.spelled[node] = self._spell(node.value)
        return text

    def _spell(self, value: str) -> str:
        for namespace, prefix in self.namespaces:
            if value.startswith(namespace) and LOCAL.fullmatch(value, len(namespace)):
                return f"{prefix}:{value[len(namespace) :]}"
        if value.startswith(self.base) and RELATIVE.fullmatch(value, len(self.base)):
            return f"<{value[len(self.base) :]}>"
        return f"<{value}>"

    def literal(self, term: ox.Literal) -> str:
        """Spell a literal, keeping its lexical form to the letter."""
        value, datatype = term.value, term.datatype
        bare = BARE.get(datatype.value)
        if bare is not None and bare.fullmatch(value):
            return value
        quoted = _quoted(value)
        if term.language:
            direction = f"--{term.direction}" if term.direction else ""
            return f"{quoted}@{term.language}{direction}"
        if datatype.value == XSD + "string":
            return quoted
        return f"{quoted}^^{self.iri(datatype)}"


def _quoted(value: str) -> str:
    """Quote a text; one of several lines stands as lines, so that a diff shows the changed one."""
    if "\n" not in value:
        return f'"{UNSAFE.sub(_escape, value)}"'
    lines = (UNSAFE.sub(_escape_in_lines, line) for line in value.split("\n"))
    text = re.sub(r'"(?="|\Z)', r'\\"', "\n".join(lines))
    return f'"""{text}"""'


def _escape_in_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] == '"' else _escape(match)


def _escape(match: re.Match[str]) -> str:
    return SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"
