"""The improvement plan in the Home: everybody reads it, its owners and the leads move it on."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.core.people import Member
from storage import improvements, members
from storage.improvements import Improvement
from tests.bot.home.conftest import NOON, PEOPLE, VOICES, House, assert_slack_takes, controls_in, words_in

TODAY = NOON.date()
LINE = Improvement(
    id="i_0",
    source="round",
    finding="La charge déborde",
    action="Un jour sans réunion",
    owner_id="m_lea",
    due_on=TODAY + timedelta(days=10),
    opened_on=TODAY,
)
TITLES = ("Plan d'amélioration", "Improvement plan")


async def written(house: House, *lines: Improvement) -> None:
    for line in lines:
        await house.run(lambda tx, it=line: improvements.save(tx, it))  # type: ignore[misc]


async def read_by(house: House, member: str) -> str:
    return words_in(await house.home(member)).replace("\N{NO-BREAK SPACE}", " ")


def buttons(view: Any, verb: str) -> list[dict[str, Any]]:
    return [control for control in controls_in(view) if control["action_id"] == f"home.{verb}"]


async def test_before_it_begins_the_plan_is_the_leads_business_alone(house: House) -> None:
    seen = await read_by(house, "m_boss")
    assert "Aucune action en cours" in seen
    assert buttons(await house.home("m_boss"), "add_improvement")
    for person in PEOPLE[:-1]:
        assert TITLES[0] not in await read_by(house, person.id)


async def test_everybody_reads_it_and_only_owner_and_leads_move_it_on(house: House) -> None:
    await written(house, LINE)
    for person in PEOPLE:
        view = await house.home(person.id)
        assert_slack_takes(view)
        assert "Un jour sans réunion" in words_in(view)
        assert len(buttons(view, "settle_improvement")) == (person.id in ("m_lea", "m_boss"))
        assert len(buttons(view, "add_improvement")) == (person.id == "m_boss")


async def test_each_button_says_which_action_it_is_about(house: House) -> None:
    await written(house, LINE, replace(LINE, id="i_1", action="Isoler la scie"))
    told = [one["accessibility_label"] for one in buttons(await house.home("m_boss"), "settle_improvement")]
    assert told == [
        "Où en est-elle\N{NO-BREAK SPACE}? – Un jour sans réunion",
        "Où en est-elle\N{NO-BREAK SPACE}? – Isoler la scie",
    ]


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_a_line_says_what_who_when_and_how_one_will_know(house: House, locale: str, address: str) -> None:
    await house.change("m_job", locale=locale, address=address)
    late = replace(LINE, id="i_1", action="Isoler la scie", due_on=TODAY - timedelta(days=3), owner_id=None)
    await written(house, replace(LINE, sign="deux soirs libres"), late)
    view = await house.home("m_job")
    assert_slack_takes(view)
    seen = words_in(view).replace("\N{NO-BREAK SPACE}", " ")
    assert any(title in seen for title in TITLES)
    assert all(words in seen for words in ("La charge déborde", "<@U0LEA>", "deux soirs libres"))
    assert ("c'était prévu pour le vendredi 1er mai" if locale == "fr" else "it was meant for Friday 1 May") in seen
    assert seen.index("Isoler la scie") < seen.index("Un jour sans réunion")


async def test_the_soonest_eight_are_shown_and_the_others_counted(house: House) -> None:
    lines = [replace(LINE, id=f"i_{n}", action=f"Action {n:02}", due_on=TODAY + timedelta(days=n)) for n in range(30)]
    await written(house, *reversed(lines))
    view = await house.home("m_boss")
    assert_slack_takes(view)
    seen = words_in(view)
    assert [n for n in range(30) if f"Action {n:02}" in seen] == list(range(8))
    assert "22" in seen


async def test_the_last_three_that_are_over_say_what_they_became(house: House) -> None:
    def closed(number: int, days_ago: int, state: Any) -> Improvement:
        day = TODAY - timedelta(days=days_ago)
        return replace(
            LINE, id=f"i_{number}", action=f"Action {number}", state=state, outcome=f"Issue {number}", closed_on=day
        )

    ago = {1: 5, 2: 40, 3: 20, 4: 100, 5: 300}
    await written(house, *(closed(n, days, "dropped" if n == 3 else "done") for n, days in ago.items()))
    seen = await read_by(house, "m_job")
    assert "Ce qu'elles sont devenues" in seen
    assert [n for n in ago if f"Issue {n}" in seen] == [1, 2, 3]
    assert "Action 3 : abandonnée. Issue 3" in seen
    assert seen.index("Issue 1") < seen.index("Issue 3") < seen.index("Issue 2")


async def test_what_ended_long_ago_leaves_the_plan_empty(house: House) -> None:
    await written(house, replace(LINE, state="done", closed_on=TODAY - timedelta(days=200)))
    assert TITLES[0] not in await read_by(house, "m_job")


async def test_the_longest_lines_still_fit(house: House) -> None:
    long = "<&> " * 125
    lines = [replace(LINE, id=f"i_{n}", finding=long, action=long, sign=long) for n in range(12)]
    over = [replace(one, id=f"o_{one.id}", state="done", outcome=long, closed_on=TODAY) for one in lines[:3]]
    await written(house, *lines, *over)
    for member in ("m_boss", "m_job"):
        assert_slack_takes(await house.home(member))


async def test_an_owner_who_has_left_is_still_named(house: House) -> None:
    gone = Member(id="m_gone", first_name="Odile", last_name="Roux", slack_id="U0GONE", active=False)
    await house.run(lambda tx: members.remember(tx, gone))
    await written(house, replace(LINE, owner_id="m_gone"))
    view = await house.front().window("settle_improvement", "T1", "U0BOSS", "i_0")
    assert view is not None
    assert_slack_takes(view)
    assert "U0GONE" not in str(view["blocks"][-1])
    assert_slack_takes(await house.home("m_job"))


@pytest.mark.parametrize(("locale", "address"), VOICES)
async def test_the_windows_are_filled_in_with_what_is_known(house: House, locale: str, address: str) -> None:
    await house.change("m_boss", locale=locale, address=address)
    await written(house, LINE)
    added = await house.front().window("add_improvement", "T1", "U0BOSS", "debrief")
    settled = await house.front().window("settle_improvement", "T1", "U0BOSS", "i_0")
    assert added is not None
    assert settled is not None
    for view in (added, settled):
        assert_slack_takes(view)
    # Thirty days from Monday 4 May is a Wednesday.
    assert initial(added, "due_on") == date(2026, 6, 3).isoformat()
    assert initial(added, "source")["value"] == "debrief"
    assert initial(settled, "due_on") == LINE.due_on.isoformat()
    assert initial(settled, "state")["value"] == "under_way"
    assert initial(settled, "owner") == "U0LEA"


async def test_the_usual_day_is_a_working_one(house: House) -> None:
    from datetime import datetime

    view = await house.front(datetime.fromisoformat("2026-04-01T10:00:00+00:00")).window(
        "add_improvement", "T1", "U0BOSS"
    )
    assert view is not None
    assert initial(view, "due_on") == "2026-05-04"  # 1 May is a holiday, then a weekend


@pytest.mark.parametrize("about", ["", "r_nothing", "report:c_1", "m_lea"])
async def test_without_a_known_source_one_chooses(house: House, about: str) -> None:
    view = await house.front().window("add_improvement", "T1", "U0BOSS", about)
    assert view is not None
    assert initial(view, "source") is None


async def test_a_day_already_past_is_not_proposed_again(house: House) -> None:
    await written(house, replace(LINE, due_on=TODAY - timedelta(days=1)))
    view = await house.front().window("settle_improvement", "T1", "U0LEA", "i_0")
    assert view is not None
    assert initial(view, "due_on") is None


def initial(view: dict[str, Any], field: str) -> Any:
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == f"f1|{field}")
    return next((value for key, value in element.items() if key.startswith("initial_")), None)
