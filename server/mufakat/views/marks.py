"""Small drawings that carry a value by shape, so that colour is never needed to read them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_FRAME: Final = (
    '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false" fill="none"'
    ' stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">'
    "{}</svg>"
)
SHAPES: Final = {
    "yes": '<circle cx="8" cy="8" r="7" fill="currentColor" stroke="none"/>'
    '<path class="mark-cut" d="M4.8 8.3l2.2 2.2 4.2-4.6" stroke="Canvas" stroke-width="1.9"/>',
    "limited": '<circle cx="8" cy="8" r="6.2"/>'
    '<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" stroke="none"/>',
    "no": '<circle cx="8" cy="8" r="6.2"/><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
    "unavailable": '<circle cx="8" cy="8" r="6.2" stroke-dasharray="1.6 3"/><path d="M5.6 8h4.8"/>',
}


def mark(name: str) -> Markup:
    """Draw the shape of a value; an unknown value has none."""
    shape = SHAPES.get(name)
    return Markup(_FRAME.format(shape)) if shape else Markup("")  # noqa: S704 - constants only
