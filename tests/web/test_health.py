"""What operators ask."""

from __future__ import annotations

from small_site import small_app, small_engine

from mufakat.errors import Unavailable


def test_health_answers_without_the_engine() -> None:
    response = small_app().test_client().get("/health")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_names_the_version_of_the_data() -> None:
    response = small_app().test_client().get("/ready")
    assert response.get_json() == {"status": "ready", "version": "c0ffee"}


def test_ready_is_503_when_the_engine_does_not_answer() -> None:
    engine = small_engine()

    def gone(_: str) -> bool:
        raise Unavailable("gone")

    engine.ask = gone  # type: ignore[method-assign]
    response = small_app(engine).test_client().get("/ready")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
