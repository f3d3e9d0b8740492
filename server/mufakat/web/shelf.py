"""The folder of written dumps: those of the current data, and of the data before it.

They are written by one writer at a time, in the background. Whoever asks meanwhile waits a little
and is then told to come back; nobody gets a file before all of them are whole.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ServiceUnavailable

from mufakat.engine.pool import bonds
from mufakat.errors import MufakatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mufakat.publication.release.dumps import Dump

    Write = Callable[[Path], tuple[str, list[Dump]]]
    """Writes the dumps into a folder; gives the version of their data and what was written."""

PATIENCE: Final = 30.0
"""Seconds that a request waits for the dumps to be written."""
WAITING: Final = 8
"""Requests that may wait."""
RETRY_AFTER: Final = 10
REMEMBERED: Final = 15.0
"""Seconds for which a failure is told again instead of trying anew."""
log = logging.getLogger("mufakat")


@dataclass(slots=True)
class _Job:
    """One writing."""

    done: bool = False
    ended: float = 0.0
    error: Exception | None = None


class Shelf:
    """What is written, and the writer."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.version = ""
        self._written: dict[str, Dump] = {}
        self._places: list[Path] = []
        self._folder: Path | None = None
        self._job = _Job(done=True, ended=-REMEMBERED)
        self._waiting = 0
        self._change = threading.Condition()

    def dumps(self, version: str, write: Write) -> tuple[str, dict[str, Dump]]:
        """Give a version and its files by name; have them written if that was not done yet.

        The version is another one than asked for when the data changed meanwhile. Raises
        ServiceUnavailable while they are being written, and what went wrong when they were.
        """
        with self._change:
            if self.version != version:
                self._wait(self._begin(write))
            return self.version, dict(self._written)

    def _begin(self, write: Write) -> _Job:
        """Start a job unless there is one, or one has just failed."""
        failed = self._job.error is not None and time.monotonic() - self._job.ended < REMEMBERED
        if self._job.done and not failed:
            self._job = _Job()
            threading.Thread(target=self._run, args=(self._job, write), daemon=True).start()
        return self._job

    def _wait(self, job: _Job) -> None:
        if self._waiting >= WAITING and not job.done:
            raise _later()
        self._waiting += 1
        try:
            if not self._change.wait_for(lambda: job.done, self.patience):
                raise _later()
        finally:
            self._waiting -= 1
        if isinstance(job.error, MufakatError):
            raise job.error
        if job.error is not None:
            raise ServiceUnavailable("The dumps could not be written.", retry_after=RETRY_AFTER)

    def _run(self, job: _Job, write: Write) -> None:
        place: Path | None = None
        try:
            place = Path(tempfile.mkdtemp(dir=self._home()))
            version, made = write(place)
        except Exception as error:  # whoever waits is told
            log.exception("The dumps could not be written.")
            job.error = error
            if place is not None:
                shutil.rmtree(place, ignore_errors=True)
        with self._change:
            if job.error is None and place is not None:
                self.version, self._written = version, {dump.path.name: dump for dump in made}
                # Somebody may be about to open a file of the version that was current until now.
                self._places = [*self._places[-1:], place]
                self._tidy()
            job.done, job.ended = True, time.monotonic()
            self._change.notify_all()

    def _home(self) -> Path:
        if self._folder is None:
            self._folder = Path(bonds.folder())  # removed by a later server if this one is killed
            # A web process ends without the interpreter's own exit handlers; these are run.
            Finalize(self, shutil.rmtree, (self._folder, True), exitpriority=1)
        return self._folder

    def _tidy(self) -> None:
        for found in self._home().iterdir():
            if found.is_dir() and found not in self._places:
                shutil.rmtree(found, ignore_errors=True)


def _later() -> ServiceUnavailable:
    return ServiceUnavailable("The dumps of this data are being written.", retry_after=RETRY_AFTER)
