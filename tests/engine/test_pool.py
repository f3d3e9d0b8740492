"""Worker processes: deadlines, memory, the queue, and what a worker cannot reach."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from homes import home
from mufakat.engine.pool import Limits, Pool, bonds
from mufakat.engine.pool.pool import state_path
from mufakat.engine.pool.state import State
from mufakat.engine.pool.worker import NICE
from mufakat.errors import BadQuery, Overloaded, TimedOut, TooLarge, Unavailable
from waiting import BUSY, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mufakat.engine.pool.connection import Worker

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="workers are forked; this system cannot fork"
)

CORES = os.sched_getaffinity(0) if sys.platform == "linux" else set()
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNTED = b"n\r\n20000\r\n"
EVERYTHING = "SELECT ?s ?o { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
NUMBERS = " ".join(map(str, range(40)))
LONG = (
    "SELECT (COUNT(*) AS ?n) { ?a ?p ?b "
    f"VALUES ?c {{ {NUMBERS} }} FILTER(STRLEN(STR(?a)) + ?b + ?c < 0) }}"
)
LARGE = (
    "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT (CONCAT(STR(?a), STR(?c)) AS ?d) { ?a ?p ?b "
    "VALUES ?c { 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 } } }"
)
SORTED_CROSS_PRODUCT = "SELECT ?a ?c { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f } ORDER BY ?b ?d ?f"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with home("misbehaving") as address:
        yield address


@pytest.fixture
def pool(address: str) -> Iterator[Pool]:
    pool = Pool(address, size=2, limits=Limits(deadline=BUSY, queue=1, patience=BUSY))
    yield pool
    pool.close()


@pytest.fixture
def roomy(address: str) -> Iterator[Pool]:
    """A pool with more places than workers that stand ready."""
    pool = Pool(address, size=4, limits=Limits(deadline=BUSY))
    yield pool
    pool.close()


def test_an_answer_passes_through_to_the_byte(pool: Pool) -> None:
    result = pool.ask({"text": COUNT})
    assert result.body.read() == COUNTED
    assert result.said == {"form": "select"}
    assert result.size == len(COUNTED)


def test_a_large_answer_is_kept_on_disk_and_whole(pool: Pool) -> None:
    assert isinstance(pool.ask({"text": COUNT}).body, io.BytesIO)
    result = pool.ask({"text": "SELECT ?s ?o ?p (STR(?p) AS ?again) { ?s ?p ?o }"})
    assert not isinstance(result.body, io.BytesIO)
    with result.body as body:
        lines = body.read().split(b"\r\n")
    assert len(lines) == 20_000 + 2


def test_a_query_past_its_deadline_is_ended_and_the_next_is_answered(pool: Pool) -> None:
    begin = time.monotonic()
    with hurrying(pool, 0.5), pytest.raises(TimedOut, match=r"0\.5 seconds"):
        pool.ask({"text": "sleep"})
    assert time.monotonic() - begin < 1.5
    assert pool.counters.killed == 1
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


def test_a_killed_worker_is_really_gone(pool: Pool) -> None:
    pool.ask({"text": COUNT})
    worker = pool._idle[0].pid
    with hurrying(pool, 0.5), pytest.raises(TimedOut):
        pool.ask({"text": "sleep"})
    wait_until(lambda: not bonds.lives(worker), f"worker {worker} is still there")


@pytest.mark.skipif(sys.platform != "linux", reason="memory limits need Linux's RLIMIT_AS")
def test_a_query_that_needs_too_much_memory_is_ended_alone(pool: Pool) -> None:
    with pytest.raises(TooLarge, match="more memory"):
        pool.ask({"text": SORTED_CROSS_PRODUCT})
    assert pool.counters.died == 1
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


def test_an_answer_past_the_size_limit_is_refused_whole(pool: Pool) -> None:
    pool.limits = Limits(deadline=BUSY, result_bytes=100_000)
    with pytest.raises(TooLarge, match="larger than"):
        pool.ask({"text": EVERYTHING})
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


def test_an_error_in_the_worker_keeps_its_type_place_and_advice(pool: Pool) -> None:
    with pytest.raises(BadQuery, match="no verb") as caught:
        pool.ask({"text": "broken"})
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (3, 7)
    assert caught.value.mend == "write a verb"


def test_a_worker_that_told_of_an_error_is_used_again(pool: Pool) -> None:
    with pytest.raises(BadQuery):
        pool.ask({"text": "broken"})
    worker = pool._idle[0].pid
    pool.ask({"text": COUNT})
    assert pool._idle[0].pid == worker


def test_a_worker_cannot_open_a_socket(pool: Pool) -> None:
    with pytest.raises(TooLarge):  # the worker ends on an error that it may not report
        pool.ask({"text": "socket"})


def test_workers_stand_ready_while_one_runs_for_long(pool: Pool) -> None:
    pool.ask({"text": COUNT})
    warm = pool._idle[0].pid
    runner = threading.Thread(target=_swallow, args=(pool, ENDLESS))
    runner.start()
    wait_until(lambda: len(pool._idle) == 2, "no others stand ready")
    assert runner.is_alive()
    assert warm not in {worker.pid for worker in pool._idle}
    assert pool.ask({"text": COUNT}).body.read() == COUNTED
    os.kill(warm, signal.SIGKILL)
    runner.join()
    assert len(pool._idle) == 2
    assert warm not in {worker.pid for worker in pool._idle}


@pytest.mark.skipif(len(CORES) < 2, reason="there is one core for all")
def test_one_that_works_for_long_leaves_a_core_while_others_ask(pool: Pool) -> None:
    pool.ask({"text": COUNT})
    runner = pool._idle[0]
    thread = threading.Thread(target=_swallow, args=(pool, ENDLESS))
    thread.start()
    # Nobody asks: it has all the cores.
    wait_until(lambda: runner.calmed and _cores(runner) == CORES, "it keeps away from nobody")
    wait_until(lambda: _beside_another(pool, runner) == CORES - {min(CORES)}, "no core is left")
    wait_until(lambda: _cores(runner) == CORES, "it does not come back")
    assert os.getpriority(os.PRIO_PROCESS, runner.thread) > _niceness()
    os.kill(runner.pid, signal.SIGKILL)
    thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of theirs")
def test_one_that_has_worked_for_long_is_asked_again_with_its_old_priority(
    roomy: Pool,
) -> None:
    pool = roomy

    def work() -> Worker | None:
        pool.ask({"text": COUNT})
        runner = pool._idle[-1]
        worked = runner.thread
        assert pool.ask({"text": LONG}).body.read() == b"n\r\n0\r\n"
        # On a busy machine no other thread may greet in time, and another worker is taken.
        return runner if runner in pool._idle and runner.thread != worked else None

    kept = wait_until(work, "no worker goes on with another thread")
    assert not kept.calmed
    assert os.getpriority(os.PRIO_PROCESS, kept.thread) == _niceness()
    assert _cores(kept) == CORES
    pool._idle.sort(key=lambda worker: worker is kept)  # the last one is asked next
    assert pool.ask({"text": COUNT}).body.read() == COUNTED
    assert pool.counters.died == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of theirs")
def test_one_that_has_needed_much_memory_is_not_asked_again(roomy: Pool) -> None:
    pool = roomy
    pool.ask({"text": COUNT})
    runner = pool._idle[-1].pid
    pool.ask({"text": LARGE})
    assert runner not in {worker.pid for worker in pool._idle}
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


def test_those_that_nobody_needs_any_more_are_let_go(roomy: Pool) -> None:
    for _ in range(4):
        roomy._keep(roomy._connect())
    oldest = [worker.pid for worker in roomy._idle]
    for worker in roomy._idle:
        worker.rests_since -= 61
    roomy.ask({"text": COUNT})
    assert [worker.pid for worker in roomy._idle] == oldest[2:]
    roomy.ask({"text": COUNT})
    assert [worker.pid for worker in roomy._idle] == oldest[2:]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody says how busy a process is")
def test_a_worker_that_waits_is_not_taken_for_one_that_works(pool: Pool) -> None:
    with hurrying(pool, 0.3):
        _swallow(pool)
    assert not pool._idle


def test_when_all_workers_are_busy_and_the_queue_is_full_a_request_is_refused_at_once(
    pool: Pool,
) -> None:
    pool.limits = replace(pool.limits, deadline=4, queue=0)
    sleepers = [threading.Thread(target=_swallow, args=(pool,)) for _ in range(2)]
    for sleeper in sleepers:
        sleeper.start()
    wait_until(lambda: pool.counters.asked == 2, "not all were asked")
    begin = time.monotonic()
    with pytest.raises(Overloaded):
        pool.ask({"text": COUNT})
    assert time.monotonic() - begin < 0.5
    for sleeper in sleepers:
        sleeper.join()
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


def test_a_request_waits_its_turn_when_the_queue_has_room(pool: Pool) -> None:
    pool.limits = replace(pool.limits, deadline=2)
    sleepers = [threading.Thread(target=_swallow, args=(pool,)) for _ in range(2)]
    for sleeper in sleepers:
        sleeper.start()
    wait_until(lambda: pool.counters.asked == 2, "not all were asked")
    assert pool.ask({"text": COUNT}).body.read() == COUNTED
    for sleeper in sleepers:
        sleeper.join()


def test_a_worker_killed_from_outside_while_idle_is_replaced_unnoticed(pool: Pool) -> None:
    pool.ask({"text": COUNT})
    os.kill(pool._idle[0].pid, signal.SIGKILL)
    wait_until(lambda: _ended(pool), "the worker lives on")
    assert pool.ask({"text": COUNT}).body.read() == COUNTED


@pytest.mark.skipif(sys.platform != "linux", reason="long paths go by way of /proc")
def test_sockets_can_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    with home("misbehaving", TMPDIR=str(deep)) as address:
        assert len(address) > 130
        pool = Pool(address, size=1)
        assert pool.ask({"text": COUNT}).body.read() == COUNTED
        assert pool.change({"text": "INSERT DATA { <a:b> <a:c> 1 }"}, deadline=10)
        pool.close()


def test_without_a_zygote_the_engine_is_said_to_be_away(tmp_path: Path) -> None:
    State.create(state_path(str(tmp_path / "nobody")))
    lonely = Pool(str(tmp_path / "nobody"), size=1)
    with pytest.raises(Unavailable):
        lonely.ask({"text": COUNT})


@contextmanager
def hurrying(pool: Pool, deadline: float) -> Iterator[None]:
    """Give what is asked inside so many seconds only."""
    before, pool.limits = pool.limits, replace(pool.limits, deadline=deadline)
    yield
    pool.limits = before


def _swallow(pool: Pool, text: str = "sleep") -> None:
    with pytest.raises((TimedOut, TooLarge)):  # too large: it was killed from outside
        pool.ask({"text": text})


def _cores(worker: Worker) -> set[int]:
    return os.sched_getaffinity(worker.thread)


def _niceness() -> int:
    """That of a worker which has not worked for long."""
    return min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)


def _beside_another(pool: Pool, runner: Worker) -> set[int]:
    pool.ask({"text": COUNT})
    return _cores(runner)


def _ended(pool: Pool) -> bool:
    worker = pool._idle[0]
    worker.sock.setblocking(False)
    try:
        return worker.sock.recv(1) == b""
    except BlockingIOError:
        return False
    finally:
        worker.sock.setblocking(True)
