"""Starts and ends the processes that hold the data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mufakat.engine.pool import addresses, bonds, origin
from mufakat.engine.pool.addresses import state_path, writers_path
from mufakat.engine.pool.post import Post
from mufakat.engine.pool.state import State
from mufakat.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.pool.post import Evaluator


class Home:
    """Owns the origin of all zygotes and the private folder of their sockets.

    Make it before threads or web processes exist: it forks. `address` is what pools connect to,
    `pid` the process that ends with an error when the last zygote has.
    """

    def __init__(
        self,
        load: Callable[[Path], Evaluator],
        *,
        memory_limit: int = 1 << 30,
        writable: bool = False,
    ) -> None:
        """Fork the origin.

        Args:
            load: builds what answers, in each process that loads the data; given a private folder
                that lasts as long as the server.
            memory_limit: bytes that a query may allocate.
            writable: whether changes are taken.
        """
        self._load = load
        self._folder = bonds.folder()
        self.address = str(Path(self._folder, "engine"))
        State.create(state_path(self.address))
        self._heard, orders = os.pipe()
        self._post = Post(
            readers=_listen(self.address),
            writers=_listen(writers_path(self.address)) if writable else None,
            state=State(state_path(self.address)),
            home=os.getpid(),
            life=bonds.handle(os.getpid()),
            memory_limit=memory_limit,
            orders=orders,
        )
        self._ready, self.pid = self._fork()
        # Only the zygote listens: when it is gone, callers are turned away instead of kept waiting.
        self._post.leave()
        os.close(self._heard)

    def wait(self) -> None:
        """Return when the data is loaded.

        Raises:
            Unavailable: the zygote ended while loading.
        """
        loaded = os.read(self._ready, 1)
        os.close(self._ready)
        if not loaded:
            raise Unavailable("The engine ended while it loaded the data.")

    def close(self) -> None:
        """End the zygote, its successors and all workers, and remove the sockets."""
        # Whichever process is the zygote, it is of the origin's group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fork(self) -> tuple[int, int]:
        if threading.active_count() > 1:
            raise RuntimeError("the zygote must be forked before threads start")
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(ready)
                folder = Path(self._folder)
                origin.run(
                    self._post,
                    writers_path(self.address),
                    lambda: self._load(folder),
                    told,
                    self._heard,
                )
                code = 0
            finally:
                os._exit(code)
        os.close(told)
        return ready, pid


def _listen(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    with addresses.short(path) as spelled:
        listener.bind(spelled)
    Path(path).chmod(0o600)
    listener.listen(128)
    # Two zygotes listen for the moment in which one takes over; neither may wait for the other's.
    listener.setblocking(False)
    return listener
