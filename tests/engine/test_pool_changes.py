"""Changes through the pool: seen whole by everybody, or not at all."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from homes import home
from mufakat.engine.pool import Limits, Pool
from mufakat.errors import BadQuery, TimedOut, Unavailable
from waiting import BUSY

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = {"text": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
INSERT = "INSERT DATA { <http://example.org/new> <http://example.org/p> %s }"


@pytest.fixture
def address() -> Iterator[str]:
    with home("misbehaving") as address:
        yield address


@pytest.fixture
def pool(address: str) -> Iterator[Pool]:
    pool = Pool(address, size=4, limits=Limits(deadline=BUSY))
    yield pool
    pool.close()


def count(pool: Pool) -> int:
    return int(pool.ask(COUNT).body.read().split()[1])


def change(pool: Pool, text: str, deadline: float = BUSY) -> dict[str, object]:
    return pool.change({"text": text}, deadline=deadline)


def test_a_change_is_seen_by_whoever_asks_after_it(pool: Pool) -> None:
    assert (count(pool), pool.version()) == (20_000, "v0")
    assert change(pool, INSERT % 1) == {"version": "v1"}
    assert (count(pool), pool.version()) == (20_001, "v1")


def test_many_changes_follow_each_other(pool: Pool) -> None:
    for number in range(1, 26):
        change(pool, INSERT % number)
        assert count(pool) == 20_000 + number


def test_another_process_s_pool_sees_the_change_too(pool: Pool, address: str) -> None:
    other = Pool(address, size=1)
    assert count(other) == 20_000
    change(pool, INSERT % 1)
    assert count(other) == 20_001
    other.close()


def test_a_refused_change_leaves_everything_as_it_was(pool: Pool) -> None:
    with pytest.raises(BadQuery, match="refused"):
        change(pool, "refuse")
    assert (count(pool), pool.version()) == (20_000, "v0")
    change(pool, INSERT % 1)
    assert count(pool) == 20_001


@pytest.mark.parametrize(("text", "error"), [("sleep", TimedOut), ("crash", Unavailable)])
def test_a_change_that_hangs_or_crashes_makes_way_for_the_next(
    pool: Pool, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        change(pool, text, deadline=1.5)
    assert (count(pool), pool.version()) == (20_000, "v0")
    change(pool, INSERT % 1)
    assert count(pool) == 20_001


def test_changes_at_the_same_time_are_made_one_after_the_other(pool: Pool) -> None:
    writers = [threading.Thread(target=change, args=(pool, INSERT % n)) for n in range(1, 9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (count(pool), pool.version()) == (20_008, "v8")


def test_a_query_under_way_finishes_on_the_state_it_began_with(pool: Pool) -> None:
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(count(pool))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    batch = " ".join(f"<http://example.org/b{i}> <http://example.org/p> {i} ." for i in range(500))
    begin = time.monotonic()
    change(pool, f"INSERT DATA {{ {batch} }}")
    assert time.monotonic() - begin < 5
    after = count(pool)
    stop.set()
    for reader in readers:
        reader.join()
    assert after == 20_500
    assert set(seen) <= {20_000, 20_500}
