"""A request whose frame is wrong is refused before what it asks is read."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_site import small_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

DIRECT = "application/sparql-query"


def ask(changes: dict[str, Any], **request: Any) -> tuple[int, Any, bytes]:
    environ = EnvironBuilder(**({"path": "/sparql"} | request)).get_environ()
    for name, value in changes.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
    body, status, headers = run_wsgi_app(small_app(log_format="none"), environ, buffered=True)
    return int(status[:3]), headers, b"".join(body)


@pytest.mark.parametrize(
    "host",
    [None, "", "a,b", "a b", "a/b", "<script>", "a:99999999", "xn--a", "[:::]", "[1.2]", "[]"],
)
def test_a_request_without_one_good_host_is_refused(host: str | None) -> None:
    for path in ("/sparql", "/health", "/sparql?query=ASK{}"):
        status, _, body = ask({"HTTP_HOST": host}, path=path)
        assert status == 400
        assert "Host" in json.loads(body)["detail"]


@pytest.mark.parametrize("host", ["a", "a.example:8000", "127.0.0.1", "[::1]:80", "a_b:81", "c_d"])
def test_a_good_host_stands_in_the_links(host: str) -> None:
    status, _, body = ask({"HTTP_HOST": host}, headers={"Accept": "application/n-triples"})
    assert status == 200
    assert body.startswith(f"<http://{host.removesuffix(':80')}/sparql>".encode())


@pytest.mark.parametrize("version", ["HTTP/1", "HTTP/1.0"])
def test_a_first_version_request_needs_no_host(version: str) -> None:
    changes = {
        "HTTP_HOST": "",
        "SERVER_PROTOCOL": version,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
    }
    status, _, body = ask(changes, headers={"Accept": "application/n-triples"})
    assert status == 200
    assert body.startswith(b"<http://127.0.0.1:8000/sparql>")


@pytest.mark.parametrize("path", ["/sparql", "/update", "/graphs?default"])
@pytest.mark.parametrize(
    "body", [gzip.compress(b"ASK {}", mtime=0), b"ASK {}"], ids=["packed", "plain"]
)
def test_a_packed_body_is_refused(path: str, body: bytes) -> None:
    status, headers, told = ask(
        {"HTTP_CONTENT_ENCODING": "gzip"}, path=path, method="POST", data=body, content_type=DIRECT
    )
    assert status == 415
    assert headers["Accept-Encoding"] == "identity"
    assert "gzip" in json.loads(told)["detail"]


def test_a_body_that_is_said_to_be_as_it_is_is_read() -> None:
    changes = {"HTTP_CONTENT_ENCODING": "identity"}
    assert ask(changes, method="POST", data=b"ASK {}", content_type=DIRECT)[0] == 200


def test_an_unknown_transfer_coding_is_refused() -> None:
    changes = {"HTTP_TRANSFER_ENCODING": "gzip, chunked", "wsgi.input_terminated": True}
    assert ask(changes, method="POST", data=b"ASK {}", content_type=DIRECT)[0] == 501


def test_a_page_elsewhere_may_read_every_header_that_is_documented() -> None:
    docs = (Path(__file__).parents[2] / "docs/endpoint.md").read_text()
    table = docs.partition("## Headers worth knowing")[2].partition("\n## ")[0]
    # How an answer is packed is the browser's own business.
    told = set(re.findall(r"^\| `([\w-]+)", table, re.MULTILINE)) - {"Content-Encoding"}
    assert len(told) > 4
    _, headers, _ = ask({})
    exposed = headers["Access-Control-Expose-Headers"].split(", ")
    assert told <= set(exposed)
