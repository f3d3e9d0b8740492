"""Loaded data is put on large pages where the system can, and is the same afterwards."""

from __future__ import annotations

import subprocess
import sys

from mufakat.engine.pool import pages

SCRIPT = """
from pathlib import Path
from mufakat.engine.pool import pages

held = [bytearray(bytes([number]) * (16 << 20)) for number in range(4)]
assert pages.gather(1 << 30) == 0
gathered = pages.gather(1 << 20)
assert all(set(one[::4096]) == {number} for number, one in enumerate(held))
large = next(
    int(line.split()[1])
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()
    if line.startswith("AnonHugePages:")
)
print(gathered >> 20, large >> 10)
"""


def test_memory_stands_on_large_pages_and_holds_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    gathered, large = map(int, done.stdout.split())
    # How much the system has to give is its own affair; what it says it gave must be there.
    assert large >= gathered // 2


def test_only_private_memory_of_no_file_is_touched() -> None:
    maps = """\
10000000-10400000 rw-p 00000000 00:00 0                          [heap]
20100000-20700000 rw-p 00000000 00:00 0
30000000-30400000 r--p 00000000 00:00 0
40000000-40400000 rw-s 00000000 00:01 77                         /dev/zero (deleted)
50000000-50400000 rw-p 00000000 fe:00 99                         /usr/lib/some thing.so
60000000-60400000 rw-p 00000000 00:00 0                          [stack]
70000000-70100000 rw-p 00000000 00:00 0
"""
    assert pages._ranges(maps) == [(0x10000000, 0x10400000), (0x20200000, 0x20600000)]
