"""What the figures must reach, read off a result: figure, goal, met or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

TIMES = "\N{MULTIPLICATION SIGN}"
NONE = "\N{EN DASH}"
"""What is printed where nothing was measured."""
NOISE = 1.05
"""How much worse than equal still counts as equal where two runs of one engine are compared."""


@dataclass(frozen=True)
class Goal:
    """One line of the table; `value` is None where it was not measured."""

    figure: str
    goal: str
    told: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """Met, not met, or not measured."""
        return {True: "met", False: "**not met**", None: "not measured"}[self.met]


def run(
    size: dict[str, Any], contender: str, mode: str, clients: int, loop: str = "closed"
) -> dict[str, Any] | None:
    """The run of a contender in a mode, if there was one."""
    for one in size["runs"]:
        if (one["contender"], one["mode"], one["loop"]) != (contender, mode, loop):
            continue
        if loop == "open" or one["clients"] == clients:
            found: dict[str, Any] = one
            return found
    return None


def speed(size: dict[str, Any], contender: str, mode: str, clients: int = 8) -> float | None:
    """Answers in a second; None where it was not measured or nothing was answered."""
    found = run(size, contender, mode, clients)
    return (found["per_second"] or None) if found else None


def _at_least(figure: str, bound: float, ours: float | None, theirs: float | None) -> Goal:
    goal = f"≥ {bound:g} {TIMES}"
    if ours is None or theirs is None:
        return Goal(figure, goal, NONE, None)
    ratio = ours / theirs
    told = f"{ratio:,.0f} {TIMES}" if ratio >= 20 else f"{ratio:.2f} {TIMES}"
    return Goal(figure, goal, told, ratio >= bound)


def goals(result: dict[str, Any]) -> list[Goal]:
    """All lines."""
    found: list[Goal] = []
    for size in result["sizes"]:
        if speed(size, "mufakat", "plain") is not None:
            found += _of(size)
    found += _growth(result["sizes"])
    isolation = result.get("isolation_ms")
    if isolation:
        costs = isolation["isolated"] - isolation["direct"]
        goal = Goal("isolation, for one small query", "≤ 0.5 ms", f"{costs:.2f} ms", costs <= 0.5)
        found.append(goal)
    own = result.get("startup", {}).get("mufakat", {})
    if "median" in own:
        seconds = own["median"]
        figure = "first answer on the carried publication"
        found.append(Goal(figure, "≤ 1 s", f"{seconds:.2f} s", seconds <= 1))
    return found


def _of(size: dict[str, Any]) -> list[Goal]:
    name = f"{size['size']:,} triples: "
    plain = speed(size, "oxigraph", "plain")
    lines = [
        _at_least(
            name + "cold, plain spelling, to Oxigraph's server",
            1,
            speed(size, "mufakat", "plain"),
            plain,
        ),
        _at_least(
            name + "cold, fast spelling, to the same on Oxigraph's server",
            1,
            speed(size, "mufakat", "fast"),
            speed(size, "oxigraph", "fast"),
        ),
        _at_least(
            name + "cold, fast spelling, to the plain one on Oxigraph's server",
            2,
            speed(size, "mufakat", "fast"),
            plain,
        ),
        _at_least(
            name + "repeated, to Oxigraph's server",
            50,
            speed(size, "mufakat", "repeated"),
            speed(size, "oxigraph", "repeated"),
        ),
    ]
    for peer in ("rdflib-endpoint", "rdflib-endpoint/oxigraph"):
        for mode, theirs in (("plain", "plain"), ("fast", "fast"), ("repeated", "plain")):
            other = speed(size, peer, theirs)
            if other is not None:
                figure = f"{name}{mode}, to {peer}"
                lines.append(_at_least(figure, 50, speed(size, "mufakat", mode), other))
    return lines


def growth(small: dict[str, float], large: dict[str, float]) -> float | None:
    """How much longer questions take at the larger size: the geometric mean of the ratios.

    The mean of the times would tell of the slowest question only.
    """
    ratios = [large[name] / small[name] for name in small if name in large and small[name]]
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def growths(small: dict[str, Any], large: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Growth by mode and by who answered: contenders, and the engine in process."""
    found: dict[str, dict[str, float]] = {}
    for mode in ("plain", "fast"):
        row = found[mode] = dict[str, float]()
        for name in large["contenders"]:
            one, other = run(small, name, mode, 1), run(large, name, mode, 1)
            if one and other:
                grown = growth(one["questions"], other["questions"])
                if grown:
                    row[name] = grown
        for where in ("memory", "disk"):
            before = small.get("in_process", {}).get(where, {}).get(mode)
            after = large.get("in_process", {}).get(where, {}).get(mode)
            if before and after:
                grown = growth(before["questions"], after["questions"])
                if grown:
                    row[f"engine, {where}"] = grown
    return found


def _growth(sizes: list[dict[str, Any]]) -> list[Goal]:
    sizes = sorted(sizes, key=lambda size: size["size"])
    small = next((one for one in sizes if 100_000 <= one["size"] < 1_000_000), None)
    large = next((one for one in sizes if 1_000_000 <= one["size"] < 10_000_000), None)
    if small is None or large is None:
        return []
    lines = []
    for mode, row in growths(small, large).items():
        ours = row.get("mufakat")
        for where in ("memory", "disk"):
            engine = row.get(f"engine, {where}")
            figure = f"growth of latency, 200 k to 2 M, {mode}, to the engine on its own ({where})"
            if ours is None or engine is None:
                lines.append(Goal(figure, "no worse", NONE, None))
                continue
            told = f"{TIMES} {ours:.2f} to {TIMES} {engine:.2f}"
            lines.append(Goal(figure, "no worse", told, ours <= engine * NOISE))
    return lines


def table(result: dict[str, Any]) -> str:
    """The goals as a Markdown table."""
    lines = ["| figure | goal | measured | |", "| --- | --- | --- | --- |"]
    lines += [f"| {g.figure} | {g.goal} | {g.told} | {g.verdict} |" for g in goals(result)]
    return "\n".join(lines)
