"""docs/questions.md keeps questions, saved queries and golden answers together (Q02)."""

from __future__ import annotations

import re
from collections import Counter

from golden_answers import PUBLICATION, ROOT, goldens

ROW = re.compile(
    r"\| (?P<id>CQ-\d\d) \| (?P<question>[^|]+) "
    r"\| \[`(?P<query>[\w-]+)`\]\((?P<path>[^)]+)\) \| (?P<goldens>[^|]+) \|"
)
PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
ROWS = [match.groupdict() for match in ROW.finditer(PAGE)]


def test_every_table_line_is_understood() -> None:
    assert len(ROWS) == PAGE.count("\n| CQ-")


def test_ids_run_without_a_gap() -> None:
    numbers = sorted({int(row["id"][3:]) for row in ROWS})
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_query_stands_in_the_document_and_the_reverse() -> None:
    assert {row["query"] for row in ROWS} == set(PUBLICATION.queries)


def test_questions_match_the_headers() -> None:
    told = {(row["id"], row["query"]) for row in ROWS}
    assert told == {(i, q.slug) for q in PUBLICATION.queries.values() for i in q.answers}


def test_links_lead_to_the_files() -> None:
    for row in ROWS:
        path = (ROOT / "docs" / row["path"]).resolve()
        assert path.is_file()
        assert path.stem == row["query"]


def test_every_golden_answer_stands_beside_its_query() -> None:
    told = Counter(
        (row["query"], name) for row in ROWS for name in re.findall(r"`([^`]+)`", row["goldens"])
    )
    assert told == Counter((golden.query, golden.file) for golden in goldens())
