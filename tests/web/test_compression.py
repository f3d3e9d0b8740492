"""Packed answers: who gets them, under which names, and that they are packed once."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from small_site import Counting, small_app, small_engine

from mufakat.web import compression
from mufakat.web.compression import Compression, coding, takes_gzip
from mufakat.web.streamed import Streamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient


LONG = "/sparql?query=" + quote(
    "SELECT ?a ?b ?c { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z } ORDER BY ?a ?b ?c LIMIT 200"
)
SHORT = "/sparql?query=ASK{}"
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def engine() -> Counting:
    return Counting()


@pytest.fixture(params=[0, 1 << 26], ids=["cache off", "cache on"])
def client(engine: Counting, request: pytest.FixtureRequest) -> FlaskClient:
    return small_app(engine, cache_bytes=request.param).test_client()


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("deflate, br", False),
        ("identity", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.001", True),
        ("identity;q=0, gzip", True),
        ("identity;q=1, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=1.0", True),
        ("gzip;q=nonsense", False),
        ("br, " * 100 + "gzip", True),
    ],
)
def test_client_says_whether_it_takes_gzip(header: str | None, wanted: bool) -> None:
    assert takes_gzip(header) is wanted
    assert coding(header) == ("gzip" if wanted else "")


def test_packed_answer_holds_the_same_bytes(client: FlaskClient) -> None:
    plain, packed = client.get(LONG), client.get(LONG, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4
    assert packed.data == client.get(LONG, headers=PACKED).data


def test_both_forms_have_names_of_their_own_and_say_what_they_depend_on(
    client: FlaskClient,
) -> None:
    plain, packed = client.get(LONG), client.get(LONG, headers=PACKED)
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    for answer in (plain, packed):
        assert answer.headers.getlist("Vary") == ["Accept, Accept-Encoding"]
    told = {"content-length", "content-encoding", "etag", "x-request-id"}
    rest = [{k: v for k, v in a.headers if k.lower() not in told} for a in (plain, packed)]
    assert rest[0] == rest[1]


@pytest.mark.parametrize("first", [PACKED, {}], ids=["packed", "plain"])
def test_each_form_is_revalidated_by_its_name(client: FlaskClient, first: dict[str, str]) -> None:
    etag = client.get(LONG, headers=first).headers["ETag"]
    for again in (client.get, client.head):
        answer = again(LONG, headers={**first, "If-None-Match": f'"other", {etag}'})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        assert "Content-Encoding" not in answer.headers
    assert client.get(LONG, headers={**first, "If-None-Match": '"other-gzip"'}).status_code == 200


@pytest.mark.parametrize("path", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("asked", [PACKED, {}], ids=["takes gzip", "takes none"])
@pytest.mark.parametrize("first", [PACKED, {}, None], ids=["packed", "plain", "any"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "not kept"])
def test_304_tells_what_its_200_would(
    client: FlaskClient,
    path: str,
    asked: dict[str, str],
    first: dict[str, str] | None,
    is_kept: bool,
) -> None:
    # What is asked of another application leaves nothing in the cache of this one.
    aside = client if is_kept else small_app(small_engine()).test_client()
    known = "*" if first is None else aside.get(path, headers=first).headers["ETag"]
    whole = aside.get(path, headers=asked)
    answer = client.get(path, headers={**asked, "If-None-Match": known})
    wanted = 304 if known in {"*", whole.headers["ETag"]} else 200
    assert answer.status_code == wanted
    for name in ("ETag", "Vary", "Cache-Control", "Data-Version"):
        assert answer.headers.getlist(name) == whole.headers.getlist(name)
    assert bool(answer.data) is (wanted == 200)
    again = client.get(path, headers={**asked, "If-None-Match": known})
    assert (again.status_code, again.headers["ETag"]) == (wanted, whole.headers["ETag"])


def test_what_must_be_worked_out_for_a_304_is_kept(engine: Counting) -> None:
    client = small_app(engine).test_client()
    for _ in range(2):
        assert client.get(LONG, headers={**PACKED, "If-None-Match": "*"}).status_code == 304
    assert client.get(LONG, headers=PACKED).status_code == 200
    assert engine.asked == 1


def test_name_of_a_packed_form_spares_working_it_out(engine: Counting) -> None:
    etag = small_app(small_engine()).test_client().get(LONG, headers=PACKED).headers["ETag"]
    client = small_app(engine, cache_bytes=0).test_client()
    assert client.get(LONG, headers={**PACKED, "If-None-Match": etag}).status_code == 304
    assert engine.asked == 0


def test_head_tells_what_get_would(client: FlaskClient) -> None:
    for asked in ({}, PACKED):
        head = client.head(LONG, headers=asked)
        got = client.get(LONG, headers=asked)
        assert head.data == b""
        for name in ("ETag", "Content-Type", "Vary", "Cache-Control"):
            assert head.headers[name] == got.headers[name]
        assert head.headers.get("Content-Encoding") == got.headers.get("Content-Encoding")
        assert head.headers.get("Content-Length") in {None, got.headers["Content-Length"]}


def test_small_answers_errors_and_redirects_stay_as_they_are(client: FlaskClient) -> None:
    for path in (SHORT, "/sparql?query=" + "x" * 3000, "/nowhere"):
        plain, packed = client.get(path), client.get(path, headers=PACKED)
        assert "Content-Encoding" not in packed.headers
        assert packed.headers.get("ETag") == plain.headers.get("ETag")
        assert packed.headers.get("Vary") == plain.headers.get("Vary")


def test_answer_is_packed_once_for_all_who_take_gzip(
    engine: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = small_app(engine).test_client()
    packed: list[int] = []
    pieces = compression._pieces

    def counted(answer: Any) -> Any:
        packed.append(1)
        return pieces(answer)

    monkeypatch.setattr(compression, "_pieces", counted)
    for header in ("gzip", "gzip, deflate", "gzip, deflate, br, zstd", "GZIP;q=1.0", "*"):
        assert client.get(LONG, headers={"Accept-Encoding": header}).status_code == 200
    assert (engine.asked, len(packed)) == (1, 1)
    for header in ("", "br", "identity"):
        client.get(LONG, headers={"Accept-Encoding": header})
    assert (engine.asked, len(packed)) == (2, 1)


# ---------- the layer by itself ----------


def through(
    headers: list[tuple[str, str]],
    body: Any,
    status: str = "200 OK",
    **environ: str,
) -> tuple[str, dict[str, str], Any]:
    told: list[Any] = []

    def inner(_environ: Any, start_response: Callable[..., Any]) -> Any:
        start_response(status, headers)
        return body

    asked = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "gzip", **environ}
    answer = Compression(inner)(asked, lambda *args: told.extend(args))
    return told[0], dict(told[1]), answer


BODY = b"some text " * 1000
LENGTH = ("Content-Length", str(len(BODY)))


@pytest.mark.parametrize(
    "header",
    [
        ("Content-Encoding", "gzip"),
        ("Cache-Control", "public, no-transform"),
        ("Repr-Digest", "sha-256=:x:"),
        ("Content-Type", "application/gzip"),
        ("Content-Type", "image/png"),
        ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_what_is_packed_or_must_not_be_passes_unchanged(header: tuple[str, str]) -> None:
    headers = [("Content-Type", "text/plain"), LENGTH, ("ETag", '"a"'), header]
    _, told, answer = through(headers, [BODY])
    assert told == {**dict(headers), "Vary": "Accept-Encoding"}
    assert answer == [BODY]


def test_part_of_an_answer_is_not_packed() -> None:
    headers = [("Content-Type", "text/plain"), LENGTH, ("Content-Range", "bytes 0-9999/20000")]
    status, told, answer = through(headers, [BODY], "206 Partial Content")
    wanted = {**dict(headers), "Vary": "Accept-Encoding"}
    assert (status, told, answer) == ("206 Partial Content", wanted, [BODY])


@pytest.mark.parametrize("vary", ["*", "Accept-Encoding", "accept, ACCEPT-ENCODING"])
def test_dependence_is_not_told_twice(vary: str) -> None:
    _, told, _ = through([("Content-Type", "text/plain"), LENGTH, ("Vary", vary)], [BODY])
    assert told["Vary"] == vary


def test_large_answer_is_packed_through_files_and_both_are_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "IN_MEMORY", 10)
    path = tmp_path / "answer"
    path.write_bytes(BODY)
    file = path.open("rb")
    _, told, answer = through(
        [("Content-Type", "text/csv; charset=utf-8"), LENGTH], Streamed(file, len(BODY))
    )
    assert file.closed
    assert isinstance(answer, Streamed)
    assert told["Content-Length"] == str(answer.size)
    assert gzip.decompress(b"".join(answer)) == BODY
    assert answer.file.closed


def test_answer_that_breaks_off_is_let_go() -> None:
    class Broken(Streamed):
        def __next__(self) -> bytes:
            raise OSError

    class File:
        closed = False

        def close(self) -> None:
            self.closed = True

    file: Any = File()
    with pytest.raises(OSError):  # noqa: PT011 - whatever it says
        through([("Content-Type", "text/plain"), LENGTH], Broken(file, len(BODY)))
    assert file.closed
