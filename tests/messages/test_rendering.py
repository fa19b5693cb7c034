"""How words are found, rendered and, for a cooperative that wants its own, replaced."""

import logging
import os
from datetime import date, time
from pathlib import Path

import pytest
from jinja2 import TemplateError, UndefinedError

from flows.core.people import Member
from messages import Messages, UnknownMessage, Voice

TU, VOUS, ENGLISH = Voice("fr", "tu"), Voice("fr", "vous"), Voice("en", "tu")

zoe = Member(id="m_1", first_name="Zoé", slack_id="U0ZOE")
awa = Member(id="m_2", first_name="Awa", last_name="Diop")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A cooperative's folder of words."""
    return tmp_path / "words"


def write(folder: Path, page: str, **blocks: str) -> None:
    path = folder / f"{page}.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{{% block {name} %}}{words}{{% endblock %}}\n" for name, words in blocks.items()))


def spoken(own: Path, words: str, voice: Voice = TU, **context: object) -> str:
    write(own / voice.locale, "tried", words=words)
    return Messages(own).say(voice, "tried", "words", context)


# ------------------------------------------------------------------------------------------------ where words are found


def test_a_flow_says_its_own_words_and_falls_back_on_shared_ones() -> None:
    messages = Messages()
    assert messages.say(TU, "buddies", "proposal__accept") == "J'accepte"
    assert messages.say(TU, "buddies", "done") == "C'est fait"
    assert messages.has(TU, "buddies", "done")
    assert "done" not in messages.names("fr", "buddies")


def test_vous_is_said_block_by_block_and_the_rest_as_to_everybody() -> None:
    messages = Messages()
    assert messages.say(VOUS, "menu", "menu") != messages.say(TU, "menu", "menu")
    assert messages.say(VOUS, "menu", "menu__home") == messages.say(TU, "menu", "menu__home")
    assert messages.say(Voice("en", "vous"), "menu", "menu") == messages.say(ENGLISH, "menu", "menu")


def test_words_nobody_wrote_are_named_with_the_file_to_add_them_to() -> None:
    messages = Messages()
    assert not messages.has(ENGLISH, "onboarding", "hat")
    with pytest.raises(UnknownMessage) as told:
        messages.say(ENGLISH, "onboarding", "hat")
    assert all(word in str(told.value) for word in ("'onboarding'", "'hat'", "'en'", "messages/en/onboarding.j2"))
    with pytest.raises(UnknownMessage):
        messages.variables(ENGLISH, "onboarding", "hat")


def test_a_value_the_context_lacks_is_never_passed_over() -> None:
    with pytest.raises(UndefinedError, match="subject"):
        Messages().say(TU, "onboarding", "two_hats", {})


def test_what_a_message_needs_can_be_asked() -> None:
    messages = Messages()
    assert messages.variables(TU, "refusals", "not_on_the_scale") == {"low", "high"}
    assert messages.variables(TU, "onboarding", "done") == set()


# -------------------------------------------------------------------------------------------- a cooperative's own words


def test_a_cooperatives_words_win_block_by_block(own: Path) -> None:
    write(own / "fr", "menu", menu="Salut, on fait quoi ?")
    messages = Messages(own)
    assert messages.say(TU, "menu", "menu") == "Salut, on fait quoi\N{NO-BREAK SPACE}?"
    assert messages.say(TU, "menu", "menu__home") == "Mon parcours"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"fr_vous/menu", "fr/menu", "fr_vous/shared", "fr/shared"}, "fr_vous/menu"),
        ({"fr/menu", "fr_vous/shared"}, "fr/menu"),
        ({"fr_vous/shared", "fr/shared"}, "fr_vous/shared"),
        ({"fr/shared"}, "fr/shared"),
    ],
)
def test_vous_is_sought_before_tu_and_a_flow_before_what_is_shared(own: Path, written: set[str], said: str) -> None:
    for page in written:
        write(own, page, hat=page)
    assert Messages(own).say(VOUS, "menu", "hat") == said


def test_our_vous_is_said_before_a_cooperatives_tu(own: Path) -> None:
    write(own / "fr", "menu", menu="Salut !", menu__home="Accueil")
    messages = Messages(own)
    assert messages.say(VOUS, "menu", "menu") == Messages().say(VOUS, "menu", "menu")
    assert messages.say(VOUS, "menu", "menu__home") == "Accueil"


