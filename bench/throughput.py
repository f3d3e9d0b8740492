"""One size: servers side by side on the same data, in alternating rounds."""

from __future__ import annotations

import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench import client, inprocess, load, mix, servers, stores
from bench.data import Generator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bench.client import Finished
    from bench.plan import Plan

PLAIN_STORE = 'title = "Measurements"\nbase_iri = "https://w3id.org/mufakat/"\n'
CONTENDERS = (
    "mufakat",
    "oxigraph",
    "fuseki",
    "virtuoso",
    "rdflib-endpoint/oxigraph",
    "rdflib-endpoint",
)
SLOW = frozenset({"rdflib-endpoint/oxigraph", "rdflib-endpoint"})
OPEN_RATE = 100
"""Questions a second in the open loop, in the fast spelling."""
ALONE = 1
"""Seed of the list that a single client asks, the engine itself too."""


def publication(folder: Path, data: Path) -> Path:
    """A publication folder that holds nothing but the generated data."""
    (folder / "data" / "ttl").mkdir(parents=True)
    for name in ("ontology", "shapes", "queries"):
        (folder / name).mkdir()
    (folder / "mufakat.toml").write_text(PLAIN_STORE)
    # N-Triples is Turtle.
    (folder / "data" / "ttl" / "measured.ttl").symlink_to(data)
    return folder


