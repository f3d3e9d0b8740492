"""Connections whose exchanges end at a moment, not after so much silence.

A timeout of a socket begins anew with every byte; a server that trickles would be waited for
without end.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from collections.abc import Iterator


class _UnderWay(threading.local):
    """The sockets of the exchange that this thread is in; None outside of one."""

    sockets: list[Any] | None = None


_under_way = _UnderWay()


class TimedHTTP(HTTPConnection):
    """Tells which socket an exchange waits on, so that it can be cut."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request."""
        super().request(*args, **kwargs)
        if _under_way.sockets is not None:
            _under_way.sockets.append(self.sock)


class TimedHTTPS(HTTPSConnection):
    """Tells which socket an exchange waits on, so that it can be cut."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request."""
        super().request(*args, **kwargs)
        if _under_way.sockets is not None:
            _under_way.sockets.append(self.sock)


@contextmanager
def cut_at(until: float) -> Iterator[None]:
    """Cut this thread's exchanges at a moment, whatever little still trickles in by then."""
    sockets: list[Any] = []
    _under_way.sockets = sockets

    def cut() -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, until - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _under_way.sockets = None
