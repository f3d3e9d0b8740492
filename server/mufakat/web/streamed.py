"""Large answers, sent in pieces from the file they were spooled to."""

from __future__ import annotations

from typing import IO, Final

PIECE: Final = 1 << 18


class Streamed:
    """A WSGI answer read from a file; the layers in between pass it on as it is."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file = file
        self.size = size

    def __iter__(self) -> Streamed:
        return self

    def __next__(self) -> bytes:
        """Give the next piece."""
        piece = self.file.read(PIECE)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Let the file go, also when the client went away before its end."""
        self.file.close()
