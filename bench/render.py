"""Writes a kept result into docs/performance.md, between its markers, and draws its plots."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bench import goals, plot
from bench.goals import NONE, TIMES, run, speed
from bench.plot import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

NAMES = {
    "mufakat": "Mufakat",
    "oxigraph": "Oxigraph's server",
    "fuseki": "Fuseki (TDB2)",
    "virtuoso": "Virtuoso",
    "rdflib-endpoint/oxigraph": "rdflib-endpoint on Oxigraph",
    "rdflib-endpoint": "rdflib-endpoint",
    "engine, memory": "the engine on its own, in memory",
    "engine, disk": "the engine on its own, on disk",
}
MODES = {"plain": "cold, plain", "fast": "cold, fast", "repeated": "repeated"}
_PART = re.compile(r"(<!-- bench:([a-z-]+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def merged(results: list[dict[str, Any]]) -> dict[str, Any]:
    """One result: the first, with the sizes of later ones added or taking their place."""
    whole = dict(results[0])
    sizes = {size["size"]: size for result in results for size in result["sizes"]}
    whole["sizes"] = [sizes[number] for number in sorted(sizes)]
    whole["seconds"] = sum(result.get("seconds", 0) for result in results)
    return whole


def write(result: dict[str, Any], docs: Path) -> None:
    """Fill every marked part of performance.md; prose outside of them stays.

    Raises:
        ValueError: the document has a part that is not known here, or none at all.
    """
    file = docs / "performance.md"
    text = file.read_text(encoding="utf-8")

    def filled(found: re.Match[str]) -> str:
        if found[2] not in PARTS:
            known = ", ".join(PARTS)
            raise ValueError(f"{file}: there is no part {found[2]}; there are {known}")
        return f"{found[1]}{PARTS[found[2]](result)}\n{found[3]}"

    fresh, parts = _PART.subn(filled, text)
    if not parts:
        raise ValueError(f"{file}: no <!-- bench:… --> marker to write between")
    for name, drawing in plots(result).items():
        (docs / "img").mkdir(exist_ok=True)
        (docs / "img" / name).write_text(drawing, encoding="utf-8")
    file.write_text(fresh, encoding="utf-8")


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join(["---"] * len(head)) + " |"]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def _figure(value: float | None) -> str:
    return NONE if value is None else number(value)


def _when(result: dict[str, Any]) -> str:
    day = datetime.fromisoformat(result["date"])
    machine = result["machine"]
    versions = ", ".join(f"{name} {told}" for name, told in result["versions"].items())
    return (
        f"Measured on {day.day} {day:%B %Y} in {result.get('seconds', 0) / 60:.0f} minutes on "
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']:g} GiB, "
        f"{machine['system']}; load before the start {machine['load_before']}. {versions}."
    )


def _closed(result: dict[str, Any]) -> str:
    parts = []
    for size in result["sizes"]:
        rows = []
        for name in size["contenders"]:
            for mode, title in MODES.items():
                found = run(size, name, mode, 8)
                if found:
                    rows.append(_closed_row(size, name, mode, title, found))
        rows += _missing(size, 6)
        head = (
            "server",
            "mix",
            "per second",
            f"{TIMES} Oxigraph's server",
            "p50 ms",
            "p99 ms",
            "failed",
        )
        parts.append(f"### {size['size']:,} triples\n{_told(size)}\n\n{_table(head, rows)}")
    return "\n\n".join(parts)


def _told(size: dict[str, Any]) -> str:
    plan = size["plan"]
    plain = f"{plan['plain']:,} questions in the plain spelling and " if plan["plain"] else ""
    return (
        f"A round is {plain}{plan['fast']:,} in the fast one; median of {plan['rounds']} "
        f"alternating rounds; a question fails after {plan['deadline']:g} seconds."
    )


def _closed_row(
    size: dict[str, Any], name: str, mode: str, title: str, found: dict[str, Any]
) -> list[str]:
    base = speed(size, "oxigraph", mode)
    told = [NAMES[name], title, _figure(found["per_second"])]
    told.append(f"{found['per_second'] / base:.2f}" if base else NONE)
    return [*told, _figure(found["p50"]), _figure(found["p99"]), _failed(found)]


def _failed(found: dict[str, Any]) -> str:
    why = ", ".join(f"{times} {TIMES} {reason}" for reason, times in found.get("why", {}).items())
    told = f"{found['failed']} ({why})" if why else str(found["failed"])
    return f"{told}; cut off after {found['answered']} answers" if found.get("cut") else told


def _missing(size: dict[str, Any], empty: int) -> list[list[str]]:
    return [
        [NAMES[name], facts["missing"], *[NONE] * (empty - 1)]
        for name, facts in size["contenders"].items()
        if "missing" in facts
    ]


def _clients(result: dict[str, Any]) -> str:
    rows = []
    for size in result["sizes"]:
        for name in size["contenders"]:
            for mode in ("plain", "fast"):
                runs = [run(size, name, mode, clients) for clients in (1, 8, 32)]
                if any(runs):
                    cells = [
                        f"{number(r['per_second'])} ({_figure(r['p50'])}; {_figure(r['p99'])})"
                        if r
                        else NONE
                        for r in runs
                    ]
                    rows.append([f"{size['size']:,}", NAMES[name], MODES[mode], *cells])
    return _table(("triples", "server", "mix", "1 client", "8 clients", "32 clients"), rows)


def _open(result: dict[str, Any]) -> str:
    rows = []
    for size in result["sizes"]:
        for found in (one for one in size["runs"] if one["loop"] == "open"):
            name, mode = NAMES[found["contender"]], MODES[found["mode"]]
            told = [f"{size['size']:,}", name, mode, f"{found['rate']:.0f}"]
            told += [_figure(found[key]) for key in ("per_second", "p50", "p99")]
            rows.append([*told, str(found["failed"])])
    head = ("triples", "server", "mix", "due per s", "answered per s", "p50 ms", "p99 ms", "failed")
    return _table(head, rows)


def _questions(result: dict[str, Any]) -> str:
    parts = []
    for size in result["sizes"]:
        columns: dict[str, dict[str, dict[str, float]]] = {}
        for name in size["contenders"]:
            found = {mode: run(size, name, mode, 1) for mode in ("plain", "fast")}
            told = {mode: one["questions"] for mode, one in found.items() if one}
            if told:
                columns[NAMES[name]] = told
        for where, told in size.get("in_process", {}).items():
            if "missing" not in told:
                questions = {mode: told[mode]["questions"] for mode in ("plain", "fast")}
                columns[f"engine, {where}"] = questions
        names = sorted({n for one in columns.values() for told in one.values() for n in told})
        rows = []
        for question in names:
            cells = []
            for told in columns.values():
                pair = [_figure(told.get(mode, {}).get(question)) for mode in ("plain", "fast")]
                cells.append(" / ".join(pair))
            rows.append([question, *cells])
        parts.append(f"### {size['size']:,} triples\n{_table(('question', *columns), rows)}")
    return "\n\n".join(parts)


def _loading(result: dict[str, Any]) -> str:
    rows = []
    for size in result["sizes"]:
        for name, facts in size["contenders"].items():
            if "missing" in facts:
                rows.append([f"{size['size']:,}", NAMES[name], facts["missing"], *[NONE] * 4])
                continue
            told = [f"{size['size']:,}", NAMES[name]]
            told += [_figure(facts[key] or None) for key in ("load_s", "first_answer_s")]
            told += [_figure(facts.get(key)) for key in ("memory_at_start_mib", "memory_mib")]
            rows.append([*told, str(facts.get("differing_answers", NONE))])
    head = ("triples", "server", "load s", "start s", "MiB at the start", "MiB afterwards")
    return _table((*head, "answers with other numbers of rows"), rows)


def _startup(result: dict[str, Any]) -> str:
    own = result["startup"].get("mufakat", {}).get("median")
    rows = []
    for name, told in result["startup"].items():
        if "missing" in told:
            rows.append([NAMES[name], told["missing"], NONE, NONE])
            continue
        spread = f"{told['best']:.2f} to {told['worst']:.2f}"
        ratio = f"{told['median'] / own:.1f}" if own else NONE
        rows.append([NAMES[name], f"{told['median']:.2f}", spread, ratio])
    return _table(("server", "seconds", "best to worst", f"{TIMES} Mufakat"), rows)


def _growth(result: dict[str, Any]) -> str:
    rows = []
    sizes = result["sizes"]
    for small, large in itertools.pairwise(sizes):
        for mode, row in goals.growths(small, large).items():
            for name, grown in row.items():
                step = f"{small['size']:,} to {large['size']:,}"
                rows.append([step, MODES[mode], NAMES[name], f"{grown:.2f}"])
    return _table(("triples", "mix", "answered by", f"latency grows {TIMES}"), rows)


def _throughput_plot(result: dict[str, Any]) -> str:
    del result
    return (
        "![Bars of the questions answered in a second by each server, for each size and mix; "
        "the same figures are in the tables below.](img/performance-throughput.svg)"
    )


def _growth_plot(result: dict[str, Any]) -> str:
    del result
    return (
        "![Lines of the mean time of a question over the size of the data, one for each server; "
        "the figures are in the tables above.](img/performance-growth.svg)"
    )


PARTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "throughput-plot": _throughput_plot,
    "growth-plot": _growth_plot,
    "when": _when,
    "goals": goals.table,
    "closed-loop": _closed,
    "clients": _clients,
    "open-loop": _open,
    "questions": _questions,
    "loading": _loading,
    "startup": _startup,
    "growth": _growth,
}


def plots(result: dict[str, Any]) -> dict[str, str]:
    """File names and drawings."""
    groups = []
    for size in result["sizes"]:
        for mode, title in MODES.items():
            rows = [
                (NAMES[name], speed(size, name, mode))
                for name in size["contenders"]
                if run(size, name, mode, 8)
            ]
            if rows:
                groups.append((f"{size['size']:,} triples, {title}", rows))
    drawn = {
        "performance-throughput.svg": plot.bars(
            "Questions answered in a second, eight clients", "per second, logarithmic", groups
        )
    }
    series: dict[str, list[tuple[float, float]]] = {}
    for size in result["sizes"]:
        for name in size["contenders"]:
            found = run(size, name, "fast", 1)
            if found and found["per_second"]:
                point = (size["size"], 1000 / found["per_second"])
                series.setdefault(NAMES[name], []).append(point)
    if series:
        drawn["performance-growth.svg"] = plot.lines(
            "Mean time of a question over the size of the data, one client, fast spelling",
            "ms, logarithmic",
            series,
        )
    return drawn
