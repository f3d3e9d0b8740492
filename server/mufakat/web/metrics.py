"""Figures for monitoring, in the text form of Prometheus."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app

blueprint = Blueprint("metrics", __name__)
FIGURES: Final = "mufakat.figures"


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give counts and times since this process began."""
    body, media_type = current_app.extensions[FIGURES].write()
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response
