"""The fictional cooperative of rehearsals and of the practice workspace: Lucioles, a Scop that does not exist."""

from dataclasses import dataclass, replace

NAME = "Lucioles"
LINKS = {
    "booklet": "https://lucioles.exemple/livret",
    "video": "https://lucioles.exemple/video",
    "bylaws": "https://lucioles.exemple/statuts",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody of the cooperative. `years` counts their years as an associate; None: they are not one."""

    first_name: str
    last_name: str
    trade: str
    team: str
    years: int | None = None
    is_management: bool = False
    is_supervisor: bool = False
    is_newcomer: bool = False
    is_qvct_lead: bool = False
    is_retiring: bool = False

    def title(self, locale: str) -> str:
        """What their account says of them."""
        duties = {
            "management": self.is_management,
            "supervisor": self.is_supervisor,
            "qvct_lead": self.is_qvct_lead,
            "retiring": self.is_retiring,
            "newcomer": self.is_newcomer,
            "associate": self.years is not None,
        }
        words = _TITLES[locale]
        return " · ".join([words[self.trade], *(words[duty] for duty, theirs in duties.items() if theirs)])


_TITLES = {
    "fr": {
        **{trade: trade for trade in ("gestion", "menuiserie", "conception", "vente")},
        "management": "gérance",
        "supervisor": "encadrement",
        "qvct_lead": "référence QVCT",
        "retiring": "retraite à la fin de l'année",
        "newcomer": "première année",
        "associate": "associé·e",
    },
    "en": {
        "gestion": "administration",
        "menuiserie": "joinery",
        "conception": "design",
        "vente": "sales",
        "management": "management",
        "supervisor": "supervisor",
        "qvct_lead": "quality of work life lead",
        "retiring": "retires at the end of the year",
        "newcomer": "first year",
        "associate": "associate",
    },
}

THE_TWELVE = (
    Figure("Awa", "Leroux", "gestion", "support", years=9, is_management=True),
    Figure("Bastien", "Kermarec", "menuiserie", "atelier", years=6, is_supervisor=True),
    Figure("Chloé", "Ferrand", "menuiserie", "atelier", years=4),
    Figure("Driss", "Belhaj", "menuiserie", "chantier", years=3),
    Figure("Estelle", "Moreau", "conception", "bureau", years=5),
    Figure("Farid", "Lambert", "conception", "bureau"),
    Figure("Gaëlle", "Tanguy", "vente", "bureau", years=2),
    Figure("Hugo", "Pires", "menuiserie", "chantier"),
    Figure("Inès", "Carpentier", "gestion", "support", years=7, is_qvct_lead=True),
    Figure("Joël", "Marchand", "menuiserie", "atelier", years=14, is_retiring=True),
    Figure("Kadi", "Sow", "vente", "bureau"),
    Figure("Lila", "Besson", "menuiserie", "atelier", is_newcomer=True),
)

_FIRST = (
    "Maël",
    "Nora",
    "Omar",
    "Perrine",
    "Quentin",
    "Rania",
    "Simon",
    "Tess",
    "Ulysse",
    "Violette",
    "Wassim",
    "Yuna",
)
_LAST = ("Aubry", "Benali", "Chevalier", "Diallo", "Evrard", "Fontaine", "Gomez", "Hamon", "Jolivet", "Kervella")
_WORK = (("menuiserie", "atelier"), ("menuiserie", "chantier"), ("conception", "bureau"), ("vente", "bureau"))


def company(people: int = 12) -> tuple[Figure, ...]:
    """A cooperative of that many people, the newcomer included; at least two: somebody welcomes, somebody arrives."""
    if people < 2:
        raise ValueError("a rehearsal needs two people: one who welcomes, one who arrives")
    if people <= len(THE_TWELVE):
        return (*THE_TWELVE[: people - 1], THE_TWELVE[-1])
    more = (_one_more(number) for number in range(people - len(THE_TWELVE)))
    return (*THE_TWELVE[:-1], *more, THE_TWELVE[-1])


def practising(people: int = 12) -> tuple[Figure, ...]:
    """The same cooperative for the practice workspace: with two to come, where enough are left to welcome them."""
    *others, newcomer = company(people)
    if len(others) < 3:
        return (*others, newcomer)
    return (*others[:-1], replace(others[-1], is_newcomer=True, years=None), newcomer)


def _one_more(number: int) -> Figure:
    trade, team = _WORK[number % len(_WORK)]
    # Sixty in, first and last names would come in the same pairs again.
    last, turn = _LAST[(number * 7 + number // 60) % len(_LAST)], number // (len(_FIRST) * len(_LAST))
    name = last if not turn else f"{last}-{_LAST[turn % len(_LAST)]}"
    first = _FIRST[number % len(_FIRST)] if number < 120 else f"{_FIRST[number % len(_FIRST)]}-{number // 120}"
    return Figure(first, name, trade, team, years=number % 5 or None)
