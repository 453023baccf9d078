"""Whose a parcel number is, from its form and its check digit.

A form is written as a template: `#` is a digit, `@` a letter, `*` either, anything else itself.
A number whose check digit is wrong is refused, never corrected: the text says which digit would
be right, or which letter looks like a digit, and the reader looks at the label again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import ean
from stdnum.iso7064 import mod_37_36

from tapwright.errors import ToolError
from tapwright.tools.parcel_posts import POSTS, post_of

_POST = "post"  # its name follows from the country at the number's end
_DIGIT_LIKE = str.maketrans("OQDILZSGB", "000112568")
_LETTER_LIKE = str.maketrans("012568", "OIZSGB")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a carrier's numbers; `check` gives the place and the right check character."""

    carrier: str
    template: str
    check: Callable[[str], tuple[int, str]] | None = None
    common: bool = True  # False: tried only where the carrier was named


@dataclass(frozen=True, slots=True)
class ParcelNumber:
    """A number in capitals without spaces, its carrier, and whether a check digit vouches."""

    number: str
    carrier: str
    checked: bool


def _s10(number: str) -> tuple[int, str]:
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    rest = 11 - sum(w * int(d) for w, d in zip(weights, number[2:10], strict=True)) % 11
    return 10, str({10: 0, 11: 5}.get(rest, rest))


def _ups(number: str) -> tuple[int, str]:
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:17]]
    return 17, str(-(sum(values[::2]) + 2 * sum(values[1::2])) % 10)


def _fedex_12(number: str) -> tuple[int, str]:
    weights = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
    return 11, str(sum(w * int(d) for w, d in zip(weights, number[:11], strict=True)) % 11 % 10)


def _gs1(front: str = "", skip: int = 0) -> Callable[[str], tuple[int, str]]:
    """Modulus 10 with the weights 3 and 1, over `front` and the number from `skip` on."""

    def check(number: str) -> tuple[int, str]:
        return len(number) - 1, ean.calc_check_digit(front + number[skip:-1])

    return check


def _mod_7(number: str) -> tuple[int, str]:
    return len(number) - 1, str(int(number[:-1]) % 7)


def _mod_37_36(number: str) -> tuple[int, str]:
    return len(number) - 1, mod_37_36.calc_check_digit(number[:-1])


FORMS: tuple[Form, ...] = (
    Form(_POST, "@@#########@@", _s10),
    Form("UPS", "1Z***************#", _ups),
    Form("FedEx", "############", _fedex_12),
    Form("FedEx", "###############", _gs1()),
    Form("FedEx", "92##################", _gs1()),
    Form("FedEx", "61##################", _gs1("92")),
    Form("FedEx", "96####################", _gs1(skip=7)),
    Form("USPS", "0###################", _gs1()),
    Form("USPS", "7###################", _gs1()),
    Form("USPS", "7###################", _gs1("91")),
    Form("USPS", "91####################", _gs1()),
    Form("USPS", "92####################", _gs1()),
    Form("USPS", "93####################", _gs1()),
    Form("USPS", "94####################", _gs1()),
    Form("USPS", "95####################", _gs1()),
    Form("USPS", "92########################", _gs1()),
    Form("USPS", "93########################", _gs1()),
    Form("DHL", "00340################", _gs1()),
    Form("DHL", "JJD##################"),
    Form("DHL", "JD01################"),
    Form("DHL", "JVGL##########"),
    Form("DHL", "GM################"),
    Form("DHL", "GM##################"),
    Form("DHL Express", "##########", _mod_7),
    Form("DPD", "##############@", _mod_37_36),
    # Fifteen digits are FedEx's more often, and one of them misread is easily a number of DPD.
    Form("DPD", "###############", _mod_37_36, common=False),
    Form("DPD", "###########################*", _mod_37_36),
    Form("DPD", "##############", common=False),
    Form("Hermes", "H###################"),
    Form("Hermes", "##############", common=False),
    Form("GLS", "********", common=False),
    Form("GLS", "###########", common=False),
    Form("SF Express", "SF#############"),
    Form("SF Express", "############", common=False),
    Form("YTO Express", "YT#############"),
    Form("J&T Express", "JT#############"),
    Form("JD Logistics", "JDV*###########"),
    Form("Cainiao", "LP##############"),
    Form("Amazon", "TBA############"),
)


