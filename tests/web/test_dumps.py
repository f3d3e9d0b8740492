"""Dumps hold all of the data, in bytes that depend on the content alone, and prove it."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from small_site import small_app, small_engine

from mufakat.publication.release import FORMATS
from mufakat.publication.release.dumps import canonicalised
from mufakat.settings import load
from mufakat.web.app import create_app
from publication import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

ENDINGS = [fmt.ending for fmt in FORMATS]
BNODES = '[] a ex:Source ; rdfs:label "Nameless"@en .\n'


def served(folder: Path, **settings: object) -> Flask:
    publication = tiny.write(folder, data=tiny.DATA + BNODES)
    return create_app(publication, publication.engine(), load(settings, environ={}))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return served(tmp_path / "one")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.ending)
def test_dump_holds_all_of_the_data(client: FlaskClient, app: Flask, fmt: object) -> None:
    answer = client.get(f"/dump/dataset.{fmt.ending}")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert answer.mimetype == fmt.media_type  # type: ignore[attr-defined]
    read = ox.Dataset(ox.parse(answer.data, format=fmt.rdf))  # type: ignore[attr-defined]
    read.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    whole = canonicalised(app.extensions["mufakat"].publication.load_store())
    if fmt.graphs:  # type: ignore[attr-defined]
        assert set(read) == set(whole)
    else:
        assert len(read) == len({quad.triple for quad in whole})
        named = {q.triple for q in whole if not isinstance(q.subject, ox.BlankNode)}
        named = {t for t in named if not isinstance(t.object, ox.BlankNode)}
        assert named <= {quad.triple for quad in read}


@pytest.mark.parametrize("ending", ENDINGS)
def test_sum_is_that_of_the_file_packed_and_plain(client: FlaskClient, ending: str) -> None:
    plain = client.get(f"/dump/dataset.{ending}").data
    packed = client.get(f"/dump/dataset.{ending}.gz")
    assert packed.mimetype == "application/gzip"
    assert gzip.decompress(packed.data) == plain
    for name, body in ((f"dataset.{ending}", plain), (f"dataset.{ending}.gz", packed.data)):
        said = client.get(f"/dump/{name}.sha256")
        assert said.mimetype == "text/plain"
        assert said.text == f"{hashlib.sha256(body).hexdigest()}  {name}\n"


def test_two_servers_of_one_release_send_the_same_bytes_and_etags(tmp_path: Path) -> None:
    one, other = (served(tmp_path / name).test_client() for name in ("one", "other"))
    for name in [f"dataset.{ending}" for ending in ENDINGS] + ["dataset.trig.gz"]:
        first, second = one.get(f"/dump/{name}"), other.get(f"/dump/{name}")
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]


def test_dump_is_sent_as_a_file_with_its_name_and_licence(client: FlaskClient) -> None:
    answer = client.get("/dump/dataset.nq")
    assert answer.headers["Content-Disposition"] == "attachment; filename=dataset.nq"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert 'rel="license"' in str(answer.headers.getlist("Link"))
    assert answer.headers["Repr-Digest"].startswith("sha-256=:")


def test_client_that_takes_gzip_gets_the_packed_file_on_the_way(client: FlaskClient) -> None:
    asked = {"Accept-Encoding": "gzip"}
    plain, coded = client.get("/dump/dataset.ttl"), client.get("/dump/dataset.ttl", headers=asked)
    assert coded.headers["Content-Encoding"] == "gzip"
    assert coded.mimetype == "text/turtle"
    assert coded.data == client.get("/dump/dataset.ttl.gz").data
    assert gzip.decompress(coded.data) == plain.data
    assert coded.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert plain.headers["Vary"] == coded.headers["Vary"] == "Accept-Encoding"
    digest = base64.b64encode(hashlib.sha256(coded.data).digest()).decode()
    assert coded.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    again = {**asked, "If-None-Match": coded.headers["ETag"]}
    not_sent = client.get("/dump/dataset.ttl", headers=again)
    assert (not_sent.status_code, not_sent.headers["ETag"]) == (304, coded.headers["ETag"])
    packed = client.get("/dump/dataset.ttl.gz", headers=asked)
    assert "Content-Encoding" not in packed.headers
    rest = {**asked, "Range": "bytes=100-", "If-Range": coded.headers["ETag"]}
    part = client.get("/dump/dataset.ttl", headers=rest)
    assert (part.status_code, part.data) in {(206, coded.data[100:]), (200, coded.data)}
    mixed = {"Range": "bytes=100-", "If-Range": coded.headers["ETag"]}
    assert client.get("/dump/dataset.ttl", headers=mixed).data == plain.data


def test_who_comes_before_the_dumps_are_written_is_told_when_to_come_again(
    app: Flask, client: FlaskClient
) -> None:
    shelf = app.extensions["mufakat.dumps"]
    shelf.patience = 0
    early = client.get("/dump/dataset.ttl")
    assert (early.status_code, early.headers["Retry-After"]) == (503, "10")
    assert "being written" in early.json["detail"]  # type: ignore[index]
    shelf.patience = 30
    assert client.get("/dump/dataset.ttl").status_code == 200


def test_unchanged_dump_is_not_sent_again(client: FlaskClient) -> None:
    for name in ("dataset.trig", "dataset.trig.gz", "dataset.trig.sha256"):
        etag = client.get(f"/dump/{name}").headers["ETag"]
        again = client.get(f"/dump/{name}", headers={"If-None-Match": etag})
        assert again.status_code == 304
        assert not again.data


@pytest.fixture
def uncached(tmp_path: Path) -> FlaskClient:
    """Give a server that keeps no answers, so that each dump comes from its file."""
    return served(tmp_path / "uncached", cache_bytes=0).test_client()


@pytest.mark.parametrize("coding", [{}, {"Accept-Encoding": "gzip"}], ids=["plain", "packed"])
@pytest.mark.parametrize("name", ["dataset.nq", "dataset.nq.gz", "dataset.nq.sha256"])
def test_304_of_a_dump_tells_what_its_200_would(
    uncached: FlaskClient, name: str, coding: dict[str, str]
) -> None:
    path = f"/dump/{name}"
    whole = uncached.get(path, headers=coding)
    others = {uncached.get(path).headers["ETag"]} - {whole.headers["ETag"]}
    for known in ("*", whole.headers["ETag"], f"W/{whole.headers['ETag']}", *others):
        answer = uncached.get(path, headers={**coding, "If-None-Match": known})
        assert answer.status_code == (200 if known in others else 304)
        for header in ("ETag", "Vary", "Cache-Control", "Data-Version"):
            assert answer.headers.getlist(header) == whole.headers.getlist(header)


@pytest.mark.parametrize("coding", [{}, {"Accept-Encoding": "gzip"}], ids=["plain", "packed"])
@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=100-", slice(100, None)),
        ("bytes=100-199", slice(100, 200)),
        ("BYTES=-50", slice(-50, None)),
        ("bytes=-99999999", None),
        ("bytes=0-9,20-29", None),
        ("lines=0-9", None),
        ("nonsense", None),
    ],
)
def test_part_of_a_dump_can_be_fetched(
    uncached: FlaskClient, asked: str, part: slice | None, coding: dict[str, str]
) -> None:
    whole = uncached.get("/dump/dataset.nq", headers=coding)
    answer = uncached.get("/dump/dataset.nq", headers={**coding, "Range": asked})
    assert answer.status_code == (200 if part is None else 206)
    assert answer.data == (whole.data if part is None else whole.data[part])
    assert answer.headers["ETag"] == whole.headers["ETag"]
    head = uncached.head("/dump/dataset.nq", headers={**coding, "Range": asked})
    assert head.status_code == 200  # ranges are for GET alone


def test_part_beyond_the_end_gives_416(uncached: FlaskClient) -> None:
    answer = uncached.get("/dump/dataset.nq", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416


def test_part_is_sent_only_of_the_very_bytes_that_the_client_has(uncached: FlaskClient) -> None:
    whole = uncached.get("/dump/dataset.nq")
    etag = whole.headers["ETag"]
    date = "Fri, 01 Jan 2100 00:00:00 GMT"
    for condition, status in ((etag, 206), (f"W/{etag}", 200), ('"other"', 200), (date, 200)):
        asked = {"Range": "bytes=100-", "If-Range": condition}
        answer = uncached.get("/dump/dataset.nq", headers=asked)
        assert (answer.status_code, answer.data[-50:]) == (status, whole.data[-50:])
    packed = uncached.get("/dump/dataset.nq", headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    asked = {"Range": "bytes=100-", "If-Range": packed}
    assert uncached.get("/dump/dataset.nq", headers=asked).status_code == 200


def test_dump_follows_a_change(app: Flask, client: FlaskClient) -> None:
    engine = app.extensions["mufakat"].engine.engine
    before = client.get("/dump/dataset.nq")
    engine.store.update(
        "INSERT DATA { GRAPH <http://e.org/g> { <http://e.org/s> <http://e.org/new> 1 } }"
    )
    engine.version = "beef"
    after = client.get("/dump/dataset.nq")
    assert after.headers["ETag"] != before.headers["ETag"]
    new = set(after.data.splitlines()) - set(before.data.splitlines())
    assert len(new) == 1
    assert b"<http://e.org/g>" in new.pop()


def test_plain_dataset_is_dumped_with_its_default_graph() -> None:
    engine = small_engine(union=False)
    engine.store.add(
        ox.Quad(ox.NamedNode("http://e.org/s"), ox.NamedNode("http://e.org/p"), ox.Literal(1))
    )
    body = small_app(engine).test_client().get("/dump/dataset.nq").data
    assert len(body.splitlines()) == 12
    assert set(ox.parse(body, format=ox.RdfFormat.N_QUADS)) == set(engine.store)


def test_page_lists_every_format_with_its_sum(client: FlaskClient) -> None:
    listing = client.get("/dump/", headers={"Accept": "text/html"}).text
    for ending in ENDINGS:
        sums = client.get(f"/dump/dataset.{ending}.sha256").text
        assert f"/dump/dataset.{ending}" in listing
        assert sums[:16] in listing


@pytest.mark.parametrize(
    "name", ["dataset.exe", "other.ttl", "dataset.ttl.zip", "dataset", "%2e%2e"]
)
def test_unknown_name_gives_404_with_what_is_offered(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/dump/{name}")
    assert answer.status_code == 404
    assert "dataset.trig" in answer.json["mend"]  # type: ignore[index]
