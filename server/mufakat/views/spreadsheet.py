"""An answer as a workbook: one sheet with the rows as read, one saying what they are."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlsxwriter

    from mufakat.views.cells import Cell
    from mufakat.views.table import Table

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST: Final = 60
LINKS: Final = 60_000
"""A workbook opens no more than about 65,000 links."""


def workbook(table: Table, about: Sequence[tuple[str, str]], root: str = "") -> bytes:
    """Write the table; `root` is put before links that stand on this site."""
    import xlsxwriter  # noqa: PLC0415 - a fifth of a second that only workbooks need

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1), "title": about[0][1]})  # noqa: DTZ001
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        link = book.add_format({"font_color": "#0c5660", "underline": 1, "valign": "top"})
        sheet = book.add_worksheet("Answer")
        sheet.freeze_panes(1, 0)
        for at, heading in enumerate(table.headings):
            unit = f" ({heading.unit})" if heading.unit else ""
            sheet.write_string(0, at, heading.title + unit, bold)
            widest = max([len(heading.title), *(len(row[at].text) for row in table.rows[:200])])
            sheet.set_column(at, at, min(widest + 2, WIDEST))
        links = 0
        for line, row in enumerate(table.rows, start=1):
            for at, shown in enumerate(row):
                links += bool(shown.href)
                target = _absolute(shown.href, root) if links < LINKS else ""
                _write(sheet, (line, at), shown, target, (plain, day, link))
        if table.headings:
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.headings) - 1)
        notes = book.add_worksheet("About")
        notes.set_column(0, 0, 20)
        notes.set_column(1, 1, 100)
        for line, (name, value) in enumerate(about):
            notes.write_string(line, 0, name, bold)
            notes.write_string(line, 1, value, plain)
        for line, heading in enumerate(table.headings, start=len(about) + 1):
            notes.write_string(line, 0, heading.title, plain)
            notes.write_string(line, 1, heading.meaning, plain)
    return buffer.getvalue()


def _absolute(href: str, root: str) -> str:
    return root.rstrip("/") + href if href.startswith("/") else href


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    shown: Cell,
    target: str,
    formats: tuple[object, object, object],
) -> None:
    plain, day, link = formats
    if not shown:
        return
    if shown.kind == "number":
        sheet.write_number(*place, float(shown.machine), plain)
    elif shown.kind == "date" and shown.title == "day" and (read := _day(shown.machine)):
        sheet.write_datetime(*place, read, day)
    elif not target or sheet.write_url(*place, target, link, shown.text) != 0:
        sheet.write_string(*place, shown.text, plain)


def _day(value: str) -> date | None:
    """Read a day that a workbook can hold (1900 and later)."""
    try:
        read = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return read if read.year >= 1900 else None
