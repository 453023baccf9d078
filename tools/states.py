"""Short names of countries and states that people write behind a city."""

from __future__ import annotations

# Folded names that are neither a country's name nor its code in the gazetteer.
COUNTRY_CODES = {
    "usa": "US", "america": "US", "united states of america": "US", "the us": "US",
    "the united states": "US", "uk": "GB", "great britain": "GB", "britain": "GB", "uae": "AE",
    "prc": "CN", "korea": "KR", "south korea": "KR", "north korea": "KP", "holland": "NL",
    "the netherlands": "NL", "czech republic": "CZ", "turkey": "TR", "russia": "RU",
    "ivory coast": "CI", "burma": "MM", "swaziland": "SZ", "macedonia": "MK",
}  # fmt: skip

US_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
