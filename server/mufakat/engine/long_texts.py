"""Has long queries passed through the guard by a worker.

A regular expression at work lets no other thread of its process go on. What comes at the length
that is read at most would hold up everybody else's requests for tens of milliseconds.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from mufakat.engine.guard import SHORT, Inspected, inspect, too_long
from mufakat.engine.types import Limits, Policy

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK: Final = "look"
"""What a request holds that asks a worker to look at a text."""


class Guard:
    """The guard of a process that carries requests: short texts it looks at itself."""

    def __init__(self, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Give long texts to whatever `ask` asks.

        Args:
            ask: gives what `answer` says to a request, or raises what it raises.
        """
        self._ask = ask
        # Between asking for the form of a text and answering it nobody looks at it again.
        self._lately = lru_cache(8)(self._have_inspected)

    def inspect(self, text: str, limits: Limits, policy: Policy) -> Inspected:
        """Check a query before it is parsed; raises what `mufakat.engine.guard.inspect` raises."""
        if len(text) <= SHORT:
            return inspect(text, limits, policy)
        too_long(text, limits)
        return self._lately(text, limits, policy)

    def _have_inspected(self, text: str, limits: Limits, policy: Policy) -> Inspected:
        said = self._ask({LOOK: text, "limits": asdict(limits), "policy": asdict(policy)})
        return Inspected(said["form"], tuple(said["services"]))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Look at the text of a request, in a worker."""
    policy = Policy(
        **(request["policy"] | {"allow_service": tuple(request["policy"]["allow_service"])})
    )
    return asdict(inspect(request[LOOK], Limits(**request["limits"]), policy))
