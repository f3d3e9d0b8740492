"""What every request handler needs, in one record kept with the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, request

if TYPE_CHECKING:
    from mufakat.engine.types import Engine
    from mufakat.publication.publication import Publication
    from mufakat.settings import Settings

NAME = "mufakat"


@dataclass
class Site:
    """The publication that is served, the engine that answers and the settings in force."""

    publication: Publication
    engine: Engine
    settings: Settings
    labels: Any = None
    """Names of things for pages; made at the first page that needs it."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What is worked out once for a data version, by name and version."""

    def root(self) -> str:
        """Give the address people reach the server under, with a slash at its end."""
        public: str = self.settings.public_url
        if public or request.host:
            return public.rstrip("/") + "/" if public else request.url_root
        # Werkzeug takes no underscore in a host.
        return f"{request.scheme}://{request.headers.get('Host', '')}{request.script_root}/"


def here() -> Site:
    """Give the site of the running application."""
    return cast("Site", current_app.extensions[NAME])