def read_parcel_number(text: str, carrier: str = "") -> ParcelNumber:
    """Find whose number it is; `carrier` narrows it down, in any case.

    Raise `ToolError`, worded for the model, for a number that no carrier has, a wrong check
    digit, or a form that several carriers share.
    """
    number = re.sub(r"[\s\-.]", "", unicodedata.normalize("NFKC", text)).upper()
    forms = [form for form in FORMS if _is_of(form, number, carrier)]
    if carrier and not forms and not _is_a_post(carrier):
        known = sorted({form.carrier for form in FORMS} - {_POST})
        raise ToolError(
            f"no carrier {carrier[:40]!r} is known; use one of: {', '.join(known)}, a post such "
            "as China Post, or leave it out"
        )
    fitting = [form for form in forms if _fits(form.template, number)]
    right = [form for form in fitting if _faulty(form, number) is None]
    vouched = [form for form in right if form.check is not None]
    carriers = dict.fromkeys(_carrier(form, number) for form in vouched or right)
    if len(carriers) == 1:
        return ParcelNumber(number, next(iter(carriers)), bool(vouched))
    if carriers:
        raise ToolError(
            f"{number!r} may be a number of {' or '.join(carriers)}; say which as the carrier"
        )
    for form in FORMS if carrier else ():
        checked = form.common and form.check and _fits(form.template, number)
        if checked and _faulty(form, number) is None:
            raise ToolError(
                f"{number!r} is a number of {_carrier(form, number)}, not of {carrier[:40]!r}; "
                "leave the carrier out"
            )
    raise ToolError(_refusal(text, number, forms, fitting))


def _refusal(text: str, number: str, forms: list[Form], fitting: list[Form]) -> str:
    """Why a number is none: its check digit, a letter for a digit, or its whole form."""
    for form in forms:
        meant = _look_alike(form.template, number)
        if meant is not None and meant != number and _faulty(form, meant) is None:
            return (
                f"{number[:40]!r} is no parcel number, but letters and digits look alike "
                f"(O and 0, I and 1): read it again, is it {meant!r} of {_carrier(form, meant)}?"
            )
    for form in fitting:
        fault = _faulty(form, number)
        if fault is not None:
            place, wanted = fault
            return (
                f"{number!r} is no number of {_carrier(form, number)}: its check digit, character "
                f"{place + 1}, is {number[place]} where {wanted} would be right, so a character "
                "may be misread; read it again"
            )
    return (
        f"{text[:40]!r} is no parcel number of a form that is known, such as 'RB123456785CN' or "
        "'1Z999AA10123456784'; read it again, every character"
    )


def with_check(template: str, number: str) -> str:
    """`number` with its check character made right for the carrier's form `template`."""
    for form in FORMS:
        if form.template == template and form.check is not None:
            place, wanted = form.check(number)
            return number[:place] + wanted + number[place + 1 :]
    return number


def _carrier(form: Form, number: str) -> str:
    return post_of(number[-2:]) if form.carrier == _POST else form.carrier


def _is_of(form: Form, number: str, carrier: str) -> bool:
    """Whether a form belongs to the carrier that was named, or is common where none was."""
    if not carrier:
        return form.common
    wanted, name = _fold(carrier), _fold(_carrier(form, number))
    if form.carrier != _POST:
        return bool(wanted) and name.startswith(wanted)
    if _fits(form.template, number):
        return wanted in (name, "post", "ems")
    return wanted in ("post", "ems") or _is_a_post(carrier)


def _is_a_post(carrier: str) -> bool:
    return _fold(carrier) in map(_fold, POSTS.values())


def _fold(carrier: str) -> str:
    return re.sub(r"[^a-z0-9]", "", carrier.casefold())


def _faulty(form: Form, number: str) -> tuple[int, str] | None:
    """The place of a wrong check digit and the right one; None where nothing is wrong."""
    if form.check is None:
        return None
    place, wanted = form.check(number)
    return None if number[place] == wanted else (place, wanted)


def _fits(template: str, number: str) -> bool:
    return len(template) == len(number) and all(map(_allows, template, number))


def _allows(slot: str, char: str) -> bool:
    if not (char.isascii() and char.isalnum()):
        return False
    if slot == "#":
        return char.isdigit()
    if slot == "@":
        return char.isalpha()
    return slot in ("*", char)


def _look_alike(template: str, number: str) -> str | None:
    """The number with each look-alike put right where the template leaves no choice."""
    if len(template) != len(number):
        return None
    meant = ""
    for slot, char in zip(template, number, strict=True):
        shapes = (char, char.translate(_DIGIT_LIKE), char.translate(_LETTER_LIKE))
        found = next((shape for shape in shapes if _allows(slot, shape)), None)
        if found is None:
            return None
        meant += found
    return meant
