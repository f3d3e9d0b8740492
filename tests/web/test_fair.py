"""One client takes its share and no more."""

from __future__ import annotations

import threading

import pytest
from small_site import small_app, small_engine
from werkzeug.exceptions import TooManyRequests

from mufakat.web.fair import WAITING, FairEngine, Guests


def test_client_beyond_its_share_waits_and_others_do_not() -> None:
    guests = Guests(share=1, patience=0.05)
    with guests.turn("a"), guests.turn("b"), pytest.raises(TooManyRequests), guests.turn("a"):
        pass
    with guests.turn("a"):
        pass


def test_waiting_query_goes_on_when_a_place_is_free() -> None:
    guests = Guests(share=1, patience=10)
    entered, leave, done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with guests.turn("a"):
            entered.set()
            leave.wait(10)

    def second() -> None:
        with guests.turn("a"):
            done.set()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    assert not done.is_set()
    leave.set()
    assert done.wait(10)
    for thread in threads:
        thread.join()


def test_queue_of_one_client_has_an_end() -> None:
    guests = Guests(share=1, patience=10)
    with guests.turn("a"):
        guests._guests["a"].waiting = WAITING
        with pytest.raises(TooManyRequests), guests.turn("a"):
            pass


def test_clients_that_went_away_are_forgotten() -> None:
    guests = Guests(share=1)
    for number in range(100):
        with guests.turn(str(number)):
            pass
    assert not guests._guests


def test_rate_is_a_budget_that_fills_up_again() -> None:
    clock = [0.0]
    guests = Guests(share=1, rate=60, now=lambda: clock[0])
    for _ in range(60):
        with guests.turn("a"):
            pass
    with pytest.raises(TooManyRequests) as caught, guests.turn("a"):
        pass
    assert caught.value.retry_after == 1
    with guests.turn("b"):
        pass
    clock[0] += 1.01
    with guests.turn("a"):
        pass


def test_over_http_it_is_429_with_retry_after() -> None:
    client = small_app(rate=1, cache_bytes=0).test_client()
    assert client.get("/sparql?query=ASK{}").status_code == 200
    response = client.get("/sparql?query=ASK{}")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert client.get("/health").status_code == client.get("/ready").status_code == 200


def test_behind_a_proxy_the_client_is_whom_the_proxy_named() -> None:
    client = small_app(rate=1, cache_bytes=0, public_url="https://data.example.org").test_client()
    for address in ("192.0.2.1", "192.0.2.2", "spoofed, 192.0.2.3"):
        headers = {"X-Forwarded-For": address}
        assert client.get("/sparql?query=ASK{}", headers=headers).status_code == 200
    headers = {"X-Forwarded-For": "other, 192.0.2.3"}
    assert client.get("/sparql?query=ASK{}", headers=headers).status_code == 429


def test_engine_keeps_what_it_had() -> None:
    engine = small_engine()
    fair = FairEngine(engine, Guests(share=1), behind_proxy=False)
    assert (fair.version, fair.union_default_graph) == (engine.version, True)
    assert fair.ask("ASK {}")
    assert fair.store is engine.store
    assert not hasattr(fair, "change")
