"""Errors become a message and an exit code, never a traceback."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from mufakat import errors
from mufakat.cli.errors import CANNOT_RUN, DEFECT, INTERRUPTED, LIMIT, Reporting, code, render
from mufakat.errors import Where


def group(error: BaseException) -> click.Group:
    @click.group(cls=Reporting)
    def main() -> None:
        """Nothing."""

    @main.command()
    def fail() -> None:
        """Fail."""
        raise error

    return main


def test_an_error_says_what_where_how_to_mend_and_which_clause() -> None:
    error = errors.BadQuery(
        "It is odd.", where=Where("a.rq", 3, 7), mend="Make it even.", clause="https://x.org/#1"
    )
    result = CliRunner().invoke(group(error), ["fail"])
    assert result.exit_code == CANNOT_RUN
    assert result.stderr.splitlines() == [
        "The query cannot be read: It is odd.",
        "  where: a.rq:3:7",
        "  mend:  Make it even.",
        "  see:   https://x.org/#1",
    ]
    assert result.stdout == ""


@pytest.mark.parametrize("kind", [errors.TimedOut, errors.TooLarge, errors.Overloaded])
def test_limits_have_an_exit_code_of_their_own(kind: type[errors.MufakatError]) -> None:
    assert code(kind("Enough.")) == LIMIT


def test_a_defect_is_told_as_one_and_without_a_traceback() -> None:
    result = CliRunner().invoke(group(ZeroDivisionError("oh")), ["fail"])
    assert result.exit_code == DEFECT
    assert "defect of the program: ZeroDivisionError: oh" in result.stderr
    assert "Traceback" not in result.output


def test_an_interruption_is_told_and_is_no_finding() -> None:
    result = CliRunner().invoke(group(KeyboardInterrupt()), ["fail"])
    assert result.exit_code == INTERRUPTED
    assert result.stderr == "Interrupted.\n"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    assert CliRunner().invoke(group(BrokenPipeError()), ["fail"]).exit_code == 0


def test_a_place_without_file_is_put_in_words() -> None:
    assert str(Where("", 3, 7)) == "line 3, column 7"
    assert "where" not in render(errors.NotFound("Gone."))
