"""Bounds on nesting, measured in one pass, agree with a plain count over the tokens."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus import corpus
from mufakat.engine.guard import inspect
from mufakat.engine.lexer import tokens
from mufakat.engine.nesting import bound, measured
from mufakat.engine.types import Limits, Policy
from mufakat.errors import MufakatError, Refused, TooLarge

NO_LIMITS = Limits(depth=10**9, operators=10**9)
WORDS = {"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "AS", "EXISTS", "SELECT", "GRAPH"}
WORDS |= {"SERVICE", "VALUES", "LATERAL"}
SIGNS = frozenset({"||", "&&", "!", "+", "-", "*", "/", "|", "^"})
PIECES = (
    *"{}()[]!+-*/|^&,;.=%<>?@: \n'\"\\",
    *("UNION", "optional", "AS", "as", "AS:", "a:as", "as.", "?as", "graph-", "SERVICE", "x.y"),
    *("<http://a>", "<a#b>", "< a", "'x'", "'''", '"""', "#c\n", "@en", "!=", "^^", "||", "&&"),
    *("1-", "-1", "%41", "\\u0041", "\\'", "é", "\0"),
)


def counted(text: str) -> tuple[int, int]:
    depth = deepest = operators = 0
    for token in tokens(text):
        if token.kind == "sign" and token.text in {"{", "(", "["}:
            depth += 1
            deepest = max(deepest, depth)
        elif token.kind == "sign" and token.text in {"}", ")", "]"}:
            depth = max(0, depth - 1)
        elif (token.kind == "sign" and token.text in SIGNS) or (
            token.kind == "word" and token.text.upper() in WORDS
        ):
            operators += 1
    return deepest, operators


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_one_pass_counts_what_the_tokens_count(text: str) -> None:
    if "<<" not in text and ">>" not in text:
        assert measured(text, NO_LIMITS) == counted(text)


@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.integers(0, 6),
    st.integers(0, 9),
)
def test_text_is_refused_where_it_measures_more_than_the_limits(
    text: str, depth: int, operators: int
) -> None:
    deepest, found = measured(text, NO_LIMITS)
    is_refused = False
    try:
        bound(text, Limits(depth=depth, operators=operators))
    except TooLarge:
        is_refused = True
    assert is_refused is (deepest > depth or found > operators)


@pytest.mark.parametrize("sign", ["AS ", "AS{", "+", "!", "|^", "'x'AS "])
def test_text_of_nothing_but_the_shortest_operators_is_refused(sign: str) -> None:
    with pytest.raises(TooLarge):
        bound(sign * 7, Limits(depth=10, operators=6))


def test_terms_inside_terms_count_as_nesting() -> None:
    assert measured("<< << <a> <b> <c> >> <b> <c> >>", NO_LIMITS)[0] == 2
    with pytest.raises(TooLarge):
        bound("ASK { " + "<<" * 5000, Limits())


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(1<<http://a#b> && " + "{" * 70,
        "ASK { << # >\n" + "<<#>\n" * 70,
        "ASK { 'a' '''b''' " + "(" * 70,
        'ASK { "\\"" ' + "[" * 70,
    ],
)
def test_no_comment_string_or_iri_hides_brackets(text: str) -> None:
    with pytest.raises(TooLarge):
        bound(text, Limits())


def test_texts_of_the_whole_length_are_looked_at_in_no_time() -> None:
    slow = []
    for name, text in corpus().items():
        best = min(_seconds(text + " " * turn) for turn in range(3))
        if best > 0.25:  # a quarter of that on an idle machine
            slow.append((name, best))
    assert slow == []


def _seconds(text: str) -> float:
    began = time.thread_time()
    with suppress(MufakatError):
        inspect(text, Limits(), Policy())
    return time.thread_time() - began


@pytest.mark.parametrize(
    ("allowed", "asked", "right"),
    [
        ("http://good.example", "http://good.example/sparql", True),
        ("http://good.example", "http://good.example", True),
        ("http://good.example", "http://good.example?q", True),
        ("http://good.example", "http://good.example.evil.example/", False),
        ("http://good.example", "http://good.example@evil.example/", False),
        ("http://good.example", "http://good.example:81/", False),
        ("http://good.example/spa", "http://good.example/sparql", True),
        ("http://", "http://any.example/", True),
    ],
)
def test_allowed_host_allows_that_host_alone(allowed: str, asked: str, right: bool) -> None:
    def ask() -> None:
        inspect(f"ASK {{ SERVICE <{asked}> {{}} }}", Limits(), Policy(allow_service=(allowed,)))

    if right:
        ask()
    else:
        with pytest.raises(Refused):
            ask()
