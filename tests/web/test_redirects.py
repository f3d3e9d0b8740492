"""Where an address lacks its last slash the way on is told without scheme and host.

Behind a proxy the server knows neither: it is asked by HTTP what people ask by HTTPS.
"""

from __future__ import annotations

import pytest
from small_site import small_app


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/dump", "/dump/"),
        ("/query?page=2&x=%C3%A9", "/query/?page=2&x=%C3%A9"),
        ("/graphs//a//b", "/graphs/a/b"),
    ],
)
@pytest.mark.parametrize("public_url", ["", "https://public.example/"])
def test_the_way_on_is_a_path(asked: str, led: str, public_url: str) -> None:
    client = small_app(log_format="none", public_url=public_url).test_client()
    response = client.get(asked, headers={"Host": "inner.example:81"})
    assert response.status_code == 308
    assert response.headers["Location"] == led
    assert b"inner.example" not in response.data


@pytest.mark.parametrize("asked", ["//evil.example/dump", "//evil.example//", "///evil.example/.."])
def test_no_address_leads_to_another_server(asked: str) -> None:
    client = small_app(log_format="none").test_client()
    response = client.get(asked)
    assert not response.headers.get("Location", "/").startswith("//")
