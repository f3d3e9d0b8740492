"""Writes the dumps in a process of its own, so that whoever serves goes on undisturbed.

The process takes the data from a worker that the process with the data forks for it: one state of
it, whatever is changed meanwhile. It yields the processor to everybody else, and it ends with the
process that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import mufakat
from mufakat.engine.pool import Limits, Pool, bonds
from mufakat.engine.whole import WHOLE
from mufakat.errors import MufakatError, Unavailable
from mufakat.publication.release.dumps import BY_ENDING, Dump, write_dumps
from mufakat.publication.release.lines import canonical_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

READING: Final = 3600.0
"""Seconds that reading all of the data may take."""
WRITING: Final = 4 * 3600.0
"""Seconds that the whole of it may take."""
CALM: Final = 10


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written, and where."""

    address: str
    """Socket of the process that holds the data."""
    folder: str
    prefixes: Mapping[str, str]
    parent: int
    """Process id of whoever wants it."""


def write_apart(address: str, folder: Path, prefixes: Mapping[str, str]) -> tuple[str, list[Dump]]:
    """Have the dumps written, packed ones too; give the version of the data they hold.

    Raises Unavailable when they could not be written; what there is in the folder is not whole.
    """
    job = Job(address, str(folder), dict(prefixes), os.getpid())
    package = str(Path(mufakat.__file__).parents[1])
    path = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH")) if part)
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            out, _ = process.communicate(json.dumps(asdict(job)).encode(), WRITING)
        except subprocess.TimeoutExpired:
            process.kill()
            raise _failed(f"it took more than {WRITING:g} seconds") from None
    said: dict[str, Any] = {}
    with suppress(ValueError):
        said = json.loads(out)
    if process.returncode or "version" not in said:
        raise _failed(said.get("detail") or f"the process ended with {process.returncode}")
    found = [
        Dump(folder / name, BY_ENDING[ending], size, digest)
        for name, ending, size, digest in said["files"]
    ]
    return said["version"], found


def _failed(why: str) -> Unavailable:
    return Unavailable(
        f"The dumps could not be written: {why.rstrip('.')}.",
        mend="Look for room in the temporary folder of the server, and in its log.",
    )


def main() -> None:
    """Read a job from standard input, do it, and say on standard output what was written."""
    job = Job(**json.load(sys.stdin))
    threading.Thread(target=_end_with, args=(job.parent,), daemon=True).start()
    os.nice(CALM)
    try:
        version, dumps = _write(job)
    except (MufakatError, OSError, MemoryError) as error:
        print(json.dumps({"detail": str(error) or type(error).__name__}))
        sys.exit(1)
    files = [(d.path.name, d.format.ending, d.bytes, d.sha256) for d in dumps]
    print(json.dumps({"version": version, "files": files}))


def _write(job: Job) -> tuple[str, list[Dump]]:
    pool = Pool(job.address, 1, Limits(deadline=READING, result_bytes=sys.maxsize))
    whole = pool.ask({WHOLE: True})
    pool.close()
    with whole.body as body:
        lines = canonical_lines(body, Path(job.folder))
        dumps = write_dumps(lines, Path(job.folder), prefixes=job.prefixes, packed=True)
    return whole.said["version"], dumps


def _end_with(parent: int) -> None:
    bonds.wait_for_parent(parent)
    os._exit(1)


if __name__ == "__main__":
    main()
