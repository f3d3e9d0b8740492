"""The YAML header of a saved query: its ``#+`` lines as a tree that remembers line numbers.

The convention of ``#+`` decorators in front of a query began with grlc; since they are SPARQL
comments, the file runs unchanged on any engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import yaml

from mufakat.errors import BrokenFile, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
"""Scalars stay text: ``no`` or ``2015-11-21`` mean themselves, not what YAML makes of them."""


# the parser in C, where PyYAML was built with it, reads all headers four times as fast
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Header:
    """The header's tree, with the line of the file that each key stands on."""

    file: str
    tree: dict[str, Tree]
    lines: dict[tuple[str, ...], int]

    def broken(self, problem: str, mend: str, *path: str) -> BrokenFile:
        """Make an error at the deepest known part of `path`."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return BrokenFile(problem, where=Where(self.file, self.lines.get(known, 1)), mend=mend)

    def text(self, *path: str, default: str | None = None) -> str:
        """Return the text at `path`; an error when it is missing (without default) or not text."""
        value = self._at(path)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.broken(
                f"The header lacks {'.'.join(path)}, or it is empty or no text",
                f"write a line `#+ {path[-1]}: …`",
                *path,
            )
        return " ".join(value.split())

    def texts(self, *path: str) -> tuple[str, ...]:
        """Return the texts at `path`; a single text counts as a list of one, absence as none."""
        value = self._at(path)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in items):
            raise self.broken(
                f"{'.'.join(path)} must be a list of texts", "write `[a, b]` or one per line", *path
            )
        return tuple(str(item) for item in items)

    def flag(self, *path: str) -> bool:
        """Return the truth value at `path`, false when absent."""
        value = self._at(path)
        if value not in (None, "true", "false"):
            raise self.broken(f"{'.'.join(path)} is {value!r}", "write true or false", *path)
        return value == "true"

    def number(self, *path: str) -> int | None:
        """Return the whole number at `path`, if any."""
        value = self._at(path)
        if value is None:
            return None
        try:
            return int(str(value))
        except ValueError as error:
            raise self.broken(
                f"{'.'.join(path)} is {value!r}", "write a whole number", *path
            ) from error

    def mapping(self, *path: str) -> dict[str, Tree]:
        """Return the mapping at `path`, empty when absent."""
        value = self._at(path)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.broken(f"{'.'.join(path)} must be a mapping", "write `key: value`", *path)
        return value

    def items(self, *path: str) -> range:
        """Positions of the list of mappings at `path`, to be used as further steps."""
        value = self._at(path)
        if value is None:
            return range(0)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.broken(
                f"{'.'.join(path)} must be a list of mappings", "begin each with `- name:`", *path
            )
        return range(len(value))

    def only(self, allowed: Iterable[str], *path: str) -> None:
        """Refuse keys that nobody reads: a misspelt one would be lost silently."""
        names = list(allowed)
        for key in self.mapping(*path):
            if key not in names:
                raise self.broken(
                    f"The header has an unknown key {'.'.join((*path, key))}",
                    "use one of: " + ", ".join(names),
                    *path,
                    key,
                )

    def _at(self, path: tuple[str, ...]) -> Tree | None:
        value: Tree | None = self.tree
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value


def split(text: str) -> tuple[str, str, int]:
    """Header (YAML), query and the number of lines before the query."""
    lines = text.splitlines(keepends=True)
    count = 0
    while count < len(lines) and lines[count].startswith("#+"):
        count += 1
    header = "".join(line[2:].removeprefix(" ") for line in lines[:count])
    return header, "".join(lines[count:]).strip() + "\n", count


def read(text: str, file: str) -> Header:
    """Read the header of `text`; raises `BrokenFile` with the line when it is no YAML mapping."""
    source, _, _ = split(text)
    lines: dict[tuple[str, ...], int] = {}
    try:
        root = yaml.compose(source, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BrokenFile(
            f"The header is not YAML: {error.problem}",
            where=Where(file, mark.line + 1 if mark else 1, mark.column + 4 if mark else None),
            mend="mind the indentation, and quote a text that holds a colon or begins with a sign",
            clause="https://yaml.org/spec/1.2.2/",
        ) from error
    except yaml.YAMLError as error:
        raise BrokenFile(
            f"The header is not YAML: {error}",
            where=Where(file, 1),
            mend="leave out odd characters",
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise BrokenFile(
            "The file has no header, or its header is no mapping",
            where=Where(file, 1),
            mend="begin the file with lines such as `#+ title: …`",
        )
    tree = _plain(root, (), lines)
    return Header(file, tree if isinstance(tree, dict) else {}, lines)


def _plain(node: yaml.Node, path: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> Tree:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        tree: dict[str, Tree] = {}
        for key, value in node.value:
            name = str(key.value)
            lines[(*path, name)] = key.start_mark.line + 1
            tree[name] = _plain(value, (*path, name), lines)
        return tree
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, str(i)), lines) for i, item in enumerate(node.value)]
    return str(node.value)
