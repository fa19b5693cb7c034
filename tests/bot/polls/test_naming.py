"""What could say who somebody is in a comment is found, however it is written; and nothing else is reported."""

import string
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.polls.naming import scan

NAMES = (
    "Léa",
    "Robin",
    "Jean-Marc",
    "Le Goff",
    "de la Tour",
    "O'Brien",
    "Œdipe",
    "Ba",
    "Rose",
    "Ben",
    "Łukasz",
    "Ǆenana",
)
NUMBERS = (
    "01 23 45 67 89",
    "0123456789",
    "01.23.45.67.89",
    "01-23-45-67-89",
    "06\N{NO-BREAK SPACE}12\N{NARROW NO-BREAK SPACE}34\N{THIN SPACE}56 78",
    "06‑12–34—56 78",
    "06 123 456 78",
    "+33 1 23 45 67 89",
    "+33123456789",
    "+33 (0)6 12 34 56 78",
    "0033 6 12 34 56 78",
    "+1 (415) 555-2671",
    "+32 475 12 34 56",
    "０６ １２ ３４ ５６ ７８",
)
ADDRESSES = ("lea@ex.coop", "lea.robin+qvct@mail.ex-coop.fr", "l'ea_r@ex.co", "LÉA@EX.COOP")
HANDLES = ("@lea", "@lea.robin", "@channel", "<@U012ABC>", "<@U012ABC|lea>", "<!channel>", "<!subteam^S012>")
PLAIN = (
    "Un bilan le 01/02/2026 à 10 h, un budget de 1 000 000 000 d'euros, 12 000 par mois depuis 2019.",
    "On se voit @ 14 h, 3919 ou 17 en cas de danger, version 1.2.3.4, article L. 1222-4.",
    "Le repas des deux équipes, l'œuvre commune, un robinet, la roseraie, les bas salaires.",
    "",
    "   ",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_phone_number_is_found(number: str) -> None:
    assert scan(f"Appelle le {number}, ou pas.", ()) == (number,)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_e_mail_address_is_found(address: str) -> None:
    assert scan(f"Écris à {address}.", ("Léa", "Robin")) == (address,)


@pytest.mark.parametrize("handle", HANDLES)
def test_a_handle_or_a_mention_is_found(handle: str) -> None:
    assert scan(f"Merci {handle} !", ()) == (handle,)


@pytest.mark.parametrize(
    ("text", "excerpts"),
    [
        ("Merci à Léa.", ("Léa",)),
        ("merci à LEA et lea", ("LEA", "lea")),
        ("Le\N{COMBINING ACUTE ACCENT}a, Lea\N{COMBINING ACUTE ACCENT}", ("Léa", "Leá")),
        ("L\N{ZERO WIDTH SPACE}éa", ("L\N{ZERO WIDTH SPACE}éa",)),
        ("Jean-Marc, jean marc, JEAN‑MARC, Jeanmarc", ("Jean-Marc", "jean marc", "JEAN‑MARC", "Jeanmarc")),
        ("Marc ou Jean", ("Marc", "Jean")),
        ("Jean. Marc", ("Jean. Marc",)),
        ("Jean\n\nMarc", ("Jean", "Marc")),
        ("Monsieur le Goff", ("le Goff",)),
        ("la tour de la Tour", ("tour", "de la Tour")),
        ("l'O’Brien, obrien", ("O’Brien", "obrien")),
        ("oedipe et Œdipe", ("oedipe", "Œdipe")),
        ("Lukasz, ǆENANA", ("Lukasz", "ǆENANA")),
        ("une rose pour Robin", ("rose", "Robin")),
        ("_Léa_ *Ben* d'Léa", ("Léa", "Ben")),
        ("Léa-Robin, Léane, Léa2, Ba", ("Léa", "Robin")),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, excerpts: tuple[str, ...]) -> None:
    found = scan(text, NAMES)
    assert tuple(map(_as_seen, found)) == tuple(map(_as_seen, excerpts))


def _as_seen(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", PLAIN)
def test_nothing_else_is_reported(text: str) -> None:
    assert scan(text, NAMES) == ()


def test_whoever_has_no_name_yet_is_found_nowhere() -> None:
    assert scan("Une phrase, tout simplement.", ("", " ", "-", "Da", "U", "'")) == ()


def test_a_number_within_a_longer_one_is_no_phone_number() -> None:
    assert scan("Facture 20123456789, compte 10612345678.", ()) == ()


# ------------------------------------------------------------------------------------------------------- for any text

anything = st.text(max_size=300)
names = st.lists(st.text(max_size=20), max_size=8)
first_names = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæABCÉÎ", min_size=3, max_size=12)


@given(anything, names)
def test_every_excerpt_is_part_of_the_text_and_given_once(text: str, people: list[str]) -> None:
    found = scan(text, people)
    assert all(one and one in text for one in found)
    assert len(set(found)) == len(found)


@given(anything, names, names)
def test_knowing_more_people_never_finds_less(text: str, some: list[str], others: list[str]) -> None:
    assert bool(scan(text, some)) <= bool(scan(text, [*some, *others]))


@given(first_names, anything, anything)
def test_a_whole_name_is_found_in_any_text(name: str, before: str, after: str) -> None:
    text = f"{before} ; {name} ; {after}"
    assert any(name in excerpt for excerpt in scan(text, [name]))


@given(first_names, st.sampled_from([str.upper, str.lower, str.title]))
def test_neither_accents_nor_capitals_hide_a_name(name: str, write: Callable[[str], str]) -> None:
    bare = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    for written in (write(name), write(bare), unicodedata.normalize("NFD", name)):
        assert scan(f"Merci à {written}.", [name]) == (written,)


@given(st.text(string.ascii_lowercase, min_size=1, max_size=8), st.text(string.ascii_lowercase, min_size=4, max_size=8))
def test_a_name_within_a_word_is_not_reported(more: str, name: str) -> None:
    for written in (name + more, more + name):
        if written != name:
            assert scan(f"« {written} »", [name]) == ()


@pytest.mark.parametrize(
    "text",
    ["Prénom7 " * 375, "a" * 3_000, "a.b" * 1_000, "@" * 3_000, "0" * 3_000, "0 1" * 1_000, "<@" * 1_500, " -" * 1_500],
    ids=lambda text: text[:8],
)
def test_the_longest_comment_is_read_quickly_among_five_hundred_members(text: str) -> None:
    people = [part for number in range(500) for part in (f"Prénom{number}", f"Nom-de-Famille{number}")]

    def cost(words: str) -> float:
        began = time.process_time()
        scan(words, people)
        return time.process_time() - began

    usual = "Un mot de plus. " * 187
    assert min(cost(text) for _ in range(3)) < 10 * min(cost(usual) for _ in range(3))