def test_changed_words_are_read_again(own: Path) -> None:
    messages = Messages(own)
    ours = messages.say(ENGLISH, "menu", "menu")
    write(own / "en", "menu", menu="Hi there!")
    assert messages.say(ENGLISH, "menu", "menu") == "Hi there!"
    before = (own / "en" / "menu.j2").stat()
    write(own / "en", "menu", menu="Hi again!")
    os.utime(own / "en" / "menu.j2", ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert messages.say(ENGLISH, "menu", "menu") == "Hi again!"
    (own / "en" / "menu.j2").unlink()
    assert messages.say(ENGLISH, "menu", "menu") == ours


def test_a_page_that_cannot_be_read_is_told_and_passed_over(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(own / "en", "menu", menu="Hi {{ there")
    assert Messages(own).say(ENGLISH, "menu", "menu") == Messages().say(ENGLISH, "menu", "menu")
    assert "menu.j2" in caplog.text


def test_words_that_ask_for_what_is_not_there_are_told_and_passed_over(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(own / "en", "menu", menu="Hi {{ wizard }}!")
    with caplog.at_level(logging.WARNING):
        assert Messages(own).say(ENGLISH, "menu", "menu") == Messages().say(ENGLISH, "menu", "menu")
    assert "wizard" in caplog.text


@pytest.mark.parametrize("slip", ["{{ said|day }}", "{{ said + 1 }}", "{{ said.nothing }}", "{{ nobody|quote }}"])
def test_words_of_ones_own_that_trip_on_an_answer_are_passed_over_and_no_log_repeats_it(
    own: Path, caplog: pytest.LogCaptureFixture, slip: str
) -> None:
    write(own / "en", "menu", menu=slip)
    with caplog.at_level(logging.DEBUG):
        told = Messages(own).say(ENGLISH, "menu", "menu", {"said": "I am leaving", "nobody": None})
    assert told == Messages().say(ENGLISH, "menu", "menu")
    assert "menu.j2 cannot say 'menu'" in caplog.text
    assert "leaving" not in caplog.text


@pytest.mark.parametrize("name", ["quote", "full_stop", "channel", "link('x')", "join_names", "at"])
def test_what_is_not_there_is_told_with_what_to_do(own: Path, name: str) -> None:
    write(own / "fr", "tried", words=f"{{{{ nobody|{name} }}}}")
    with pytest.raises(TemplateError, match=rf"nothing to `{name.partition('(')[0]}` here: say what to do without it"):
        Messages(own).say(TU, "tried", "words", {"nobody": None})


# ----------------------------------------------------------------------------------------------------- how they are said


def test_outer_blank_lines_go_and_inner_ones_stay(own: Path) -> None:
    assert spoken(own, "\n\nOne\ntwo\n\nthree\n", ENGLISH) == "One\ntwo\n\nthree"


def test_french_punctuation_never_begins_a_line(own: Path) -> None:
    words = "« Oui ! » : non ? {{ x if 1 != 2 }}{% if 9 %} (9 %){% endif %}"
    assert spoken(own, words, x="a ?") == "«\xa0Oui\xa0!\xa0»\xa0: non\xa0? a ? (9\xa0%)"


def test_nobody_reads_none(own: Path) -> None:
    write(own / "fr", "menu", words="{{ nobody }}", sum="{{ 3 }}")
    messages = Messages(own)
    assert messages.say(TU, "menu", "sum") == "3"
    with pytest.raises(TemplateError, match="None"):
        messages.say(TU, "menu", "words", {"nobody": None})


def test_a_member_with_an_account_is_rung_and_another_named(own: Path) -> None:
    words = "{{ zoe|mention }}, {{ awa|mention }}, {{ nobody|mention }}, {{ nobody|mention('ton relais') }}"
    assert spoken(own, words, zoe=zoe, awa=awa, nobody=None) == "<@U0ZOE>, Awa, quelqu'un, ton relais"
    assert spoken(own, "{{ nobody|mention }}", ENGLISH, nobody=None) == "someone"


def test_french_elides_before_a_vowel(own: Path) -> None:
    assert spoken(own, "{{ awa|de }}, {{ zoe|de }}, {{ nobody|de }}", awa=awa, zoe=zoe, nobody=None) == (
        "d'Awa, de <@U0ZOE>, de quelqu'un"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Yves", "d'Yves"),
        ("Yann", "de Yann"),
        ("Yéléna", "de Yéléna"),
        ("Y", "d'Y"),
        ("Óscar", "d'Óscar"),
        ("Øystein", "d'Øystein"),
        ("Hélène", "d'Hélène"),
        ("Łukasz", "de Łukasz"),
    ],
)
def test_french_elides_before_what_sounds_like_a_vowel(own: Path, name: str, said: str) -> None:
    assert spoken(own, "{{ one|de }}", one=Member(id="m_3", first_name=name)) == said


@pytest.mark.parametrize(
    ("names", "french", "english"),
    [
        (["A"], "A", "A"),
        (["A", "B"], "A et B", "A and B"),
        (["A", "B", "C"], "A, B et C", "A, B and C"),
        ([zoe, awa], "<@U0ZOE> et Awa", "<@U0ZOE> and Awa"),
        ([], "quelqu'un", "someone"),
    ],
)
def test_names_are_joined_as_one_says_them(own: Path, names: list[str | Member], french: str, english: str) -> None:
    assert spoken(own, "{{ names|join_names }}", TU, names=names) == french
    assert spoken(own, "{{ names|join_names }}", ENGLISH, names=names) == english


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [(zoe, Member(id=zoe.id, first_name="Zoé"), True), (zoe, awa, False), (zoe, None, False)],
)
def test_a_text_may_ask_whether_one_person_plays_two_parts(
    own: Path, one: Member, other: Member | None, is_one: bool
) -> None:
    words = "{% if one is also(other) %}seul·e{% else %}à deux{% endif %}"
    assert spoken(own, words, one=one, other=other) == ("seul·e" if is_one else "à deux")
    assert spoken(own, words, one=other, other=one) == ("seul·e" if is_one else "à deux")


def test_nobody_is_no_other_nobody(own: Path) -> None:
    assert spoken(own, "{{ one is also(other) }}", one=None, other=None) == "False"


def test_links_channels_and_quotes_are_written_for_slack(own: Path) -> None:
    url = "https://voisins.example/?a=1&b=2"
    assert spoken(own, "{{ url|link('La fiche & co') }}", url=url) == (
        "<https://voisins.example/?a=1&amp;b=2|La fiche &amp; co>"
    )
    assert spoken(own, "{{ where|channel }}", where="C0HELLO") == "<#C0HELLO>"
    assert spoken(own, "{{ said|quote }}", said="un <b>\n\ndeux") == "> un &lt;b&gt;\n> \n> deux"


def test_an_email_has_neither_escapes_nor_mentions(own: Path) -> None:
    write(own / "fr", "tried", words="{{ zoe|mention }} & {{ coop }} : {{ url|link('la vidéo') }}, {{ said|quote }}")
    context = {"zoe": zoe, "coop": "Bois & Cie", "url": "https://voisins.example/v?a&b", "said": "<oui>"}
    assert Messages(own).plain(TU, "tried", "words", context) == (
        "Zoé & Bois & Cie\xa0: la vidéo (https://voisins.example/v?a&b), > <oui>"
    )


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 4, 28), "mardi 28 avril", "Tuesday 28 April"),
        (date(2026, 5, 1), "vendredi 1er mai", "Friday 1 May"),
        (date(2027, 8, 1), "dimanche 1er août 2027", "Sunday 1 August 2027"),
        ("2026-12-31", "jeudi 31 décembre", "Thursday 31 December"),
        ("2025-02-03T09:00:00+00:00", "lundi 3 février 2025", "Monday 3 February 2025"),
    ],
)
def test_a_day_is_said_in_full_but_for_this_year(own: Path, day: object, french: str, english: str) -> None:
    assert spoken(own, "{{ day|day }}", TU, day=day, today=date(2026, 1, 2)) == french
    assert spoken(own, "{{ day|day }}", ENGLISH, day=day, today=date(2026, 1, 2)) == english


def test_a_day_keeps_its_year_when_nobody_knows_what_day_it_is(own: Path) -> None:
    assert spoken(own, "{{ day|day }}", day=date(2026, 4, 28)) == "mardi 28 avril 2026"


@pytest.mark.parametrize(
    ("hour", "french", "english"),
    [(time(9), "9\xa0h", "9:00"), (time(14, 5), "14\xa0h\xa005", "14:05"), ("09:30", "9\xa0h\xa030", "9:30")],
)
def test_an_hour_is_said_as_people_say_it(own: Path, hour: object, french: str, english: str) -> None:
    assert spoken(own, "{{ hour|hour }}", TU, hour=hour) == french
    assert spoken(own, "{{ hour|hour }}", ENGLISH, hour=hour) == english


def test_what_is_no_day_is_a_mistake_in_the_words(own: Path) -> None:
    write(own / "en", "menu", menu="{{ 'soon'|day }}")
    assert Messages(own).say(ENGLISH, "menu", "menu") == Messages().say(ENGLISH, "menu", "menu")
