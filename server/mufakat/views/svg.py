"""The little SVG that the drawings need; every text and attribute is escaped."""

from __future__ import annotations

from markupsafe import Markup, escape


def tag(name: str, *children: str | Markup, **attributes: str | float | None) -> Markup:
    """Write one element; `class_` becomes class and underscores become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(str(escape(child)) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - escaped above


def link(href: str, *children: str | Markup) -> Markup:
    """Wrap drawn things in a link, unless there is nothing to link to."""
    return tag("a", *children, href=href) if href else Markup("").join(children)


def _text(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def cut(text: str, limit: int) -> str:
    """Shorten a text to `limit` characters, at a word where possible."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(" ,;:") + "…"
