"""What all pages share: names in scope, rendering, caching by content, alternates, paging."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Response, current_app, render_template, request, url_for

from mufakat.views import cells, marks
from mufakat.views.names import KNOWN, Scope
from mufakat.web.pages_labels import Labels
from mufakat.web.site import here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flask.blueprints import BlueprintSetupState

    from mufakat.engine.types import Term
    from mufakat.publication.config import Config

T = TypeVar("T")
_LAST_TWO: Final = "".join(f"\\U{plane:04X}FFFE\\U{plane:04X}FFFF" for plane in range(1, 15))
ILLEGAL: Final = re.compile(
    r"[\x00-\x20<>\"{}|\\^`\[\]\x7F-\x9F\uD800-\uF8FF\uFDD0-\uFDEF\uFFF0-\uFFFF"
    rf"\U000E0000-\U000E0FFF\U000F0000-\U0010FFFF{_LAST_TWO}]|%(?![0-9A-Fa-f]{{2}})"
)
"""What may not stand in the path of an IRI: https://www.rfc-editor.org/rfc/rfc3987#section-2.2."""
PAGE: Final = "text/html; charset=utf-8"
VERSION_SHOWN: Final = 12
NAVIGATION: Final = (
    ("Questions", "/query/"),
    ("Search", "/search"),
    ("Query editor", "/editor"),
    ("Ontology", "/ontology"),
)


def config() -> Config:
    """Give the configuration of the publication that is served."""
    return here().publication.config


def select(query: str) -> list[dict[str, Term]]:
    """Ask the engine; the publication's prefixes stand before the query."""
    return here().engine.select(prologue() + query).rows


def prologue() -> str:
    """Give the prefixes that queries of the pages are written with."""
    own = {"own": config().terms, "base": config().base_iri}
    return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in ({**KNOWN, **own}).items())


def labels() -> Labels:
    """Give the names kept with the site."""
    site = here()
    if site.labels is None:
        site.labels = Labels(site.engine, config().terms, config().languages[0])
    made: Labels = site.labels
    return made


def scope(iris: Iterable[str] = ()) -> Scope:
    """Look up the names of IRIs and give the scope in which terms are shown."""
    conf = config()
    return Scope(conf.base_iri, conf.terms, labels().of(iris), request.script_root)


def iris_in(rows: Iterable[Mapping[str, Term]]) -> list[str]:
    """List the IRIs that occur in rows."""
    return [term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)]


def once(name: str, make: Callable[[], T]) -> T:
    """Work something out once for a data version and a configuration."""
    site = here()
    key = f"page:{name}:{site.engine.version}"
    if key not in site.kept:
        made = make()
        for old in [k for k in list(site.kept) if k.rpartition(":")[0] == f"page:{name}"]:
            site.kept.pop(old, None)  # what was made for data that are no longer served
        site.kept[key] = made
        return made
    value: T = site.kept[key]
    return value


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page; its ETag is its content, so an unchanged one costs no transfer."""
    response = Response(render_template(template, **context), status=status, content_type=PAGE)
    response.vary.add("Accept")
    if status == 200:
        response.headers["Cache-Control"] = "public, no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same thing in another form."""

    title: str
    media_type: str
    href: str
    ending: str


def link_alternates(response: Response, alternates: Iterable[Alternate]) -> Response:
    """Name the other forms in Link headers: https://www.rfc-editor.org/rfc/rfc8288."""
    for other in alternates:
        response.headers.add("Link", f'<{other.href}>; rel="alternate"; type="{other.media_type}"')
    return response


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a longer list; pages count from 1."""

    number: int
    size: int
    total: int
    parameter: str = "_page"

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_shown(self) -> int:
        """Position of the first thing on this page, from 1."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_shown(self) -> int:
        """Position of the last thing on this page."""
        return min(self.number * self.size, self.total)

    def href(self, number: int) -> str:
        """Give the address of another page of the same list."""
        pairs = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name != self.parameter
        ]
        if number > 1:
            pairs.append((self.parameter, str(number)))
        return request.script_root + request.path + ("?" + urlencode(pairs) if pairs else "")

    def cut(self, things: Sequence[T]) -> Sequence[T]:
        """Give the things of this page."""
        return things[(self.number - 1) * self.size : self.number * self.size]


def pager(total: int, size: int | None = None, parameter: str = "_page") -> Pager:
    """Read the page number from the address; a number that is none counts as 1."""
    size = size or here().settings.page_size
    asked = request.args.get(parameter, "1")
    number = int(asked) if asked.isdigit() and len(asked) < 9 else 1
    return Pager(min(max(number, 1), max(1, -(-total // size))), size, total, parameter)


def changed(**changes: str | None) -> str:
    """Give the present address with some parameters changed, or left out when None."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    return request.script_root + request.path + ("?" + urlencode(pairs) if pairs else "")


def asset(name: str) -> str:
    """Give the address of a static file, renewed whenever the file changes."""
    kept = here().kept
    key = f"asset:{name}"
    if key not in kept:
        import hashlib  # noqa: PLC0415 - once per file
        from pathlib import Path  # noqa: PLC0415

        file = Path(str(current_app.static_folder)) / name
        kept[key] = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""
    return url_for("static", filename=name, v=kept[key])


def _context() -> dict[str, Any]:
    conf = config()
    brand, _, rest = conf.title.partition(":")
    return {
        "site_title": conf.title,
        "brand": brand.strip(),
        "tagline": rest.strip(),
        "licence": conf.licence,
        "data_version": here().engine.version[:VERSION_SHOWN],
        "navigation": [(text, request.script_root + path) for text, path in NAVIGATION],
        "here_path": request.script_root + request.path,
        "root": request.script_root,
        "asset": asset,
        "changed": changed,
        "draw_mark": marks.mark,
        "EMPTY": cells.EMPTY,
    }


def install(state: BlueprintSetupState) -> None:
    """Give every template of the application what all of them use."""
    state.app.context_processor(_context)
