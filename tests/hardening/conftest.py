"""Somebody outside, whom no server may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from canary import Canary, singing

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with singing() as one:
        yield one
