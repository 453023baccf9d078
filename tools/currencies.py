"""Changing money at the central banks' reference rates (Frankfurter, no key).

What is sent, at `Services.currencies`:

    GET /v1/latest?base=USD&symbols=EUR     -> {"amount": 1.0, "base": "USD",
                                                "date": "2026-11-20", "rates": {"EUR": 0.8713}}
    GET /v1/currencies                      -> {"AUD": "Australian Dollar", ...}

The second only where the first answers 404 or 422, or without the rate: to name the code that is
unknown. Read are `date` and `rates`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Annotated, Any

from tapwright.errors import ToolError
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.plugin import tool
from tapwright.tools.registry import Tool
from tapwright.tools.services import Services

SERVICE = "the exchange rate service"
MAX_AMOUNT = 10**15
_WHOLE = frozenset({"JPY", "KRW", "VND", "IDR", "CLP", "ISK", "HUF"})  # no smaller coin in use
_NAMES = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "POUND": "GBP", "POUNDS": "GBP",
    "$": "USD", "US$": "USD", "DOLLAR": "USD", "DOLLARS": "USD", "YEN": "JPY", "RMB": "CNY",
    "YUAN": "CNY", "元": "CNY", "人民币": "CNY", "美元": "USD", "欧元": "EUR", "日元": "JPY",
    "英镑": "GBP", "港币": "HKD", "₩": "KRW", "WON": "KRW", "₹": "INR", "RUPEE": "INR",
    "RUPEES": "INR", "FRANC": "CHF", "FRANCS": "CHF",
}  # fmt: skip


def tools(services: Services) -> tuple[Tool, ...]:
    """The tool `exchange`."""
    http = Http(SERVICE, services.currencies, services.timeout)

    @tool
    def exchange(
        amount: Annotated[float, "how much money"],
        currency: Annotated[str, "what it is in, as a code such as USD"],
        to: Annotated[str, "what it is changed into, as a code such as EUR"],
    ) -> str:
        """Change an amount of money into another currency, at the latest reference rate."""
        if not 0 <= amount <= MAX_AMOUNT:  # NaN is not, either
            raise ToolError(f"{amount!r} is no amount of money; give one from 0 to 10^15")
        have, want = _code(currency), _code(to)
        money = Decimal(str(amount))
        if have == want:
            return f"{_plain(money)} {have} = {_plain(money)} {want}"
        date, rate = _rate(http, have, want)
        with localcontext(Context(prec=40)):
            changed = _rounded(money * rate, want)
        return f"{_plain(money)} {have} = {_plain(changed)} {want}\nrate {_plain(rate)} of {date}"

    return (exchange,)


def _code(text: str) -> str:
    """A currency's code; raise `ToolError` for what cannot be one."""
    code = text.strip().upper()
    code = _NAMES.get(code, code)
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ToolError(f"{text[:40]!r} is no currency; use a code of three letters such as USD")
    return code


def _rate(http: Http, have: str, want: str) -> tuple[str, Decimal]:
    try:
        answer = http.json("/v1/latest", {"base": have, "symbols": want})
    except ServiceError as error:
        if error.status in (404, 422):
            raise _unknown(http, have, want) from None
        raise
    rates = answer.get("rates") if isinstance(answer, Mapping) else None
    date = answer.get("date") if isinstance(answer, Mapping) else None
    if not isinstance(rates, Mapping) or not isinstance(date, str):
        raise ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
    if want not in rates:
        raise _unknown(http, have, want)
    rate: Any = rates[want]
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < 1e12:
        raise ServiceError(f"{SERVICE} sent a rate that is none; try again later")
    # The shortest spelling of the float is what the service wrote.
    return date[:10], Decimal(str(rate))


def _unknown(http: Http, *codes: str) -> ToolError:
    """Name the currency that the service does not know, with what comes near."""
    known = http.json("/v1/currencies")
    if not isinstance(known, Mapping):
        return ServiceError(f"{SERVICE} sent an answer of an unknown form; try again later")
    for code in codes:
        if code not in known:
            near = difflib.get_close_matches(code, map(str, known), n=3, cutoff=0.6)
            hint = f"; near it: {', '.join(near)}" if near else ""
            return ToolError(f"no rate is known for the currency {code!r}{hint}")
    return ServiceError(f"{SERVICE} knows no rate from {codes[0]} to {codes[-1]}")


def _rounded(money: Decimal, code: str) -> Decimal:
    """To whole coins; an amount below one keeps four digits that count."""
    places = 0 if code in _WHOLE else 2
    if money and abs(money) < 1:
        places = max(places, 3 - money.adjusted())
    return money.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    """Digits without an exponent; whole numbers without a point."""
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value():f}" if whole else f"{number:f}"
