"""Two servers of one release behind nginx, with the configuration that deploy/ holds."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from steady_clients import ask, asking, more

from bench.servers import free_port
from live import Server, serving
from publication import tiny
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://mufakat.test/"
QUERY = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
GET = ("GET", "/sparql?query=" + quote(QUERY), None)
POST = ("POST", "/sparql", QUERY)
PAGE = ("GET", "/query/acts.csv", None)
SAME = (
    GET[1],
    "/",
    "/query/acts.csv",
    "/query/acts.html",
    "/data/act/one.ttl",
    "/ontology.ttl",
    "/void.ttl",
    "/catalog.jsonld",
    "/openapi.json",
    "/docs/",
    "/dump/dataset.trig",
    "/dump/dataset.nq.gz",
    "/graphs?graph=" + quote(tiny.BASE + "graph/data/acts"),
)


def nginx() -> str:
    """Find nginx; without it the test says so, or fails where it must not be left out."""
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("MUFAKAT_REQUIRE_NGINX") == "1":
            pytest.fail("nginx is not installed, and MUFAKAT_REQUIRE_NGINX=1 asks for it")
        pytest.skip("NOT TESTED: nginx is not installed (Debian: nginx-light)")
    return found


def written(folder: Path, *upstreams: str) -> tuple[Path, str]:
    """Write deploy/nginx.conf with the addresses of this test inside a whole configuration."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    for number, address in enumerate(upstreams, 1):
        text = text.replace(f"127.0.0.1:800{number}", address.removeprefix("http://"))
    listen = f"127.0.0.1:{free_port()}"
    text = text.replace("listen 80;", f"listen {listen};")
    (folder / "site.conf").write_text(text)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid;\n"
        f"worker_processes 1; error_log {folder}/error.log;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    return folder / "nginx.conf", f"http://{listen}"


@contextmanager
def balanced(folder: Path, *upstreams: str) -> Iterator[str]:
    program = nginx()
    folder.mkdir()
    configuration, address = written(folder, *upstreams)
    command = [program, "-e", str(folder / "error.log"), "-c", str(configuration)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen(command) as process:
        try:
            wait_until(lambda: answers(address), "nginx does not answer")
            yield address
        finally:
            process.terminate()
            process.wait(20)


def answers(address: str) -> bool:
    try:
        return ask(address, "/ready")[0] == 200
    except OSError:
        return False


def served(server: Server) -> float:
    """Count the queries a server has answered."""
    found = re.findall(
        r'mufakat_requests_total{room="sparql",status="200"} (\S+)', server.ask("/metrics").text
    )
    return float(found[0]) if found else 0


def descendants(pid: int) -> list[int]:
    found = [pid]
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found += descendants(int(folder.name))
    return found


def options(port: int = 0) -> tuple[object, ...]:
    return ("--public-url", ADDRESS, "--log-format", "none", "--port", port)


@contextmanager
def pair(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers, each on a copy of the release of its own, as on two machines."""
    nginx()
    copies = [folder / name for name in ("one", "two")]
    for copy in copies:
        tiny.write(copy)
    with serving_at(copies[0]) as one, serving_at(copies[1]) as two:
        yield one, two


@contextmanager
def serving_at(folder: Path) -> Iterator[Server]:
    port = free_port()
    with serving(folder, *options(port)) as server:
        server.address = f"http://127.0.0.1:{port}"  # it prints the public one
        yield server


def test_two_servers_of_a_release_give_the_same_bytes_and_etags(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two):
        for path in SAME:
            first, second = one.ask(path), two.ask(path)
            assert first.status == second.status == 200, path
            assert first.body == second.body, path
            assert first.headers["ETag"] == second.headers["ETag"], path
            assert first.headers["ETag"], path
            known = {"If-None-Match": first.headers["ETag"]}
            assert two.ask(path, headers=known).status == 304, path


def test_reads_go_to_both(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        with asking(front, GET, POST) as seen:
            more(seen, 60)
            wait_until(lambda: min(served(one), served(two)) > 10, "one of them is not asked")
        assert seen.failed == []
        assert len(seen.bodies) == 1


def test_no_read_fails_when_one_server_is_killed(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        with asking(front, GET, POST, PAGE) as seen:
            more(seen, 30)
            for pid in descendants(two.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            more(seen, 200)
        assert seen.failed == []
        assert not answers(two.address)


def test_no_read_fails_while_both_take_in_a_new_release(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        before = one.version
        with asking(front, GET, POST) as seen:
            more(seen, 30)
            for name, server in (("one", one), ("two", two)):
                tiny.write(tmp_path / name, data=tiny.DATA.replace("Book", "Tome"))
                server.process.send_signal(signal.SIGHUP)

            def taken() -> bool:
                return all(s.version != before for s in (one, two))

            wait_until(taken, "the new release was not taken in")
            more(seen, 30)
        assert seen.failed == []
        assert len(seen.bodies) == 2
        assert len({s.ask("/void.ttl").headers["ETag"] for s in (one, two)}) == 1


def test_writes_and_figures_are_closed_to_the_outside(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        assert ask(front, "/update", "POST", "DELETE WHERE { ?s ?p ?o }")[0] == 403
        assert ask(front, "/metrics")[0] == 200  # from this machine
        assert ask(front, "/dump/dataset.nq")[1] == one.ask("/dump/dataset.nq").body


def test_packed_answers_pass_the_proxy_as_they_are(tmp_path: Path) -> None:
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        proxied = Server(front, one.process)
        for path in (GET[1], "/dump/dataset.ttl"):
            for asked in ({}, {"Accept-Encoding": "gzip"}):
                straight, through = (place.ask(path, headers=asked) for place in (one, proxied))
                assert through.body == straight.body
                for name in ("ETag", "Content-Encoding", "Vary", "Content-Length"):
                    assert through.headers[name] == straight.headers[name]
            assert through.headers["Content-Encoding"] == "gzip"
            assert through.headers["ETag"].endswith('-gzip"')


def test_proxy_can_send_the_dumps_of_a_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "release/dump").mkdir(parents=True)
    (tmp_path / "release/dump/dataset.ttl").write_text("# of the release\n")
    text = (ROOT / "deploy/nginx.conf").read_text()
    for line in ("root /srv/mufakat/current;", "try_files $uri @dump;"):
        assert f"# {line}" in text
        text = text.replace(f"# {line}", line)
    text = text.replace("/srv/mufakat/current", f"{tmp_path}/release")
    passed_on = (
        "proxy_max_temp_file_size 0;\n        proxy_pass http://mufakat;\n        # In place"
    )
    assert passed_on in text
    text = text.replace(passed_on, "# In place")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/nginx.conf").write_text(text)
    monkeypatch.setattr("test_two_servers.ROOT", tmp_path)
    with pair(tmp_path) as (one, two), balanced(tmp_path / "n", one.address, two.address) as front:
        assert ask(front, "/dump/dataset.ttl") == (200, b"# of the release\n")
        for path in ("/dump/", "/dump/dataset.nq", "/dump/dataset.ttl.gz"):
            assert ask(front, path)[0] == 200
