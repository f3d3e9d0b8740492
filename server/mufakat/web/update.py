"""SPARQL 1.1 Protocol, the update operation.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import UnsupportedMediaType

from mufakat.engine.changes import Update
from mufakat.engine.guard_update import UpdateRequest, guarded
from mufakat.engine.types import Limits, Policy
from mufakat.errors import BadQuery
from mufakat.web import writes
from mufakat.web.site import here
from mufakat.web.sparql import FORM, utf8

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

blueprint = Blueprint("update", __name__)

CLAUSE: Final = "https://www.w3.org/TR/sparql11-protocol/#update-operation"
DIRECT: Final = "application/sparql-update"


@blueprint.post("/update", strict_slashes=False)
def update() -> Response:
    """Carry out an update, whole or not at all."""
    writes.authorise()
    asked = _asked()
    g.query_text = asked.text
    engine = here().engine
    limits = Limits(
        query_bytes=writes.LARGEST,
        depth=getattr(engine, "limits", Limits()).depth,
        operators=1_000_000,  # INSERT DATA has signed numbers by the thousand
    )
    text = guarded(asked, limits, Policy())
    return writes.done(writes.carry_out(Update(text)))


def _asked() -> UpdateRequest:
    mimetype = request.mimetype
    if mimetype == FORM:
        texts = request.form.getlist("update")
        if len(texts) != 1:
            raise BadQuery(
                f"The request holds {len(texts) or 'no'} updates; it must hold one.",
                mend="Send one field named update; separate operations in it by semicolons.",
                clause=CLAUSE,
            )
        return _with_dataset(texts[0], request.form)
    if mimetype == DIRECT:
        charset = request.mimetype_params.get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(f"The update must be UTF-8, not {charset[:40]}.")
        return _with_dataset(utf8(writes.body()), request.args)
    raise UnsupportedMediaType(
        f"An update comes as {DIRECT} or {FORM}, not as {mimetype[:80] or 'nothing named'}."
    )


def _with_dataset(text: str, parameters: MultiDict[str, str]) -> UpdateRequest:
    return UpdateRequest(
        text,
        tuple(parameters.getlist("using-graph-uri")),
        tuple(parameters.getlist("using-named-graph-uri")),
    )
