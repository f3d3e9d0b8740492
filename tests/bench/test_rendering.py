"""What was measured is written between the markers, whatever failed is told, goals are read off."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from bench import goals, render
from bench.goals import TIMES

if TYPE_CHECKING:
    from pathlib import Path


def run(contender: str, mode: str, per_second: float, **more: Any) -> dict[str, Any]:
    return {
        "contender": contender,
        "mode": mode,
        "clients": 8,
        "loop": "closed",
        "per_second": per_second,
        "p50": 1.5,
        "p99": 20.0,
        "failed": 0,
        "questions": {"point": 2.0},
    } | more


def size(triples: int, point: float) -> dict[str, Any]:
    return {
        "size": triples,
        "triples": triples + 76,
        "plan": {"rounds": 5, "plain": 240, "fast": 960, "deadline": 60},
        "contenders": {
            "mufakat": {"load_s": 0.0, "first_answer_s": 0.5, "memory_mib": 90.0},
            "oxigraph": {"load_s": 0.2, "first_answer_s": 0.1, "memory_mib": 20.0},
            "rdflib-endpoint": {"missing": "not loaded within 9 s"},
        },
        "in_process": {
            where: {mode: {"questions": {"point": point}} for mode in ("plain", "fast")}
            for where in ("memory", "disk")
        },
        "runs": [
            run("mufakat", "plain", 90),
            run("mufakat", "fast", 1000),
            run("mufakat", "repeated", 6000),
            run("oxigraph", "plain", 100, failed=3, why={"503": 3}, cut=True, answered=77),
            run("oxigraph", "repeated", 110),
            run("mufakat", "plain", 50, clients=1, questions={"point": 2 * point}),
            run("mufakat", "fast", 50, clients=1, questions={"point": point**2}),
            run("oxigraph", "fast", 100, loop="open", rate=100, clients=0),
        ],
    }


RESULT: dict[str, Any] = {
    "date": "2026-11-23T20:00+00:00",
    "machine": {
        "processor": "P",
        "cores": 2,
        "memory_gib": 24,
        "system": "Linux 6",
        "load_before": 0.1,
    },
    "versions": {"mufakat": "1.0"},
    "seconds": 1200,
    "isolation_ms": {"direct": 0.1, "isolated": 0.3},
    "startup": {
        "mufakat": {"median": 1.4, "best": 1.0, "worst": 2.0, "rounds": 5},
        "virtuoso": {"missing": "not installed"},
    },
    "sizes": [size(200_000, 2.0), size(2_000_000, 3.0)],
}


def test_each_goal_is_told_with_its_figure_and_whether_it_is_met() -> None:
    found = {one.figure: one for one in goals.goals(RESULT)}
    plain = found["200,000 triples: cold, plain spelling, to Oxigraph's server"]
    assert (plain.told, plain.met) == (f"0.90 {TIMES}", False)
    fast = found["200,000 triples: cold, fast spelling, to the plain one on Oxigraph's server"]
    assert (fast.told, fast.met) == (f"10.00 {TIMES}", True)
    assert found["200,000 triples: repeated, to Oxigraph's server"].told == f"55 {TIMES}"
    grown = "growth of latency, 200 k to 2 M, {}, to the engine on its own (memory)"
    assert (found[grown.format("plain")].told, found[grown.format("plain")].met) == (
        f"{TIMES} 1.50 to {TIMES} 1.50",
        True,
    )
    assert found[grown.format("fast")].met is False
    assert found["first answer on the carried publication"].met is False
    assert found["isolation, for one small query"].met is True


def test_only_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "performance.md"
    parts = [
        f"prose of {name}\n<!-- bench:{name} -->\nOBSOLETE\n<!-- /bench -->"
        for name in render.PARTS
    ]
    file.write_text("\n".join([*parts, "end\n"]), encoding="utf-8")
    render.write(RESULT, tmp_path)
    text = file.read_text(encoding="utf-8")
    assert "OBSOLETE" not in text
    assert all(f"prose of {name}\n" in text for name in render.PARTS)
    assert text.endswith("end\n")
    render.write(RESULT, tmp_path)
    assert file.read_text(encoding="utf-8") == text


def test_contenders_that_failed_or_are_missing_are_told(tmp_path: Path) -> None:
    file = tmp_path / "performance.md"
    file.write_text("<!-- bench:closed-loop -->\n<!-- /bench -->\n", encoding="utf-8")
    render.write(RESULT, tmp_path)
    text = file.read_text(encoding="utf-8")
    assert "| rdflib-endpoint | not loaded within 9 s |" in text
    assert f"3 (3 {TIMES} 503); cut off after 77 answers" in text


def test_drawings_are_svg_with_a_title_and_colours_for_the_dark(tmp_path: Path) -> None:
    for drawing in render.plots(RESULT).values():
        (tmp_path / "one.svg").write_text(drawing, encoding="utf-8")
        root = ET.parse(tmp_path / "one.svg").getroot()  # noqa: S314 - we wrote it
        assert root.get("role") == "img"
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text
        assert "prefers-color-scheme:dark" in drawing


def test_a_part_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "performance.md"
    file.write_text("<!-- bench:luck -->\n<!-- /bench -->\n", encoding="utf-8")
    with pytest.raises(ValueError, match="luck"):
        render.write(RESULT, tmp_path)


def test_a_later_result_adds_its_sizes() -> None:
    later = RESULT | {"sizes": [size(2_000_000, 5.0), size(20_000_000, 6.0)], "seconds": 60}
    whole = render.merged([RESULT, later])
    assert [one["size"] for one in whole["sizes"]] == [200_000, 2_000_000, 20_000_000]
    assert whole["sizes"][1]["in_process"]["disk"]["fast"]["questions"]["point"] == 5.0
    assert whole["seconds"] == 1260
