"""Puts the application together: rooms, errors, headers."""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request
from werkzeug.routing import RequestRedirect

from mufakat.web import problems
from mufakat.web.bodies import Bodies
from mufakat.web.cache import Cache, Store
from mufakat.web.compression import Compression
from mufakat.web.fair import FairEngine, Guests
from mufakat.web.headers import CROSS_ORIGIN, PREFLIGHT, SECURITY
from mufakat.web.lane import Lane
from mufakat.web.ledger import Ledger
from mufakat.web.metrics import FIGURES, Figures
from mufakat.web.plan import WORKERS_PER_CORE
from mufakat.web.site import NAME, Site, here
from mufakat.web.watch import REQUEST_ID, Watch
from mufakat.web.writes import LARGEST

if TYPE_CHECKING:
    from mufakat.engine.types import Engine
    from mufakat.publication.publication import Publication
    from mufakat.settings import Settings

LEDGER: Final = "mufakat.ledger"
# Each module has a `blueprint`; one that this installation does not carry is passed over.
BLUEPRINTS: Final = (
    "sparql",
    "update",
    "graph_store",
    "health",
    "metrics",
    "home",
    "queries",
    "resources",
    "vocabularies",
    "editor",
    "descriptions",
    "dumps",
    "openapi",
)


def create_app(publication: Publication, engine: Engine, settings: Settings) -> Flask:
    """Make the WSGI application that serves a publication through an engine."""
    app = Flask("mufakat.web")
    fair = FairEngine(engine, _guests(settings), behind_proxy=bool(settings.public_url))
    app.extensions[NAME] = Site(publication, fair, settings)
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.install(app)
    for name in BLUEPRINTS:
        module = f"mufakat.web.{name}"
        if importlib.util.find_spec(module):
            app.register_blueprint(importlib.import_module(module).blueprint)
    app.wsgi_app = Lane(app, app.wsgi_app, fair)  # type: ignore[method-assign]
    app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
    store = Store(settings.cache_bytes) if settings.cache_bytes else None
    app.extensions["mufakat.cache"] = store
    cache = app.wsgi_app = Cache(app.wsgi_app, store or Store(0), lambda: engine.version)  # type: ignore[method-assign]
    ahead = cache.ahead if store else None
    longest = 4 * settings.max_query_bytes + 65536
    app.wsgi_app = Bodies(app, app.wsgi_app, fair.client, longest, settings.body_timeout)  # type: ignore[method-assign]
    ledger = app.extensions[LEDGER] = Ledger(settings.log_format)
    watch = app.wsgi_app = Watch(app.wsgi_app, ledger, ahead)  # type: ignore[method-assign]
    app.extensions[FIGURES] = Figures(engine, store, watch)
    app.before_request(_name_request)
    app.after_request(_lead_on)
    app.after_request(_dress)
    return app


def _guests(settings: Settings) -> Guests:
    """Give each client half of the workers, so that two of them never keep a third one out."""
    workers: int = settings.workers or WORKERS_PER_CORE * (os.cpu_count() or 1)
    return Guests(share=max(1, workers // 2), rate=settings.rate)


def _name_request() -> None:
    g.request_id = request.environ[REQUEST_ID]


def _lead_on(response: Response) -> Response:
    """Tell the way to the address with its last slash as a path.

    A proxy is asked by another scheme, and perhaps another name, than it asks by.
    """
    if isinstance(request.routing_exception, RequestRedirect):
        to = urlsplit(request.routing_exception.new_url)
        response.location = urlunsplit(("", "", "/" + to.path.lstrip("/"), to.query, ""))
        response.data = b""
    return response


def _dress(response: Response) -> Response:
    """Add what every answer carries."""
    for header, value in SECURITY.items():
        response.headers.setdefault(header, value)
    response.headers.update(CROSS_ORIGIN)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers.update(PREFLIGHT)
    response.headers.setdefault("Data-Version", here().engine.version)
    response.headers.setdefault("X-Request-Id", getattr(g, "request_id", ""))
    return response
