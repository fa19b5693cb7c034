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
    "debrief_choice": ("write",),
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
    "personal_email": "joel.marchand@exemple.org",
    "project": {
        "project": "Restaurer des bateaux de bois, deux jours par semaine.",
        "skills": "Le cintrage, la charpente, transmettre.",
        "needs": "Une place à l'atelier le vendredi, et un contact au chantier naval.",
    },
    "offer": {
        "time_and_training": "Le vendredi à l'atelier, jusqu'à l'été.",
        "contacts": "Le chantier naval voisin : Estelle fait les présentations.",
        "limits": "Les machines restent à l'atelier ; on en reparle en juin.",
    },
    "words": {
        "word": "Quatorze ans, et toujours l'odeur du frêne le matin.",
        "thanks": "l'escalier de la médiathèque et onze apprentis formés",
        "goodbye": "vendredi à midi, à l'atelier",
    },
    "how_are_you": "Bien, et un peu ému.",
    "not_to_lose": "Les gabarits de cintrage, et qui sait s'en servir.",
    "your_needs": "Un peu de temps pour montrer.",
    "keeping_the_link": "Oui, pour un coup de main.",
    "digest": {
        "kept": "Former en faisant, à deux.",
        "to_change": "Écrire les gabarits avant que quelqu'un ne parte.",
    },
    "family_words": {"word": "Nous pensons à ses proches, et à l'atelier où sa place reste la sienne."},
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
    "personal_email": "joel.marchand@exemple.org",
    "project": {
        "project": "Restoring wooden boats, two days a week.",
        "skills": "Steam bending, framing, teaching.",
        "needs": "A place in the workshop on Fridays, and a contact at the boatyard.",
    },
    "offer": {
        "time_and_training": "Fridays in the workshop, until the summer.",
        "contacts": "The boatyard next door: Estelle makes the introductions.",
        "limits": "The machines stay in the workshop; we talk again in June.",
    },
    "words": {
        "word": "Fourteen years, and still the smell of ash in the morning.",
        "thanks": "the staircase of the library and eleven apprentices",
        "goodbye": "Friday at noon, in the workshop",
    },
    "how_are_you": "Well, and a little moved.",
    "not_to_lose": "The bending templates, and who knows how to use them.",
    "your_needs": "A little time to show.",
    "keeping_the_link": "Yes, to lend a hand.",
    "digest": {
        "kept": "Training by doing, two by two.",
        "to_change": "Writing the templates down before somebody leaves.",
    },
    "family_words": {
        "word": "Our thoughts are with their family, and with the workshop, where their place stays theirs."
    },
    "reply": {
        "kept": "One spreadsheet from next month, and a page “who decides what”.",
        "not_kept": "No paid software this year: the budget is voted, we talk about it again in January.",
    },
}
WORDS: Mapping[str, Words] = {"fr": IN_FRENCH, "en": IN_ENGLISH}
OTHERWISE: Mapping[str, str] = {"fr": "Voilà ce que j'en dis.", "en": "This is what I have to say."}

# --------------------------------------------------------------------------------------------------------- a departure

MISSIONS: Mapping[str, tuple[str, ...]] = {
    "fr": ("Le chantier de la médiathèque", "Les gabarits de cintrage", "Les commandes de bois"),
    "en": ("The library's staircase", "The bending templates", "Ordering wood"),
}
FEEDBACK: Mapping[str, dict[str, str]] = {
    "fr": {
        "feedback.brought": "Le cintrage, et l'habitude de demander pourquoi.",
        "feedback.leaving_with": "Des amitiés, et la certitude qu'on décide mieux à plusieurs.",
        "feedback.advice": "Garder une heure par semaine pour se montrer les gestes.",
        "sharing": "named",
    },
    "en": {
        "feedback.brought": "Steam bending, and the habit of asking why.",
        "feedback.leaving_with": "Friendships, and the certainty that several decide better than one.",
        "feedback.advice": "Keep an hour a week to show each other how it is done.",
        "sharing": "named",
    },
}
"""What somebody who has left fills in on their page."""

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
