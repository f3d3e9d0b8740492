"""Remembers what was found right, by the hash of what was looked at, so that it is not redone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import mufakat

KEEP: Final = 4000
VARIABLE: Final = "MUFAKAT_CACHE"


def default_folder() -> Path | None:
    """Give the folder named by MUFAKAT_CACHE or XDG_CACHE_HOME, or ~/.cache; None without home."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "mufakat"
    except RuntimeError:
        return None


def _program() -> str:
    """Hash the code of the checks: another program may judge otherwise."""
    digest = hashlib.sha256()
    package = Path(mufakat.__file__).parent / "publication"
    for file in sorted(package.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class Cache:
    """A small file of facts of the form: this check, on this content, found this.

    A cache that cannot be read or written is no cache; nothing is ever wrong for want of it.
    """

    def __init__(self, folder: Path | None, publication: str) -> None:
        self.file = None
        self.entries: dict[str, Any] = {}
        self.program = ""
        if folder is not None:
            name = hashlib.sha256(publication.encode()).hexdigest()[:16]
            self.file = folder / f"check-{name}.json"
            self.program = _program()
            try:
                content = json.loads(self.file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                content = {}
            if isinstance(content, dict) and content.get("program") == self.program:
                entries = content.get("entries")
                self.entries = entries if isinstance(entries, dict) else {}

    def knows(self, check: str, content: str) -> bool:
        """Tell whether this content passed this check before."""
        return f"{check} {content}" in self.entries

    def get(self, check: str, content: str) -> Any:
        """Give what was learnt about this content, or None."""
        return self.entries.get(f"{check} {content}")

    def learn(self, check: str, content: str, result: object = True) -> None:
        """Keep a result for next time."""
        self.entries[f"{check} {content}"] = result

    def save(self) -> None:
        """Write the cache, the newest entries only."""
        if self.file is None:
            return
        newest = dict(list(self.entries.items())[-KEEP:])
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"program": self.program, "entries": newest}), "utf-8")
            new.replace(self.file)
        except OSError:
            self.file = None
