"""Bad input is told in our words: what, where, how to mend it, and never as a defect."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mufakat.cli.errors import CANNOT_RUN, DEFECT, INTERRUPTED
from mufakat.cli.group import group
from publication import tiny

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Call = Callable[..., Result]

NOT_UTF8 = b"SELECT *\n{ \xff }"
COMMAND = [sys.executable, "-m", "mufakat"]


def told(result: Result, *words: str) -> None:
    assert result.exit_code == CANNOT_RUN, result.output
    assert "defect" not in result.stderr
    assert "\n  mend:  " in result.stderr, result.stderr
    for word in words:
        assert word in result.stderr


@pytest.fixture
def blocked(folder: Path) -> Path:
    """A file where a folder would have to be."""
    (folder / "blocked").write_text("a file")
    return folder / "blocked"


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "acts", "-o", "blocked/a"),
        ("query", "acts", "--format", "csv", "-o", "blocked/a"),
        ("query", "acts", "--format", "xlsx", "-o", "blocked/a"),
        ("sparql", "ASK {}", "-o", "blocked/a"),
        ("build", "blocked"),
        ("build", "blocked/a"),
        ("build", "out", "--site", "blocked"),
    ],
    ids=" ".join,
)
def test_place_that_cannot_be_written_is_named(
    mufakat: Call, blocked: Path, arguments: tuple[str, ...]
) -> None:
    told(mufakat(*arguments), "blocked", "cannot be used")
    assert blocked.read_text() == "a file"


def test_missing_folder_and_folder_for_a_file_are_told_apart(mufakat: Call) -> None:
    told(mufakat("query", "acts", "-o", "no/such/a"), "no/such/a", "folder that it lies in")
    told(mufakat("query", "acts", "-o", "data"), "Name a file; this is a folder.")


def test_release_is_not_begun_for_an_address_that_is_none(mufakat: Call, folder: Path) -> None:
    told(mufakat("build", "out", "--at", "nonsense"), "nonsense", "https://")
    assert not (folder / "out").exists()


def test_query_that_is_not_utf8_is_named_with_its_line(mufakat: Call, folder: Path) -> None:
    (folder / "odd.rq").write_bytes(NOT_UTF8)
    told(mufakat("sparql", "odd.rq"), "not UTF-8", "where: odd.rq:2:3")
    told(mufakat("sparql", "-", stdin=NOT_UTF8), "not UTF-8", "where: -:2:3")


def test_query_with_a_byte_order_mark_is_read(mufakat: Call, folder: Path) -> None:
    (folder / "marked.rq").write_bytes(b"\xef\xbb\xbfASK {}\r\n")
    assert mufakat("sparql", "marked.rq").stdout == "yes\n"


@pytest.mark.parametrize("query", ["", "  "])
def test_empty_query_is_told(mufakat: Call, query: str) -> None:
    told(mufakat("sparql", query), "The query is empty.")


def test_saved_query_that_is_not_utf8_is_a_broken_file_and_a_finding(
    mufakat: Call, folder: Path
) -> None:
    (folder / "queries/acts/odd.rq").write_bytes(b"#+ title: x\n\xff")
    told(mufakat("query"), "not UTF-8", "odd.rq:2:1")
    result = mufakat("check", "--quiet")
    assert result.exit_code == 1
    assert "not UTF-8" in result.stdout


def test_saved_query_that_cannot_be_evaluated_here_is_read_all_the_same(
    mufakat: Call, folder: Path
) -> None:
    file = folder / "queries/acts/acts.rq"
    text = file.read_text().partition("SELECT")[0]
    file.write_text(
        text.replace("rows: 1", "rows: 0") + "ASK { VALUES ?asOf "
        '{ "2020-12-31"^^xsd:date } FILTER (<urn:no:function>(?asOf)) }\n'
    )
    assert "1 questions" in mufakat("query").stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The first line of"), (b"\nsecret", "The first line of"), (b"\xff", "not UTF-8")],
)
def test_password_that_cannot_be_read_is_told(
    mufakat: Call, folder: Path, content: bytes, words: str
) -> None:
    (folder / "password").write_bytes(content)
    options = ("--user", "ana", "--password-file", "password")
    told(mufakat("load", "http://127.0.0.1:9/data", *options), words)


def test_password_of_nobody_is_told(mufakat: Call, folder: Path) -> None:
    (folder / "password").write_text("secret")
    told(mufakat("load", "http://127.0.0.1:9/data", "--password-file", "password"), "--user")


def test_store_that_does_not_listen_is_named(
    mufakat: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    told(mufakat("load", "http://127.0.0.1:9/data"), "http://127.0.0.1:9/data?graph=")


@pytest.mark.parametrize(
    "options", [("--format", "csv"), ("-o", "a"), ("--show",), ("--set", "a=b"), ("--as-of", "x")]
)
def test_options_of_one_question_need_its_name(mufakat: Call, options: tuple[str, ...]) -> None:
    told(mufakat("query", *options), "none is named")


def test_options_that_exclude_each_other_are_told(mufakat: Call) -> None:
    told(mufakat("reason", "--no-reasoner", "--reasoner", "hermit"), "exclude each other")
    told(mufakat("format", "-", "data/ttl/acts.ttl"), "stands alone")


def test_path_that_is_not_there_is_no_folder_to_the_check(mufakat: Call) -> None:
    told(mufakat("check", "data/ttl/act.ttl"), "no file or folder data/ttl/act.ttl")


def test_link_that_leads_nowhere_is_told_and_not_left_out(mufakat: Call, folder: Path) -> None:
    (folder / "data/ttl/gone.ttl").symlink_to("nowhere.ttl")
    for arguments in (("check",), ("sparql", "ASK {}"), ("build", "out")):
        told(mufakat(*arguments), "leads nowhere", "data/ttl/gone.ttl")


def test_formatting_on_a_full_disk_leaves_the_file_whole(
    mufakat: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "data/ttl/acts.ttl"
    spoilt = file.read_text().replace("    ", "\t")
    file.write_text(spoilt)
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        real(self, data[:10])
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    told(mufakat("format"), "No space left", "Make room")
    assert file.read_text() == spoilt
    assert [path.name for path in file.parent.iterdir()] == ["acts.ttl"]


def test_formatting_keeps_who_may_read_the_file(mufakat: Call, folder: Path) -> None:
    file = folder / "data/ttl/acts.ttl"
    house = file.read_text()
    (folder / "link.ttl").symlink_to(file)
    file.write_text(house.replace("    ", "\t"))
    file.chmod(0o640)
    assert mufakat("format", "link.ttl").exit_code == 0
    assert (folder / "link.ttl").is_symlink()
    assert file.read_text() == house
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("spoil", ["body", "checksum"])
def test_damaged_backup_is_told(mufakat: Call, folder: Path, spoil: str) -> None:
    data = bytearray(gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 50))
    if spoil == "body":
        data[20:24] = b"\xff\xff\xff\xff"
    else:
        (folder / "b.gz.sha256").write_bytes(b"\xff\xfe")
    (folder / "b.gz").write_bytes(data)
    told(mufakat("restore", "b.gz", "store"), "b.gz")
    assert not (folder / "store").exists()


def test_defects_are_still_told_as_such(mufakat: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr("mufakat.cli.check.run", fail)
    assert mufakat("check").exit_code == DEFECT


def test_temporary_files_without_a_place_are_told(
    mufakat: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("mufakat.cli.check.run", fail)
    told(mufakat("check"), "Set TMPDIR")


def run(
    folder: Path, *arguments: str, stdout: int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUFAKAT_", "LC_", "PYTHONI"))}
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=kept | environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )


@pytest.fixture
def accented(tmp_path: Path) -> Path:
    tiny.write(tmp_path, data=tiny.DATA.replace('"Book"@en', '"Bücher ş 書"@en'))
    return tmp_path


ANY = "SELECT ?o { <https://example.org/t/id/source/book> ?p ?o FILTER(ISLITERAL(?o)) }"


def test_files_and_pipes_get_utf8_whatever_the_locale(accented: Path) -> None:
    odd = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run(accented, "sparql", ANY, **odd)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Bücher ş 書" in done.stdout.decode()


def test_characters_that_cannot_be_shown_are_spelt_out(accented: Path) -> None:
    done = run(accented, "sparql", ANY, PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"B\xfccher \\u015f \\u66f8" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("query",), ("check", "--list"), ("sparql", "ASK {}")])
def test_full_disk_behind_standard_output_is_told(
    accented: Path, arguments: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(accented, *arguments, stdout=full.fileno())
    assert done.returncode == CANNOT_RUN
    assert b"No space left" in done.stderr
    assert b"Make room" in done.stderr


def test_working_directory_that_is_gone_is_no_matter(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    tiny.write(tmp_path / "p")
    gone.mkdir()
    script = f"rmdir {gone}; exec {sys.executable} -m mufakat query --publication {tmp_path / 'p'}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MUFAKAT_")}
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=gone,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1 questions" in done.stdout


def test_ctrl_c_ends_a_command_that_waits_for_input(accented: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "sparql", "-"],
        cwd=accented,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            time.sleep(2)  # by then it waits
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == INTERRUPTED
            assert process.stderr
            assert process.stderr.read() == b"Interrupted.\n"
        finally:
            process.kill()


def test_reader_that_goes_away_is_no_error(accented: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(accented, "query", stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_needs_no_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUFAKAT_PUBLICATION", str(tmp_path / "nowhere"))
    for name in group.list_commands(None):  # type: ignore[arg-type]
        assert CliRunner().invoke(group, [name, "--help"]).exit_code == 0


def test_publication_with_a_broken_question_is_not_served(tmp_path: Path) -> None:
    tiny.write(tmp_path)
    (tmp_path / "queries/acts/odd.rq").write_bytes(b"#+ title: x\n\xff")
    done = subprocess.run(
        [*COMMAND, "serve", str(tmp_path), "--port", "0", "--log-format", "none"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode > 0
    assert b"The text is not UTF-8" in done.stderr
    assert b"odd.rq:2:1" in done.stderr
    assert b"A saved question cannot be read, and so the server has ended." in done.stderr
