"""Room for the engine to recurse in: the guard's bounds on nesting are set for less."""

from __future__ import annotations

from typing import Final

try:
    import resource
except ImportError:  # Windows, where nothing is forked either
    resource = None  # type: ignore[assignment]

SIZE: Final = 64 << 20
"""Bytes; only those that are used take memory."""


def deepen() -> None:
    """Let the first thread of this process and of those forked from it use as many."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = SIZE if hard == resource.RLIM_INFINITY else min(SIZE, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
