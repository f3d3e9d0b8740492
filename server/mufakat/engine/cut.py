"""Counts and cuts the rows of a written SELECT answer.

The engine writes answers without passing rows through Python, which is several times faster; an
answer that may hold more rows than are sent is counted afterwards and cut behind its last row.
"""

from __future__ import annotations

import csv
import io
import json
from itertools import islice
from typing import Final

# No row of any format is shorter than this (`{},` in JSON, a line break in CSV and TSV).
SHORTEST_ROW: Final = {"json": 3, "xml": 17, "csv": 2, "tsv": 1}


def cut(body: bytes, name: str, rows: int) -> bytes | None:
    """Leave out the rows beyond `rows`; None when there are none to leave out."""
    if rows <= 0 or len(body) <= rows * SHORTEST_ROW[name]:
        return None
    return {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}[name](body, rows)


def _json(body: bytes, rows: int) -> bytes | None:
    document = json.loads(body)
    bindings = document["results"]["bindings"]
    if len(bindings) <= rows:
        return None
    document["results"]["bindings"] = bindings[:rows]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _xml(body: bytes, rows: int) -> bytes | None:
    if body.count(b"</result>") + body.count(b"<result/>") <= rows:
        return None
    end = 0
    for _ in range(rows):
        full, empty = body.find(b"</result>", end), body.find(b"<result/>", end)
        end = min(place for place in (full, empty) if place >= 0) + len(b"</result>")
    return body[:end] + body[body.rindex(b"</results>") :]


def _csv(body: bytes, rows: int) -> bytes | None:
    text = io.StringIO(body.decode(), newline="")
    kept = list(islice(csv.reader(text), rows + 2))
    if len(kept) < rows + 2:
        return None
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(kept[: rows + 1])
    return out.getvalue().encode()


def _tsv(body: bytes, rows: int) -> bytes | None:
    # Line breaks inside literals are written as escapes, so every one ends a row.
    if body.count(b"\n") - 1 <= rows:
        return None
    end = 0
    for _ in range(rows + 1):
        end = body.index(b"\n", end) + 1
    return body[:end]
