"""For operators: is the process alive, can it answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from mufakat.errors import MufakatError
from mufakat.web.site import here

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the process answers; nothing else is asked."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/ready")
def ready() -> Response:
    """Say whether a query is answered just now, and from which data."""
    engine = here().engine
    try:
        engine.ask("ASK { }")
    except MufakatError as error:
        response = _uncached(jsonify(status="unready", reason=error.title))
        response.status_code = 503
        response.headers["Retry-After"] = "2"
        return response
    return _uncached(jsonify(status="ready", version=engine.version))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