def say(text: str) -> None:
    """Tells people how far it is."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Size:
    """The measurement of one size; `result` is what is kept."""

    folder: Path
    triples: int
    plan: Plan
    wanted: Sequence[str] = CONTENDERS
    result: dict[str, Any] = field(default_factory=dict)
    _found: dict[tuple[str, str, int], list[Finished]] = field(default_factory=dict)
    _rows: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)

    def measure(self) -> dict[str, Any]:
        """Everything about this size; whatever fails is told in the result."""
        self.folder.mkdir(parents=True)
        self.data = self.folder / "data.nt"
        generator = Generator(self.triples)
        self.result |= {"size": self.triples, "triples": generator.write(self.data)}
        self.result["packs"] = generator.packs
        self.packs = generator.packs
        self.place = publication(self.folder / "publication", self.data)
        self.result |= {"bytes": self.data.stat().st_size, "contenders": {}, "runs": []}
        self.result["plan"] = {
            "rounds": self.plan.rounds,
            "plain": self.plan.plain * mix.PASS,
            "fast": self.plan.fast * mix.PASS,
            "deadline": self.plan.deadline,
        }
        self._in_process()
        with ExitStack() as stack:
            running = dict(self._started(stack, [n for n in self.wanted if n not in SLOW]))
            self._one_client(running)
            self._eight_clients(running)
            self._others(running)
            for name, server in running.items():
                self.result["contenders"][name]["memory_mib"] = server.memory_mib()
        for name in [n for n in self.wanted if n in SLOW and self.plan.slow]:
            with ExitStack() as stack:
                self._slow(dict(self._started(stack, [name])))
        self._summarise()
        self.data.unlink()
        return self.result

    def _starts(self) -> dict[str, Callable[[], AbstractContextManager[servers.Running]]]:
        data, folder, plan = self.data, self.folder, self.plan
        options = ("--timeout", f"{plan.deadline:g}", "--log-format", "none")
        bounds = {"deadline": plan.deadline, "limit": plan.load}
        return {
            "mufakat": lambda: servers.mufakat(self.place, options=options, limit=plan.load),
            "oxigraph": lambda: servers.oxigraph(data, folder, **bounds),
            "fuseki": lambda: stores.fuseki(data, folder, **bounds),
            "virtuoso": lambda: stores.virtuoso(data, folder, **bounds),
            "rdflib-endpoint/oxigraph": lambda: servers.rdflib_endpoint(data, limit=plan.load),
            "rdflib-endpoint": lambda: servers.rdflib_endpoint(data, "default", limit=plan.load),
        }

    def _started(
        self, stack: ExitStack, names: Sequence[str]
    ) -> Iterator[tuple[str, servers.Running]]:
        for name in names:
            facts = self.result["contenders"][name] = dict[str, Any]()
            try:
                server = stack.enter_context(self._starts()[name]())
            except FileNotFoundError:
                facts["missing"] = "not installed"
            except subprocess.TimeoutExpired:
                facts["missing"] = f"not loaded within {self.plan.load:.0f} s"
            except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                facts["missing"] = f"did not start: {str(error).splitlines()[0]}"
            else:
                facts["load_s"] = server.load_seconds
                facts["first_answer_s"] = server.seconds_to_first_answer
                facts["memory_at_start_mib"] = server.memory_mib()
                yield name, server
            say(f"{self.triples:,}: {name} {facts}")

    def _in_process(self) -> None:
        self.result["in_process"] = {
            where: inprocess.measure(
                self.data,
                self.packs,
                seed=ALONE,
                passes=self.plan.alone,
                on_disk=where == "disk",
                limit=self.plan.load + self.plan.limit * 2,
            )
            for where in ("memory", "disk")
            if self.plan.plain
        }
        say(f"{self.triples:,}: in process {self.result['in_process']}")

    def _ask(  # noqa: PLR0913 - a run has that many sides
        self,
        name: str,
        server: servers.Running,
        mode: str,
        clients: int,
        questions: list[tuple[str, str]],
        *,
        keep: bool = True,
    ) -> None:
        """Ask a list; a contender that did not finish one is not asked that again."""
        key = (name, mode, clients)
        if any(one.cut for one in self._found.get(key, ())):
            return
        done = client.finish(
            server.endpoint,
            questions,
            clients=clients,
            deadline=self.plan.deadline,
            limit=self.plan.limit,
            count=clients == 1,
        )
        if done.cut or done.failures:
            server.settle(30)
        if not keep:
            return
        self._found.setdefault(key, []).append(done)
        for place, rows in done.rows.items():
            if questions[place][0] != "describe":  # what it answers is left to the server
                self._rows.setdefault(name, {})[mode, place] = rows
        say(
            f"{self.triples:,}: {name}, {mode}, {clients} clients: {done.per_second:.1f}/s; "
            f"{len(done.latencies)}/{len(questions)} in {done.seconds:.1f} s {done.failures or ''}"
        )

    def _one_client(self, running: dict[str, servers.Running]) -> None:
        for name, server in running.items():
            warm = mix.work(self.packs, 99, 2, fast=True)
            self._ask(name, server, "fast", 1, warm, keep=False)
            for mode in ("fast", "plain"):
                questions = mix.work(self.packs, ALONE, self.plan.alone, fast=mode == "fast")
                self._ask(name, server, mode, 1, questions)

    def _eight_clients(self, running: dict[str, servers.Running]) -> None:
        again = mix.work(self.packs, 7, 2 if self.plan.plain >= 10 else 1)
        for turn in range(self.plan.rounds):
            for name, server in running.items():
                for mode, passes in (("plain", self.plan.plain), ("fast", self.plan.fast)):
                    if passes:
                        questions = mix.work(self.packs, 100 + turn, passes, fast=mode == "fast")
                        self._ask(name, server, mode, 8, questions)
                if self.plan.plain and (turn < self.plan.again or name == "mufakat"):
                    self._repeat(name, server, again, turn)

    def _repeat(
        self, name: str, server: servers.Running, again: list[tuple[str, str]], turn: int
    ) -> None:
        if name != "mufakat" or not load.WRK:
            times = max(1, self.plan.plain * mix.PASS // len(again))
            self._ask(name, server, "repeated", 8, mix.spread(again, turn, times))
            return
        if not turn:  # the first time is not a repetition
            self._ask(name, server, "repeated", 8, again, keep=False)
        texts = [text for _, text in again]
        told = load.closed_loop(server.endpoint, texts, clients=8, seconds=self.plan.again_seconds)
        self.result.setdefault("again", []).append(told.__dict__)
        say(f"{self.triples:,}: mufakat, repeated, 8 clients: {told}")

    def _others(self, running: dict[str, servers.Running]) -> None:
        """Thirty-two clients, and questions that come whether or not others are answered."""
        for name, server in running.items():
            for mode, passes in (("plain", self.plan.plain), ("fast", self.plan.fast)):
                if passes:
                    questions = mix.work(self.packs, 200, passes, fast=mode == "fast")
                    self._ask(name, server, mode, 32, questions)
        rates = {"fast": float(OPEN_RATE)}
        peer = self._found.get(("oxigraph", "plain", 8)) or self._found.get(("mufakat", "plain", 8))
        if self.plan.open_plain and peer:
            rates["plain"] = max(1.0, statistics.median(one.per_second for one in peer) / 2)
        for mode, rate in rates.items():
            seconds = max(self.plan.open_seconds, min(30.0, 100 / rate))
            for name, server in running.items():
                questions = mix.work(
                    self.packs, 300, 1 + int(rate * seconds / mix.PASS), fast=mode == "fast"
                )
                told = load.open_loop(
                    server.endpoint,
                    [text for _, text in questions],
                    rate=rate,
                    seconds=seconds,
                    deadline=self.plan.deadline,
                )
                if told.failed:
                    server.settle(30)
                row = {"contender": name, "mode": mode, "loop": "open", "rate": rate}
                self.result["runs"].append(row | told.__dict__)
                say(f"{self.triples:,}: {name}, {mode}, open loop at {rate:.0f}/s: {told}")

    def _slow(self, running: dict[str, servers.Running]) -> None:
        for name, server in running.items():
            for mode, passes in (("fast", self.plan.fast), ("plain", self.plan.plain)):
                questions = mix.work(self.packs, 100, passes, fast=mode == "fast")
                self._ask(name, server, mode, 8, questions)
            self.result["contenders"][name]["memory_mib"] = server.memory_mib()

    def _summarise(self) -> None:
        for (name, mode, clients), found in self._found.items():
            row = {"contender": name, "mode": mode, "clients": clients, "loop": "closed"}
            self.result["runs"].append(row | summary(found))
        kept = self.result.pop("again", [])
        if kept:
            row = {"contender": "mufakat", "mode": "repeated", "clients": 8, "loop": "closed"}
            middle = {
                key: statistics.median(one[key] for one in kept)
                for key in ("per_second", "p50", "p99")
            }
            failed = sum(one["failed"] for one in kept)
            answered = round(middle["per_second"] * self.plan.again_seconds)
            row |= {"rounds": len(kept), "answered": answered, "failed": failed, "cut": False}
            self.result["runs"].append(row | middle)
        ours = self._rows.get("mufakat", {})
        for name, rows in self._rows.items():
            differs = sum(1 for key, number in rows.items() if ours.get(key, number) != number)
            self.result["contenders"][name]["differing_answers"] = differs


def summary(found: list[Finished]) -> dict[str, Any]:
    """Medians over rounds; a question's median over all its answers."""
    questions: dict[str, list[float]] = {}
    failures: dict[str, int] = {}
    for one in found:
        for name, times in one.questions.items():
            questions.setdefault(name, []).extend(times)
        for why, number in one.failures.items():
            failures[why] = failures.get(why, 0) + number
    quantiles = {
        key: [told for one in found if (told := one.quantile(number)) is not None]
        for key, number in (("p50", 50), ("p99", 99))
    }
    return {
        "rounds": len(found),
        "per_second": statistics.median(one.per_second for one in found),
        **{key: statistics.median(told) if told else None for key, told in quantiles.items()},
        "answered": min(len(one.latencies) for one in found),
        "failed": sum(failures.values()),
        "why": failures,
        "cut": any(one.cut for one in found),
        "questions": {name: statistics.median(times) for name, times in questions.items()},
    }
