"""The public holidays of French territories, and a cooperative's own closing days, as sets of dates."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

NO_DAY: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Territory:
    """Where a cooperative works, and what the `holidays` package calls it."""

    label_fr: str
    label_en: str
    subdivision: str | None = None
    country: str = "FR"
    category: str = "public"


# The days are those of the Code du travail (art. L3133-1, L3422-2), of Alsace-Moselle's local law (art. L3134-13) and of
# each overseas collectivity; custom adds Mi-Carême or Victor Schœlcher's day where the package knows of it.
# What a company does otherwise (Good Friday in Martinique, the solidarity day) goes with its closing days.
TERRITORIES = MappingProxyType(
    {
        "metropole": Territory("France métropolitaine", "Mainland France"),
        "alsace_moselle": Territory("Alsace-Moselle", "Alsace-Moselle", "57"),
        "guadeloupe": Territory("Guadeloupe", "Guadeloupe", "971"),
        "martinique": Territory("Martinique", "Martinique", "972"),
        "guyane": Territory("Guyane", "French Guiana", "973"),
        "reunion": Territory("La Réunion", "Réunion", "974"),
        "mayotte": Territory("Mayotte", "Mayotte", "976"),
        "saint_pierre_et_miquelon": Territory("Saint-Pierre-et-Miquelon", "Saint Pierre and Miquelon", "PM"),
        "saint_barthelemy": Territory("Saint-Barthélemy", "Saint Barthélemy", "BL"),
        "saint_martin": Territory("Saint-Martin", "Saint Martin", "MF"),
        "polynesie": Territory("Polynésie française", "French Polynesia", "PF"),
        "nouvelle_caledonie": Territory("Nouvelle-Calédonie", "New Caledonia", "NC"),
        "wallis_et_futuna": Territory("Wallis-et-Futuna", "Wallis and Futuna", "WF"),
    }
)


@dataclass(frozen=True, slots=True)
class Almanac(Container[date]):
    """The days off of one territory, whatever the year."""

    territory: str
    closing_days: frozenset[date]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in _public_holidays(self.territory, day.year) or day in self.closing_days)


@lru_cache(maxsize=256)
def holidays_of(territory: str, extra: frozenset[date] = NO_DAY) -> Container[date]:
    """A territory's public holidays with the cooperative's own closing days. Raises KeyError with the known codes."""
    if territory not in TERRITORIES:
        raise KeyError(f"Unknown territory {territory!r}; known: {', '.join(TERRITORIES)}.")
    return Almanac(territory, extra)


@lru_cache(maxsize=1024)
def _public_holidays(territory: str, year: int) -> frozenset[date]:
    # It brings calendars of the whole world: a start needs none.
    import holidays

    where = TERRITORIES[territory]
    days = holidays.country_holidays(
        where.country, where.subdivision, years=year, expand=False, categories=where.category
    )
    return frozenset(days)
