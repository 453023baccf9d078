"""One address for all services: it is read before anything is asked of it."""

from __future__ import annotations

import pytest

from tapwright.errors import UsageError
from tapwright.tools.services import Services


def test_an_address_is_taken_without_the_slash_at_its_end() -> None:
    services = Services().all_at("http://127.0.0.1:8787/")
    assert services.weather == services.parcels == "http://127.0.0.1:8787"


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://x", "http://", "http://x:0", "http://[1"])
def test_what_is_no_address_is_named(url: str) -> None:
    with pytest.raises(UsageError, match=r"is no address of services; write http://HOST:PORT"):
        Services().all_at(url)
