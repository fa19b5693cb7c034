"""How the fictional people answer: by step, else with the first thing offered."""

from collections.abc import Mapping
from typing import Any

from sandbox import View

CHOICES: Mapping[str, tuple[str, ...]] = {
    # The first to be asked declines, so that the rehearsal shows how somebody else is found.
    "proposal": ("decline", "accept"),
    "first_day_went": ("something_missing",),
    "met_buddies": ("not_yet", "yes"),
    "meet_other": ("yes", "yes", "later", "yes", "no_thanks", "yes"),
    "meet_newcomer": ("yes", "later", "yes", "yes"),
    "did_meet": ("met", "not_yet", "met"),
    "coop_sheet": ("question",),
    "buddy_rhythm": ("adjust",),
    "go_further": ("training",),
}
"""What is chosen the first time a step is met, the second, and so on; the last holds from then on."""

SKIPPED = ("widest_gap",)

Words = Mapping[str, str | Mapping[str, Any]]
IN_FRENCH: Words = {
    "what_is_missing": "Un badge pour l'atelier.",
    "coop_question": "Comment décide-t-on du partage du résultat ?",
    "first_weeks": "Par l'accueil : on m'a montré l'atelier avant les papiers.",
    "best_surprise": "Les comptes affichés dans la cuisine.",
    "oddity": "Trois tableurs pour les mêmes heures. Exemple : mardi, j'ai tout saisi deux fois.",
    "still_missing": "Savoir qui décide des achats.",
    "getting_help": "À mon relais métier, facilement. Le relais coopérateur aussi, un peu moins.",
    "the_cooperative": {"clarity": 3, "vision": "À décider ensemble. Dans cinq ans : deux fois plus d'associé·es."},
    "cooperator_posture": "Dire quand quelque chose coince, et proposer. Je l'ai vu en réunion du lundi.",
    "one_change": {"change": "Un seul tableur pour les heures.", "keep": "Le café du lundi."},
    "reply": {
        "kept": "Un seul tableur dès le mois prochain, et une page « qui décide de quoi ».",
        "not_kept": "Pas de logiciel payant cette année : le budget est voté, on en reparle en janvier.",
    },
}

IN_ENGLISH: Words = {
    "what_is_missing": "A badge for the workshop.",
    "coop_question": "How do we decide on the sharing of the surplus?",
    "first_weeks": "With the welcome: I was shown the workshop before the paperwork.",
    "best_surprise": "The accounts pinned up in the kitchen.",
    "oddity": "Three spreadsheets for the same hours. On Tuesday, say, I typed everything twice.",
    "still_missing": "Knowing who decides on purchases.",
    "getting_help": "My job buddy, easily. The coop buddy too, a little less.",
    "the_cooperative": {"clarity": 3, "vision": "Deciding together. In five years: twice as many associates."},
    "cooperator_posture": "Saying when something jams, and proposing. I saw it at Monday's meeting.",
    "one_change": {"change": "One spreadsheet for the hours.", "keep": "Monday's coffee."},
    "reply": {
        "kept": "One spreadsheet from next month, and a page “who decides what”.",
        "not_kept": "No paid software this year: the budget is voted, we talk about it again in January.",
    },
}
WORDS: Mapping[str, Words] = {"fr": IN_FRENCH, "en": IN_ENGLISH}
OTHERWISE: Mapping[str, str] = {"fr": "Voilà ce que j'en dis.", "en": "This is what I have to say."}

# ------------------------------------------------------------------------------------------------------------- the polls

SILENT = 4
"""One person in so many does not answer a poll."""
OPINIONS: tuple[tuple[int, ...], ...] = (
    (4, 2, 4, 3, 5, 4, 4, 5, 4, 3, 4, 2),
    (3, 2, 4, 4, 4, 3, 5, 4, 5, 4, 3, 3),
    (4, 3, 3, 4, 4, 4, 4, 4, 4, 3, 4, 2),
    (5, 1, 5, 3, 5, 2, 4, 3, 4, 4, 5, 3),
    (4, 2, 4, 4, 4, 4, 5, 4, 3, 3, 4, 2),
)
"""What people think, item after item, whatever the scale: the second is the matter here."""
COMMENTS: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "Garder : le café. Améliorer : les délais que l'on annonce.",
        "Garder : l'entraide. Améliorer : les heures, saisies deux fois.",
        "",
        "Améliorer : le bruit de l'atelier l'après-midi.",
    ),
    "en": (
        "Keep: the coffee. Improve: the delays we announce.",
        "Keep: helping each other. Improve: typing the hours twice.",
        "",
        "Improve: the noise of the workshop in the afternoon.",
    ),
}


def ballot(window: View, number: int, locale: str) -> dict[str, Any]:
    """What the `number`-th person fills in a poll's window, by block: an opinion on each scale, sometimes a word."""
    opinions, filled, position = OPINIONS[number % len(OPINIONS)], {}, 0
    for control in window.controls():
        offered = [str(option["value"]) for option in control.options]
        if control.type == "plain_text_input":
            filled[control.block_id] = COMMENTS[locale][number % len(COMMENTS[locale])]
        elif len(offered) > MOST_OF_A_SCALE:
            filled[control.block_id] = offered[6 + number % 4]
        elif control.type == "radio_buttons":
            filled[control.block_id] = offered[min(opinions[position % len(opinions)], len(offered) - 1) - 1]
            position += 1
    return {block_id: value for block_id, value in filled.items() if value}


MOST_OF_A_SCALE = 8
"""With more options than that, it is the recommendation."""
