"""What tests ask of a page: its texts, links, ids and anything a strict policy forbids."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


@dataclass
class Page(HTMLParser):
    html: str = ""
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    fields: list[dict[str, str]] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        self._judge(tag, given)
        if tag == "link" and given.get("rel") == "alternate":
            self.alternates[given["type"]] = given["href"]
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        elif tag in ("input", "select", "textarea"):
            self.fields.append(given | {"tag": tag, "nested": str("label" in self.open)})
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")

    def _judge(self, tag: str, given: dict[str, str]) -> None:
        """Note what a strict policy forbids and what would be asked of other hosts."""
        self.forbidden += [f"{tag} {name}" for name in given if name == "style" or name[:2] == "on"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.forbidden.append(f"inline {tag}")
        loaded = given.get("src", "") if tag in ("script", "img", "iframe") else ""
        loaded = given["href"] if given.get("rel") == "stylesheet" else loaded
        if loaded.startswith("http"):
            self.outside.append(loaded)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self.open and "svg" not in self.open:
            self.title += data
        elif "script" not in self.open:
            self.words.append(data)
        if ("td" in self.open or "th" in self.open) and self.tables and self.tables[-1]:
            row = self.tables[-1][-1]
            if row:
                row[-1] = " ".join((row[-1] + " " + data).split())


def read(html: str) -> Page:
    page = Page(html)
    page.feed(html)
    page.close()
    return page
