"""The language between a web process and a worker: framed messages on a Unix socket.

A frame is one byte of kind, four bytes of length in network order, and the payload. A worker
greets with HELLO (JSON: its process id and the version of its data); a request is ASK (JSON); the
answer is any number of DATA frames and one DONE (JSON), or one FAILED (JSON) in their place.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

HELLO, ASK, DATA, DONE, FAILED = b"H", b"Q", b"D", b"E", b"X"
_HEAD = struct.Struct("!cI")
_CHUNK = 1 << 16


class Closed(ConnectionError):  # noqa: N818 - it is not always an error
    """The other side ended before the frame was complete."""


def send(sock: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send one frame."""
    sock.sendall(_HEAD.pack(kind, len(payload)) + payload)


def send_json(sock: socket.socket, kind: bytes, value: Any) -> None:
    """Send one frame with a JSON payload."""
    send(sock, kind, json.dumps(value).encode())


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(min(_CHUNK, size - len(parts)))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)


def receive(sock: socket.socket) -> tuple[bytes, bytes]:
    """Receive one frame as (kind, payload).

    Raises:
        Closed: the connection ended.
        TimeoutError: the socket's timeout passed.
    """
    kind, size = _HEAD.unpack(_exactly(sock, _HEAD.size))
    return kind, _exactly(sock, size)
