"""Plots as SVG by hand: their own background and colours for light and dark, words for all."""

from __future__ import annotations

import math
from html import escape

WIDTH = 760
LEFT = 190
RIGHT = 110
STYLE = """<style>
.back{fill:#ffffff} text{font:13px system-ui,sans-serif;fill:#1f2328} .soft{fill:#59636e}
.grid{stroke:#d1d9e0} .c0{fill:#0b6bcb;stroke:#0b6bcb} .c1{fill:#b35900;stroke:#b35900}
.c2{fill:#1a7f37;stroke:#1a7f37} .c3{fill:#8250df;stroke:#8250df} .c4{fill:#737b83;stroke:#737b83}
.c5{fill:#bf3989;stroke:#bf3989} .line{fill:none;stroke-width:2}
@media (prefers-color-scheme:dark){.back{fill:#0d1117} text{fill:#e6edf3} .soft{fill:#9198a1}
.grid{stroke:#30363d} .c0{fill:#58a6ff;stroke:#58a6ff} .c1{fill:#f0883e;stroke:#f0883e}
.c2{fill:#56d364;stroke:#56d364} .c3{fill:#bc8cff;stroke:#bc8cff} .c4{fill:#8b949e;stroke:#8b949e}
.c5{fill:#f778ba;stroke:#f778ba}.line{fill:none}}
</style>"""


def number(value: float) -> str:
    """A figure with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}" if value < 1 else f"{value:.2f}"


def _document(height: float, title: str, parts: list[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'width="{WIDTH}" height="{height:.0f}" role="img" aria-labelledby="t">',
            f'<title id="t">{escape(title)}</title>',
            STYLE,
            f'<rect class="back" width="{WIDTH}" height="{height:.0f}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", soft: bool = False) -> str:
    kind = ' class="soft"' if soft else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(text)}</text>'


def _decades(values: list[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values) / 2))  # so that the least is a bar, too
    high = math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def bars(title: str, unit: str, groups: list[tuple[str, list[tuple[str, float | None]]]]) -> str:
    """Bars on a logarithmic scale, in groups; None is told as a bar that is not there."""
    values = [value for _, rows in groups for _, value in rows if value]
    names = list(dict.fromkeys(name for _, rows in groups for name, _ in rows))
    low, high = _decades(values or [1])
    span = WIDTH - LEFT - RIGHT
    parts = [_text(16, 24, title), _text(WIDTH - 16, 24, unit, anchor="end", soft=True)]
    y = 40.0
    body: list[str] = []
    for group, rows in groups:
        y += 22
        body.append(_text(16, y, group, soft=True))
        for name, value in rows:
            y += 20
            body.append(_text(LEFT - 8, y, name, anchor="end"))
            if not value:
                body.append(_text(LEFT + 4, y, "no answer", soft=True))
                continue
            length = max(2.0, span * (math.log10(value) - low) / (high - low))
            kind = f"c{names.index(name) % 6}"
            box = f'x="{LEFT}" y="{y - 12:.1f}" width="{length:.1f}" height="14"'
            body.append(f'<rect class="{kind}" {box}/>')
            body.append(_text(LEFT + length + 6, y, number(value)))
        y += 8
    for decade in range(low, high + 1):
        x = LEFT + span * (decade - low) / (high - low)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="44" y2="{y:.1f}"/>')
        parts.append(_text(x, y + 18, number(10.0**decade), anchor="middle", soft=True))
    return _document(y + 32, title, parts + body)


def lines(title: str, unit: str, series: dict[str, list[tuple[float, float]]]) -> str:
    """Lines over the size of the data, both scales logarithmic, each named at its end."""
    points = [point for row in series.values() for point in row]
    first, last = _decades([x for x, _ in points])
    low, high = _decades([y for _, y in points])
    top, bottom, left = 44.0, 360.0, 70.0
    across, down = WIDTH - left - 200, bottom - top

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            left + across * (math.log10(x) - first) / (last - first),
            bottom - down * (math.log10(y) - low) / (high - low),
        )

    parts = [_text(16, 24, title), _text(WIDTH - 16, 24, unit, anchor="end", soft=True)]
    for decade in range(low, high + 1):
        y = place(10.0**first, 10.0**decade)[1]
        parts.append(
            f'<line class="grid" x1="{left}" x2="{left + across}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(_text(left - 8, y + 4, number(10.0**decade), anchor="end", soft=True))
    for x in sorted({x for x, _ in points}):
        at = place(x, 10.0**low)[0]
        parts.append(_text(at, bottom + 20, f"{x:,.0f}", anchor="middle", soft=True))
    taken: list[float] = []
    ends = sorted(series.items(), key=lambda one: -one[1][-1][1])
    for name, row in ends:
        kind = f"c{list(series).index(name) % 6}"
        where = [place(*point) for point in row]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in where)
        parts.append(f'<polyline class="{kind} line" points="{path}"/>')
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in where]
        x, y = where[-1]
        y = max([y, *(other + 16 for other in taken)]) if taken else y
        taken.append(y)
        parts.append(_text(x + 10, y + 4, f"{name}: {number(row[-1][1])}"))
    return _document(max([bottom, *taken]) + 36, title, parts)
