"""What `mufakat.toml` says about a publication."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from mufakat.errors import BrokenFile, Where
from mufakat.namespaces import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD
from mufakat.publication import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME: Final = "mufakat.toml"
COMMON_PREFIXES: Final = {
    "dcterms": DCTERMS,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}
KEYS: Final = frozenset(
    {
        "title",
        "description",
        "base_iri",
        "ontology_iri",
        "licence",
        "languages",
        "default_graph",
        "front_page",
        "prefixes",
        "server",
        "check",
    }
)
DefaultGraph = Literal["union", "standard"]


@dataclass(frozen=True, slots=True)
class Config:
    """The settled content of `mufakat.toml`, with defaults for what it leaves out."""

    title: str = "A dataset"
    description: str = ""
    base_iri: str = "http://localhost/"
    ontology_iri: str = "http://localhost/ontology"
    licence: str = ""
    languages: tuple[str, ...] = ("en",)
    default_graph: DefaultGraph = "standard"
    front_page: Mapping[str, Any] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(COMMON_PREFIXES))
    server: Mapping[str, Any] = field(default_factory=dict)
    check: Mapping[str, Any] = field(default_factory=dict)

    @property
    def terms(self) -> str:
        """The namespace of the publication's own terms, with its hash."""
        return self.ontology_iri + "#"

    def shorten(self, iri: str) -> str:
        """Write an IRI the way the files do: prefixed, else relative to the base, else whole."""
        for prefix, namespace in self.prefixes.items():
            rest = iri.removeprefix(namespace)
            if rest != iri and re.fullmatch(r"[A-Za-z_][\w-]*", rest):
                return f"{prefix}:{rest}"
        return iri.removeprefix(self.base_iri) if iri != self.base_iri else iri


def read(file: Path) -> Config:
    """Read a `mufakat.toml`; raise BrokenFile with the line where it can be had."""
    try:
        text = texts.read(file)
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _place(str(error)) or Where("", text.count("\n") + 1)
        raise _broken(file, f"This is not TOML: {error}.", place) from None
    except OSError as error:
        raise _broken(file, f"The file cannot be read: {error.strerror}.") from None
    unknown = sorted(table.keys() - KEYS)
    if unknown:
        raise _broken(
            file, f"Unknown key {unknown[0]!r}.", mend="Known keys: " + ", ".join(sorted(KEYS))
        )
    base = _text(file, table, "base_iri", "http://localhost/")
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+/", base):
        raise _broken(
            file,
            f"base_iri {base!r} is not an absolute IRI that ends in a slash.",
            mend="Write it like https://example.org/things/",
        )
    default_graph = _text(file, table, "default_graph", "union")
    if default_graph not in ("union", "standard"):
        raise _broken(
            file,
            f"default_graph is {default_graph!r}.",
            mend='Write "union" (a query sees every file) or "standard" (the unnamed graph alone).',
        )
    return Config(
        title=_text(file, table, "title", file.parent.name),
        description=_text(file, table, "description", ""),
        base_iri=base,
        ontology_iri=_text(file, table, "ontology_iri", base + "ontology"),
        licence=_text(file, table, "licence", ""),
        languages=_texts(file, table, "languages", ("en",)),
        default_graph="standard" if default_graph == "standard" else "union",
        front_page=_table(file, table, "front_page"),
        prefixes=dict(sorted((_prefixes(file, table) or COMMON_PREFIXES).items())),
        server=_table(file, table, "server"),
        check=_table(file, table, "check"),
    )


def _broken(file: Path, detail: str, where: Where | None = None, mend: str = "") -> BrokenFile:
    return BrokenFile(
        detail,
        where=(where and Where(str(file), where.line, where.column)) or Where(str(file)),
        mend=mend or "docs/publication.md describes the file.",
        clause="https://toml.io/en/v1.0.0",
    )


def _place(message: str) -> Where | None:
    match = re.search(r"at line (\d+), column (\d+)", message)
    return Where("", int(match[1]), int(match[2])) if match else None


def _text(file: Path, table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise _broken(file, f"{key} is {value!r} and should be a text.")
    return value


def _texts(
    file: Path, table: Mapping[str, Any], key: str, default: tuple[str, ...]
) -> tuple[str, ...]:
    value = table.get(key, default)
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _broken(file, f"{key} is {value!r} and should be a list of texts.")
    return tuple(value)


def _table(file: Path, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise _broken(file, f"{key} is {value!r} and should be a table, [{key}].")
    return value


def _prefixes(file: Path, table: Mapping[str, Any]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for prefix, namespace in _table(file, table, "prefixes").items():
        if not isinstance(namespace, str) or not re.fullmatch(r"[^\s<>\"{}|\\^`]+", namespace):
            raise _broken(file, f"The prefix {prefix} stands for {namespace!r}, which is no IRI.")
        prefixes[str(prefix)] = namespace
    return prefixes
