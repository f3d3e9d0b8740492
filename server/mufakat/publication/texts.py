"""Texts that people write into files: UTF-8, or an error that names the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mufakat.errors import BrokenFile, Where

if TYPE_CHECKING:
    from pathlib import Path


def read(file: Path) -> str:
    """Read a text; raises BrokenFile when it is not UTF-8, and OSError as reading does."""
    return decode(file.read_bytes(), str(file))


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark; line ends become line feeds.

    Raises BrokenFile with the line and the byte's place in it.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise BrokenFile(
            f"The text is not UTF-8: byte {data[error.start]:#04x} cannot stand here.",
            where=Where(name, line, column),
            mend="Save it as UTF-8.",
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
