"""A small flow that only its cast may know of, and its words, for tests of what private means."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows import ALL_FLOWS
from flows.core.answers import Done
from flows.core.calendar import on
from flows.core.model import SUBJECT, Ask, Flow, Say
from messages import Messages

SECRET = "secret_path"
FOLLOWS, WITNESS, DAY = "follows", "witness", "secret_day"

STEPS = (
    Say("hidden_word"),
    Say("hidden_witness", to=WITNESS),
    Ask("hidden_task", Done(), to=FOLLOWS),
    Say("hidden_day", at=on(DAY)),
)
secret_path = Flow(
    SECRET,
    STEPS,
    cast=(SUBJECT, FOLLOWS),
    optional=(WITNESS,),
    anchors=(DAY,),
    told_when_missed=FOLLOWS,
    briefed=(FOLLOWS,),
    private=True,
)

WORDS = """\
{% block hidden_word__title %}Mot caché{% endblock %}
{% block hidden_word %}Un mot caché pour {{ subject.name }}.{% endblock %}
{% block hidden_task__title %}Tâche cachée{% endblock %}
{% block hidden_task %}Une tâche cachée, pour le départ de {{ subject.name }}.{% endblock %}
{% block hidden_witness__title %}Témoin caché{% endblock %}
{% block hidden_witness %}Un mot caché au témoin.{% endblock %}
{% block hidden_day__title %}Jour caché{% endblock %}
{% block hidden_day %}C'est le jour caché.{% endblock %}
{% block briefing %}Voici ce qui fut caché.{% endblock %}
"""
FLOWS: Sequence[Flow] = (*ALL_FLOWS, secret_path)


def secret_texts(folder: Path, words: str = WORDS) -> Path:
    """A folder of one's own texts in which the flow has its words."""
    (folder / "fr").mkdir(parents=True, exist_ok=True)
    (folder / "fr" / f"{SECRET}.j2").write_text(words, encoding="utf-8")
    return folder


def secret_messages(folder: Path, words: str = WORDS) -> Messages:
    return Messages(secret_texts(folder, words), private=[SECRET])


def betrayals(said: str, *names: str) -> Iterator[str]:
    """What, in a text, lets somebody guess at the conversation: its steps, its words, and who is in it."""
    for word in ("hidden", "cach", SECRET, *names):
        if word in said:
            yield word
