"""SPARQL 1.1 Protocol, the update operation.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import UnsupportedMediaType

from mufakat.engine.changes import Update
from mufakat.engine.guard_update import UpdateRequest, guarded
from mufakat.engine.types import Limits
from mufakat.errors import BadQuery, MufakatError
from mufakat.web import writes
from mufakat.web.site import here
from mufakat.web.sparql import FORM, utf8

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from mufakat.engine.guard_update import Guarded
    from mufakat.engine.load import Document

blueprint = Blueprint("update", __name__)

CLAUSE: Final = "https://www.w3.org/TR/sparql11-protocol/#update-operation"
DIRECT: Final = "application/sparql-update"


@blueprint.post("/update", strict_slashes=False)
def answer() -> Response:
    """Carry out an update, whole or not at all."""
    writes.authorise()
    asked = _asked()
    g.query_text = asked.text
    return writes.done(carry_out(guarded(asked, limits(), here().publication.config.base_iri)))


def limits() -> Limits:
    """Give the bounds on an update's text."""
    engine: Any = here().engine
    return Limits(
        query_bytes=writes.LARGEST,
        depth=engine.limits.depth,
        operators=1_000_000,  # INSERT DATA has signed numbers by the thousand
    )


def carry_out(update: Guarded, only: tuple[str | None, ...] = ()) -> dict[str, Any]:
    """Fetch what an update loads and have it made; mistakes are told at their place in the text.

    `only` names the graphs that it may change, None for the default graph; all when it is empty.
    """
    site = here()
    documents: tuple[Document, ...] = ()
    try:
        if update.loads:
            from mufakat.engine.fetch import fetch  # noqa: PLC0415 - most servers ask nobody

            engine: Any = site.engine
            documents = fetch(update.loads, engine.policy, site.settings.timeout)
        return writes.carry_out(Update(update.text, documents, only))
    except MufakatError as error:
        error.where = update.rewritten.back(error.where)
        raise


def _asked() -> UpdateRequest:
    mimetype = request.mimetype
    utf8(unquote_to_bytes(request.query_string), "The address")
    if mimetype == FORM:
        utf8(unquote_to_bytes(request.get_data()), "The form")
        texts = request.form.getlist("update")
        if len(texts) != 1:
            raise BadQuery(
                f"The request holds {len(texts) or 'no'} updates; it must hold one.",
                mend="Send one field named update; separate operations in it by semicolons.",
                clause=CLAUSE,
            )
        return _with_dataset(texts[0], request.form)
    if mimetype == DIRECT:
        return _with_dataset(direct(), request.args)
    raise UnsupportedMediaType(
        f"An update comes as {DIRECT} or {FORM}, not as {mimetype[:80] or 'nothing named'}."
    )


def direct() -> str:
    """Read an update that is the whole body."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"The update must be UTF-8, not {charset[:40]}.")
    return utf8(writes.body())


def _with_dataset(text: str, parameters: MultiDict[str, str]) -> UpdateRequest:
    return UpdateRequest(
        text,
        tuple(parameters.getlist("using-graph-uri")),
        tuple(parameters.getlist("using-named-graph-uri")),
    )
