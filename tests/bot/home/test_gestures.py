"""What becomes of a window that is submitted, and of the Home's own buttons: through the desk, in the database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.conductor import Conductor
from flows.core.moves import Post, Stopped
from storage import conversations, outbox, workspaces
from tests.bot.home.conftest import NOON, House
from tests.bot.home.test_windows import filled, opened


async def submit(house: House, verb: str, argument: str = "", by: str = "U0BOSS", **chosen: Any) -> dict[str, str]:
    view = filled(await opened(house, verb, argument, by), **chosen)
    return await house.front().submit(house.desk(), "T1", by, view)


async def journeys(house: House) -> list[str]:
    return await house.run(lambda tx: conversations.of_flow(tx, "onboarding", open_only=True))


async def test_a_submitted_arrival_begins_a_journey(house: House) -> None:
    assert await submit(house, "welcome", person="U0LEA", first_day="2026-06-01", supervisor="U0SUP") == {}
    [journey] = await journeys(house)
    talk = await house.conduct(lambda c: c.load(journey))
    assert talk.anchors == {"first_day": date(2026, 6, 1)}
    assert (talk.cast["subject"].id, talk.cast["supervisor"].id) == ("m_lea", "m_sup")


async def test_a_refused_arrival_says_why_under_each_field(house: House) -> None:
    errors = await submit(house, "welcome", person="U0BOSS", first_day="2020-01-01", job_buddy="U0GHOST")
    assert set(errors) == {"f1|person", "f1|first_day", "f1|job_buddy"}
    assert "déjà passé" in errors["f1|first_day"]
    assert await journeys(house) == []


@pytest.mark.parametrize(("locale", "said"), [("fr", "son prénom et son e-mail"), ("en", "first name and e-mail")])
async def test_what_lacks_is_said_in_the_person_s_language(house: House, locale: str, said: str) -> None:
    await house.change("m_boss", locale=locale)
    errors = await submit(house, "welcome", first_day="2026-06-01")
    assert said in errors["f1|person"]


async def test_who_may_not_welcome_is_refused_whatever_was_sent(house: House) -> None:
    view = filled(await opened(house, "welcome"), person="U0LEA", first_day="2026-06-01")
    errors = await house.front().submit(house.desk(), "T1", "U0JOB", view)
    assert "Awa Ba" in errors["f1|person"]
    assert await journeys(house) == []


async def test_submitted_settings_are_kept(house: House) -> None:
    assert await submit(house, "setup", name="Les Lucioles", management=["U0BOSS", "U0SUP"], territory="mayotte") == {}
    coop = await house.run(workspaces.find)
    assert coop is not None
    assert (coop.name, coop.territory, coop.starters) == (
        "Les Lucioles",
        "mayotte",
        {"onboarding": ("management", "steward")},
    )
    assert (await house.member("m_sup")).roles == {"management"}


async def test_submitted_links_are_kept(house: House) -> None:
    assert await submit(house, "links", booklet="https://example.org/livret") == {}
    coop = await house.run(workspaces.find)
    assert coop is not None
    assert coop.links == {"booklet": "https://example.org/livret"}


async def test_a_submitted_card_is_kept(house: House) -> None:
    assert await submit(house, "card", "U0JOB", trade="Menuiserie", roles=["steward"]) == {}
    member = await house.member("m_job")
    assert (member.trade, member.roles) == ("Menuiserie", frozenset({"steward"}))


async def test_submitted_preferences_are_kept(house: House) -> None:
    at_two = {"slot": "14:00", "working_days": ["0", "1"]}
    assert await submit(house, "preferences", "", "U0JOB", locale="en", address="vous", **at_two) == {}
    member = await house.member("m_job")
    assert (member.locale, member.address, member.working_days) == ("en", "vous", frozenset({0, 1}))
    assert member.slot is not None
    assert member.slot.hour == 14


async def test_a_submitted_pause_silences(house: House) -> None:
    assert await submit(house, "pause", by="U0JOB", paused_until="2026-05-20") == {}
    assert (await house.member("m_job")).paused_until == date(2026, 5, 20)


async def test_a_pause_in_the_past_is_refused_kindly(house: House) -> None:
    errors = await submit(house, "pause", by="U0JOB", paused_until="2026-05-04")
    assert "Choisis un jour à venir" in errors["f1|paused_until"].replace("\N{NO-BREAK SPACE}", " ")


async def test_a_submitted_first_day_moves_the_journey(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    assert await submit(house, "postpone", talk, first_day="2026-06-01") == {}
    assert (await house.conduct(lambda c: c.load(talk))).anchors == {"first_day": date(2026, 6, 1)}


async def test_a_first_day_in_the_past_is_refused(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    assert set(await submit(house, "postpone", talk, first_day="2026-05-01")) == {"f1|first_day"}


async def test_a_journey_gone_meanwhile_is_not_moved(house: House) -> None:
    talk = await house.welcome(first_day=date(2026, 5, 20))
    view = filled(await opened(house, "postpone", talk), first_day="2026-06-01")
    errors = await house.front().submit(house.desk(), "T1", "U0BOSS", {**view, "private_metadata": "c_gone"})
    assert "rien n'a changé" in errors["f1|first_day"]


# -------------------------------------------------------------------------------------- gestures without a window


async def act(house: House, verb: str, argument: str = "", by: str = "U0BOSS") -> None:
    await house.front().act(house.desk(), verb, "T1", by, argument)


async def test_a_buddy_hands_over(house: House) -> None:
    talk = await house.welcome()
    await act(house, "hand_over", f"{talk}|job_buddy", by="U0JOB")
    assert "job_buddy" not in (await house.conduct(lambda c: c.load(talk))).cast


async def said_to(house: House, member: str) -> list[tuple[str, datetime]]:
    """The messages that wait for somebody, beside those of flows, and their moment."""

    def unit(c: Conductor) -> list[tuple[str, datetime]]:
        rows = outbox.claim(c.tx, NOON + timedelta(days=30), 500, timedelta(minutes=1))
        return [(row.message, row.at) for row in rows if row.recipient == member and row.message.startswith("menu/")]

    return await house.conduct(unit)


async def test_the_management_hands_over_for_somebody_who_is_thanked_in_their_own_hours(house: House) -> None:
    talk = await house.welcome()
    night = NOON.replace(hour=21)
    await house.front(night).act(house.desk(night), "hand_over", "T1", "U0BOSS", f"{talk}|job_buddy")
    assert "job_buddy" not in (await house.conduct(lambda c: c.load(talk))).cast
    [(thanks, at)] = await said_to(house, "m_job")
    assert (thanks, at) == ("menu/handing_over", datetime(2026, 5, 5, 7, tzinfo=UTC))


async def test_whoever_changes_a_link_is_not_thanked_again_for_setting_the_cooperative_up(house: House) -> None:
    assert await submit(house, "links", bylaws="https://tisserands.coop/statuts") == {}
    assert [message for message, _ in await said_to(house, "m_boss")] == ["menu/settings_kept"]


async def test_whoever_hands_over_for_another_is_told_so_and_not_thanked_for_it(house: House) -> None:
    talk = await house.welcome()
    await act(house, "hand_over", f"{talk}|coop_buddy", by="U0BOSS")
    assert [message for message, _ in await said_to(house, "m_boss")] == ["menu/part_changed"]


async def test_where_everybody_may_welcome_they_may_change_a_return_too(house: House) -> None:
    await house.decide(starters={"onboarding": ("everyone",)})
    cast = {"subject": "m_lea", "coop_buddy": "m_coop", "supervisor": "m_sup"}
    later = {"first_day": date(2026, 5, 20)}
    talk = await house.conduct(lambda c: c.begin("coming_back", cast, anchors=later))
    await act(house, "hand_over", f"{talk}|coop_buddy", by="U0JOB")
    assert "coop_buddy" not in (await house.conduct(lambda c: c.load(talk))).cast
    moved = filled(await opened(house, "postpone", talk, by="U0JOB"), first_day="2026-06-01")
    assert await house.front().submit(house.desk(), "T1", "U0JOB", moved) == {}


@pytest.mark.parametrize("argument", ["", "c_gone|job_buddy", "|", "c_gone"])
async def test_handing_over_what_is_no_more_changes_nothing(house: House, argument: str) -> None:
    talk = await house.welcome()
    await act(house, "hand_over", argument, by="U0JOB")
    assert (await house.conduct(lambda c: c.load(talk))).cast["job_buddy"].id == "m_job"


async def fail_twice(house: House) -> list[int]:
    def unit(c: Conductor) -> list[int]:
        for step in ("menu/menu", "menu/paused"):
            c.say(None, Post(step, step, "m_lea", step, NOON, NOON))
        failed = [one.id for one in outbox.claim(c.tx, NOON, 9, timedelta(minutes=1))]
        for delivery in failed:
            outbox.settle_given_up(c.tx, delivery, "user_disabled", NOON)
        return failed

    return await house.conduct(unit)


async def still_failed(house: House) -> list[int]:
    return sorted(one.id for one in await house.run(lambda tx: outbox.given_up(tx, 9)))


async def test_one_failed_message_is_sent_again(house: House) -> None:
    first, second = await fail_twice(house)
    await act(house, "retry", str(first))
    assert await still_failed(house) == [second]


async def test_all_failed_messages_are_sent_again(house: House) -> None:
    await fail_twice(house)
    await act(house, "retry_all")
    assert await still_failed(house) == []


async def test_who_may_not_sends_nothing_again(house: House) -> None:
    failed = await fail_twice(house)
    await act(house, "retry_all", by="U0JOB")
    assert await still_failed(house) == failed


async def test_a_button_of_a_former_release_brings_the_menu(house: House) -> None:
    await act(house, "dance", by="U0JOB")
    said = await house.run(lambda tx: outbox.claim(tx, NOON, 9, timedelta(minutes=1)))
    assert [(one.message, one.recipient) for one in said] == [("menu/menu", "m_job")]


async def test_the_courier_gets_the_same_home(house: House) -> None:
    await house.welcome()
    lea = await house.member("m_lea")
    front = house.front()
    assert await house.run(lambda tx: front.view(tx, lea, NOON)) == await house.home("m_lea")


async def test_the_home_of_a_journey_that_was_stopped_shows_no_path(house: House) -> None:
    talk = await house.welcome()
    await house.conduct(lambda c: c.tell(talk, Stopped()))
    after = datetime(2026, 5, 5, 10, tzinfo=UTC)
    assert "Jour 7" not in str(await house.home("m_lea", after))


async def test_a_question_whose_part_is_vacant_keeps_nobody_from_resuming(house: House) -> None:
    talk = await house.welcome()
    await house.conduct(lambda c: c.recast(talk, "job_buddy", None))
    await house.desk().offer("T1", "U0LEA", "resume")
    said = await house.run(lambda tx: outbox.claim(tx, NOON, 50, timedelta(minutes=1)))
    assert [one.step for one in said if one.prompt and one.kind == "post"] == ["met_buddies"]
