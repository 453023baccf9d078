"""Changing money, from a server that answers in the documented shapes."""

from __future__ import annotations

import pytest

from tapwright.errors import ToolError
from tapwright.tools.currencies import tools
from tapwright.tools.services import Services

from .loopback import Asked, Loopback, Said, as_json, as_page

RATES = {"EUR": 0.8713, "JPY": 156.42, "KWD": 0.3, "VND": 26000.5}
NAMES = {"AUD": "Australian Dollar", "EUR": "Euro", "USD": "United States Dollar", "JPY": "Yen"}


def frankfurter(asked: Asked) -> Said:
    if asked.path == "/v1/currencies":
        return as_json(NAMES)
    base, symbol = asked.query["base"], asked.query["symbols"]
    if base not in NAMES or symbol not in {**NAMES, **RATES}:
        return as_json({"message": "not found"}, 404)
    return as_json(
        {"amount": 1.0, "base": base, "date": "2026-11-20", "rates": {symbol: RATES[symbol]}}
    )


def change(loopback: Loopback, amount: float, currency: str, to: str) -> str:
    (exchange,) = tools(Services(timeout=3).all_at(loopback.url))
    assert exchange.function is not None
    return str(exchange.function(amount, currency, to))


@pytest.mark.parametrize(
    ("amount", "currency", "to", "said"),
    [
        (100, "USD", "EUR", "100 USD = 87.13 EUR\nrate 0.8713 of 2026-11-20"),
        (0.1, "usd", "eur", "0.1 USD = 0.08713 EUR\nrate 0.8713 of 2026-11-20"),
        (19.99, "dollars", "€", "19.99 USD = 17.42 EUR\nrate 0.8713 of 2026-11-20"),
        (12.5, "USD", "JPY", "12.5 USD = 1955 JPY\nrate 156.42 of 2026-11-20"),
        (0, "USD", "EUR", "0 USD = 0 EUR\nrate 0.8713 of 2026-11-20"),
        (1e15, "USD", "VND", "1000000000000000 USD = 26000500000000000000 VND"
         "\nrate 26000.5 of 2026-11-20"),
    ],
)  # fmt: skip
def test_money_is_changed_at_the_rate_of_a_date(
    loopback: Loopback, amount: float, currency: str, to: str, said: str
) -> None:
    loopback.answer = frankfurter
    assert change(loopback, amount, currency, to) == said
    assert loopback.asked[0].path == "/v1/latest"


def test_the_same_currency_needs_no_service(loopback: Loopback) -> None:
    assert change(loopback, 5, "CNY", "元") == "5 CNY = 5 CNY"
    assert loopback.asked == []


@pytest.mark.parametrize(
    ("currency", "to", "words"),
    [
        ("USX", "EUR", "currency 'USX'; near it: USD"),
        ("USD", "QQQ", "currency 'QQQ'"),
        ("money", "EUR", "'money' is no currency; use a code of three letters"),
        ("", "EUR", "'' is no currency"),
    ],
)
def test_an_unknown_currency_is_named(
    loopback: Loopback, currency: str, to: str, words: str
) -> None:
    loopback.answer = frankfurter
    with pytest.raises(ToolError, match=words):
        change(loopback, 1, currency, to)


@pytest.mark.parametrize("amount", [-1, 1e16, float("nan"), float("inf")])
def test_an_amount_that_is_none_is_refused(loopback: Loopback, amount: float) -> None:
    with pytest.raises(ToolError, match="no amount of money"):
        change(loopback, amount, "USD", "EUR")
    assert loopback.asked == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (as_json([]), "unknown form"),
        (as_json({"date": "2026-11-20", "rates": []}), "unknown form"),
        (as_json({"date": "2026-11-20", "rates": {"EUR": "0.8"}}), "a rate that is none"),
        (as_json({"date": "2026-11-20", "rates": {"EUR": 0}}), "a rate that is none"),
        (as_page("<html>"), "not JSON"),
        (as_json({}, 503, **{"retry-after": "30"}), "failed .503"),
    ],
)
def test_a_bad_day_of_the_service_is_told(loopback: Loopback, said: Said, words: str) -> None:
    loopback.answer = lambda asked: said
    with pytest.raises(ToolError, match=f"^the exchange rate service .*{words}"):
        change(loopback, 1, "USD", "EUR")
