"""Finding a place on earth by its name, in any language (Open-Meteo's geocoding, no key).

What is sent, at `Services.geocoding`:

    GET /v1/search?name=Paris&count=20&language=en&format=json

`count` is 100 where a country or state is named behind a comma, which is then looked for in the
answer and never sent. `language` is guessed from the script of the name ("zh" for Han, "ja" for
kana, "ru", "ko", ...; "en" for Latin letters), because the service knows a place's foreign names
in their own language only. Where no place of 100,000 people is found, the same is asked in a few
more languages. What is read of each of `results` (the key is missing where there are none):
`name`, `latitude`, `longitude`, `country`, `country_code`, `admin1`, `admin2`, `feature_code`,
`population`, `timezone`; all but the first three may be missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tapwright.errors import ToolError
from tapwright.tools.http import Http, ServiceError
from tapwright.tools.services import Services
from tapwright.tools.states import COUNTRY_CODES, US_STATES
from tapwright.tools.wire import Deadline

MAX_NAME = 100  # characters
COUNT = 20
MANY = 100  # as many as the service gives; a small namesake may stand far behind
LARGE = 100_000  # people; a smaller place may be the namesake of a city known in other languages
NEAR = 5  # names told where none fits
EXACT = 10  # how many times over a place counts that has the very name

# The first script that fits decides; Latin letters fit none.
_SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("[\u3040-\u30ff]", ("ja",)),
    ("[\u3400-\u9fff]", ("zh", "ja")),
    ("[\uac00-\ud7af]", ("ko",)),
    ("[\u0400-\u04ff]", ("ru", "uk")),
    ("[\u0600-\u06ff]", ("ar", "fa")),
    ("[\u0370-\u03ff]", ("el",)),
    ("[\u0590-\u05ff]", ("he",)),
    ("[\u0e00-\u0e7f]", ("th",)),
    ("[\u0900-\u097f]", ("hi",)),
)
_LATIN = ("en", "de", "fr", "es", "it", "pl", "pt")


@dataclass(frozen=True, slots=True)
class Place:
    """A place: degrees north and east, its zone an IANA name ("" where unknown)."""

    name: str
    country: str
    latitude: float
    longitude: float
    zone: str = ""
    code: str = ""  # ISO 3166, two letters
    regions: tuple[str, ...] = ()
    kind: str = ""  # GeoNames' feature code: PPL... a settlement, PCLI a country
    population: int = 0

    @property
    def title(self) -> str:
        """Its name and country."""
        return f"{self.name}, {self.country}" if self.country else self.name


class Gazetteer:
    """Places by name."""

    def __init__(self, services: Services) -> None:
        self._http = Http("the place search", services.geocoding, services.timeout)
        self._seconds = services.timeout

    def find(self, text: str) -> Place:
        """The place that `text` means: "Paris", "Paris, US", "Paris, Texas", "北京".

        The most populous of several. Raise `ToolError` where none fits, with near names.
        """
        name, region = _parts(text)
        deadline = Deadline(self._seconds)
        best: Place | None = None
        seen: dict[str, Place] = {}
        for language, spelling in _attempts(name, text):
            try:
                places = self._search(spelling, language, MANY if region else COUNT)
            except ServiceError:
                if best is None:
                    raise
                break  # a place is found; only whether there is a larger one stays open
            seen.update((_described(place), place) for place in places)
            fitting = [place for place in places if _fits(place, name) and _lies(place, region)]
            for place in fitting:
                if best is None or _weight(place, name) > _weight(best, name):
                    best = place
            # In a region that was named no larger namesake needs to be looked for.
            if best is not None and (region or best.population >= LARGE):
                break
            if not deadline.left():
                if best is None:  # it may be known in a language that was not asked in
                    raise ServiceError("the place search takes too long; try again later")
                break
        country = any(_is_country(place, name) for place in seen.values())
        if country and not region and (best is None or best.population < LARGE):
            raise ToolError(f"{name!r} is a country; name a city in it")
        if best is None:
            raise ToolError(unknown_place(name, region, list(seen)))
        return best

    def _search(self, name: str, language: str, count: int) -> list[Place]:
        answer = self._http.json(
            "/v1/search",
            {"name": name, "count": count, "language": language, "format": "json"},
        )
        results = answer.get("results", []) if isinstance(answer, Mapping) else None
        if not isinstance(results, list):
            raise ServiceError("the place search sent an answer of an unknown form")
        places = [place for place in map(_place, results) if place is not None]
        if results and not places:
            raise ServiceError("the place search sent no place that can be read; try again later")
        return places


def _parts(text: str) -> tuple[str, str]:
    words = " ".join(text.split())
    if not words:
        raise ToolError("no place was named; give a city")
    if len(words) > MAX_NAME or any(unicodedata.category(letter)[0] == "C" for letter in words):
        raise ToolError(f"{words[:40]!r} is no name of a place; give a city")
    name, _, region = re.sub("[\uff0c\u3001;]", ",", words).partition(",")
    if not name.strip():
        raise ToolError(f"{words[:40]!r} names no city before its comma")
    return name.strip(), region.strip()


def _attempts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """The languages to ask in, each with a spelling of the name."""
    for letters, languages in _SCRIPTS:
        if re.search(letters, text):
            for language in languages:
                yield language, name
                # Chinese cities are filed with the word for city behind their name, too.
                if language == "zh" and re.search(letters, name) and not name.endswith("市"):
                    yield language, f"{name}市"
            yield "en", name
            return
    for language in _LATIN:
        yield language, name


def _place(value: Any) -> Place | None:
    """A result as a place; None where it lacks what a place is."""
    if not isinstance(value, Mapping):
        return None
    name, north, east = (value.get(key) for key in ("name", "latitude", "longitude"))
    if not (isinstance(name, str) and isinstance(north, (int, float))):
        return None
    if not isinstance(east, (int, float)) or not (-90 <= north <= 90 and -180 <= east <= 180):
        return None

    def text(key: str) -> str:
        found = value.get(key)
        return found if isinstance(found, str) else ""

    people = value.get("population")
    return Place(
        name, text("country") or text("country_code"), float(north), float(east),
        text("timezone"), text("country_code"), (text("admin1"), text("admin2")),
        text("feature_code"), people if isinstance(people, int) else 0,
    )  # fmt: skip


def _fits(place: Place, name: str) -> bool:
    """Whether a result is the place itself, not one whose name only begins alike.

    What does not begin alike was found by another of its names: Munich for München.
    """
    if place.kind.startswith(("PCL", "CONT", "ADM1", "AIR")):
        return False
    found, wanted = _fold(place.name), _fold(name)
    rest = found.removeprefix(wanted)
    return rest == found or not rest or not rest[0].isalnum() or rest in ("市", "都")


def _weight(place: Place, name: str) -> int:
    people = max(place.population, 1)
    return people * EXACT if _fold(place.name) == _fold(name) else people


def _is_country(place: Place, name: str) -> bool:
    return place.kind.startswith("PCL") and _fold(name) in (_fold(place.name), _fold(place.country))


def _lies(place: Place, region: str) -> bool:
    """Whether a place lies in the country or state that was named behind the comma."""
    if not region:
        return True
    # "Springfield, Illinois, USA" names both.
    for part in filter(None, (piece.strip() for piece in region.split(","))):
        wanted = _fold(part)
        known = {_fold(place.country), _fold(place.code), *map(_fold, place.regions)} - {""}
        code = COUNTRY_CODES.get(wanted)
        state = US_STATES.get(wanted.upper()) if place.code == "US" else None
        if not (wanted in known or code == place.code or (state and _fold(state) in known)):
            return False
    return True


def _fold(text: str) -> str:
    """Without case, accents and dots."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (letter for letter in plain if not unicodedata.combining(letter) and letter != ".")
    return " ".join("".join(letters).replace("-", " ").split())


def _described(place: Place) -> str:
    inside = ", ".join(filter(None, (place.regions[0] if place.regions else "", place.country)))
    return f"{place.name} ({inside})" if inside else place.name


def unknown_place(name: str, region: str = "", near: Sequence[str] = ()) -> str:
    """What is said of a place that no service knows; `near` are places of nearly that name."""
    where = f" in {region!r}" if region else ""
    if not near:
        return f"no place {name!r}{where} is known; check the spelling, or name a larger city near"
    return f"no place {name!r}{where} is known; there are: {'; '.join(near[:NEAR])}"
