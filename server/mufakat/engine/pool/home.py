"""Starts and ends the zygote."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mufakat.engine.pool import addresses, bonds, zygote
from mufakat.engine.pool.pool import state_path, writers_path
from mufakat.engine.pool.state import State
from mufakat.engine.pool.zygote import Post
from mufakat.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.engine.pool.zygote import Evaluator


class Home:
    """Owns a zygote and the private folder of its socket.

    Make it before threads or web processes exist: it forks. `address` is what pools connect to.
    """

    def __init__(
        self,
        load: Callable[[], Evaluator],
        *,
        memory_limit: int = 1 << 30,
        writable: bool = False,
    ) -> None:
        self._load = load
        self._folder = bonds.folder()
        self.address = str(Path(self._folder, "engine"))
        State.create(state_path(self.address))
        self._post = Post(
            readers=_listen(self.address),
            writers=_listen(writers_path(self.address)) if writable else None,
            state=State(state_path(self.address)),
            home=os.getpid(),
            life=bonds.handle(os.getpid()),
            memory_limit=memory_limit,
        )
        self._ready, self.pid = self._fork()
        # Only the zygote listens: when it is gone, callers are turned away instead of kept waiting.
        self._stop_listening()

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
        # After a change the zygote is another process of the first one's group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stop_listening(self) -> None:
        self._post.readers.close()
        if self._post.writers is not None:
            self._post.writers.close()

    def _fork(self) -> tuple[int, int]:
        if threading.active_count() > 1:
            raise RuntimeError("the zygote must be forked before threads start")
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(ready)
                zygote.run(self._post, self._load, told)
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
    return listener
