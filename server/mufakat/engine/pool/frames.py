"""The language between a web process and a worker: framed messages on a Unix socket.

A frame is one byte of kind, four bytes of length in network order, and the payload. A worker
greets with HELLO (JSON: its process id and the version of its data); a request is ASK (JSON); the
answer is any number of DATA frames and one DONE (JSON), or one FAILED (JSON) in their place. AFRESH
asks for another thread in the same process, which greets as the first one did.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

HELLO, ASK, DATA, DONE, FAILED, AFRESH = b"H", b"Q", b"D", b"E", b"X", b"R"
_HEAD = struct.Struct("!cI")
_CHUNK = 1 << 16


class Closed(ConnectionError):  # noqa: N818 - it is not always an error
    """The other side ended before the frame was complete."""


def framed(kind: bytes, payload: bytes) -> bytes:
    """Give one frame."""
    return _HEAD.pack(kind, len(payload)) + payload


def send(sock: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send one frame."""
    sock.sendall(framed(kind, payload))


def send_json(sock: socket.socket, kind: bytes, value: Any) -> None:
    """Send one frame with a JSON payload."""
    send(sock, kind, json.dumps(value).encode())


class Reader:
    """Takes frames from a connection, and as much at a time as there is.

    A small answer with its end is one call of the system. Around each such call a thread gives up
    the interpreter and waits to get it back.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._held = bytearray()

    def receive(self) -> tuple[bytes, bytes]:
        """Receive one frame as (kind, payload).

        Raises:
            Closed: the connection ended.
            TimeoutError, BlockingIOError: the socket's time passed; what came until then is kept
                for the next call.
        """
        held = self._held
        while True:
            if len(held) >= _HEAD.size:
                kind, size = _HEAD.unpack_from(held)
                end = _HEAD.size + size
                if len(held) >= end:
                    payload = bytes(held[_HEAD.size : end])
                    del held[:end]
                    return kind, payload
            part = self._sock.recv(_CHUNK)
            if not part:
                raise Closed
            held += part


def receive(sock: socket.socket) -> tuple[bytes, bytes]:
    """Receive the only frame that is under way; raises what `Reader.receive` raises."""
    return Reader(sock).receive()
