"""The improvement plan as people live it in Slack: written by leads, followed with its owners, closed in front of everybody."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.questions import offer_of
from bot.setting_up import Card, SetUp
from flows.core.model import Conversation
from sandbox import Person
from storage import conversations
from storage.improvements import Improvement
from tests.bot.planned import ACTION, FINDING, Planned, given, in_days, planned
from tests.bot.polls.led import loose

TEAM_WORDS = {
    "fr": {
        "taken_on": "porte ton nom",
        "soon": "L'échéance approche",
        "state": "où en est-on",
        "outcome": "qu'est-ce qui en est sorti",
        "done": "Fait",
        "under_way": "En cours",
        "closed": "Ce qu'est devenue une remarque",
        "settled": "déjà close",
        "over": "dit où en est l'action",
    },
    "en": {
        "taken_on": "has your name on it",
        "soon": "The date draws near",
        "state": "where does it stand",
        "outcome": "what came of it",
        "done": "Done",
        "under_way": "Under way",
        "closed": "What became of a remark",
        "settled": "closed already",
        "over": "says where the action stands",
    },
}
both_languages = pytest.mark.parametrize("locale", ["fr", "en"])


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def said_to(person: Person, words: str) -> list[Any]:
    return [message for message in person.received if words in plain(message.text)]


def errors_of(window: Any) -> dict[str, str]:
    return {block.removeprefix("f1|"): plain(why) for block, why in window.errors.items()}


async def pass_days(home: Planned, count: int) -> None:
    await home.let_days_pass(count)


async def answer_follow_up(home: Planned, owner: Person, words: dict[str, str], state: str, outcome: str = "") -> None:
    """The owner answers the question that waits for them, then says what came of it."""
    await owner.click(said_to(owner, words["state"])[-1], words[state])
    await home.coop.bot.settle()
    if outcome:
        await owner.click(said_to(owner, words["outcome"])[-1], action_id="window")
        await owner.submit(owner.modal, {"f1|answer": outcome})
        await home.coop.bot.settle()


# ------------------------------------------------------------------------------------------------------------- a whole life


@both_languages
async def test_an_action_is_entrusted_recalled_done_and_told_to_everybody(tmp_path: Path, locale: str) -> None:
    words = TEAM_WORDS[locale]
    async with planned(tmp_path, locale=locale) as home:
        lea = home.others[0]
        await home.write(lea, sign="deux soirs libres", due_on=in_days(home, 14))
        line = await home.line()
        assert (line.finding, line.action, line.sign, line.state) == (FINDING, ACTION, "deux soirs libres", "under_way")
        assert ACTION in said_to(lea, words["taken_on"])[0].text
        await pass_days(home, 10)
        assert ACTION in said_to(lea, words["soon"])[0].text
        assert not said_to(lea, words["state"])
        await pass_days(home, 4)
        await answer_follow_up(home, lea, words, "done", "Deux soirs libres par semaine.")
        line = await home.line()
        assert (line.state, line.outcome, line.closed_on) == ("done", "Deux soirs libres par semaine.", home.today)
        await pass_days(home, 1)
        (told,) = [text for text in home.announced() if words["closed"] in plain(text)]
        assert FINDING in told
        assert "Deux soirs libres" in told
        for person in (home.lead, home.others[3]):
            seen = (await home.home_of(person)).words()
            assert "Deux soirs libres" in seen
            assert "home.settle_improvement" not in str((await home.home_of(person)).given)


async def test_one_owner_who_says_vous_is_spoken_to_so(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.coop.bot.desk.prefer(home.coop.slack.team_id, lea.id, address="vous")
        await home.write(lea, due_on=in_days(home, 14))
        assert said_to(lea, "porte votre nom")
        assert not said_to(lea, "ton nom")


async def test_whoever_gives_themselves_an_action_is_not_told_of_it(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        before = len(home.lead.received)
        await home.write(home.lead)
        await home.coop.bot.settle()
        assert len(home.lead.received) == before


@pytest.mark.parametrize("days", [2, 3], ids=["in two days", "in three"])
async def test_an_action_due_at_once_is_entrusted_without_a_word_of_a_date_that_draws_near(
    tmp_path: Path, days: int
) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, days))
        assert len(said_to(lea, ACTION)) == 1
        assert said_to(lea, ACTION)[0].text.startswith("Une action du plan d'amélioration porte ton nom")
        await pass_days(home, days)
        assert not said_to(lea, "L'échéance approche")
        assert said_to(lea, "où en est-on")


@both_languages
async def test_an_action_under_way_is_asked_about_again_a_month_later(tmp_path: Path, locale: str) -> None:
    words = TEAM_WORDS[locale]
    async with planned(tmp_path, locale=locale) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        await pass_days(home, 7)
        await answer_follow_up(home, lea, words, "under_way")
        assert (await home.line()).state == "under_way"
        assert home.announced() == []
        await pass_days(home, 26)
        assert len(said_to(lea, words["state"])) == 1
        await pass_days(home, 5)
        assert len(said_to(lea, words["state"])) == 2


async def test_an_owner_who_never_answers_is_asked_again_a_month_after_the_last_word(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        await pass_days(home, 7)
        await pass_days(home, 21)
        heard = len(said_to(lea, "où en est-on"))
        await pass_days(home, 31)
        assert len(said_to(lea, "où en est-on")) > heard
        assert (await home.line()).state == "under_way"


@both_languages
async def test_a_lead_who_closes_it_from_the_home_ends_the_question_that_waited(tmp_path: Path, locale: str) -> None:
    words = TEAM_WORDS[locale]
    async with planned(tmp_path, locale=locale) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        await pass_days(home, 7)
        await home.settle(home.lead, state="dropped", outcome="Le planning a changé.")
        assert (await home.line()).state == "dropped"
        closed = said_to(lea, words["state"])[-1]
        assert not [control for control in closed.controls() if control.action_id.startswith("answer.")]
        assert words["over"] in plain(str(closed.blocks))
        await pass_days(home, 40)
        assert len(said_to(lea, words["state"])) == 1
        assert (await home.line()).outcome == "Le planning a changé."


async def test_an_owner_who_answers_from_the_home_is_not_asked_any_more_for_a_month(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        await pass_days(home, 7)
        await home.settle(lea, state="under_way")
        await pass_days(home, 12)
        assert len(said_to(lea, "où en est-on")) == 1
        await pass_days(home, 20)
        assert len(said_to(lea, "où en est-on")) == 2


async def test_another_day_moves_the_question(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        later = in_days(home, 20)
        await home.settle(lea, state="under_way", due_on=later)
        assert (await home.line()).due_on.isoformat() == later
        await pass_days(home, 15)
        assert not said_to(lea, "où en est-on")
        await pass_days(home, 5)
        assert len(said_to(lea, "où en est-on")) == 1


async def test_an_action_is_passed_on_to_somebody_else(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea, marc = home.others[:2]
        await home.write(lea, due_on=in_days(home, 7))
        await home.settle(lea, state="under_way", owner=marc.id)
        assert said_to(marc, "porte ton nom")
        await pass_days(home, 7)
        assert said_to(marc, "où en est-on")
        assert not said_to(lea, "où en est-on")


async def test_when_its_owner_leaves_a_lead_follows_it(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 7))
        await pass_days(home, 7)
        assert said_to(lea, "où en est-on")
        await home.coop.slack.deactivate(lea)
        await home.coop.bot.settle()
        assert ACTION in said_to(home.lead, "n'a plus de compte ici")[0].text
        assert said_to(home.lead, "où en est-on")
        await answer_follow_up(home, home.lead, TEAM_WORDS["fr"], "done", "C'est en place.")
        assert (await home.line()).outcome == "C'est en place."


async def test_a_round_is_closed_though_whoever_opened_it_has_left(tmp_path: Path) -> None:
    async with planned(tmp_path, people=9) as home:
        qvct = home.others[0]
        card = Card(person=qvct.id, roles=frozenset({"qvct_lead"}))
        assert await home.coop.bot.desk.describe(home.coop.slack.team_id, home.lead.id, card) == {}
        await home.press("open_poll", "barometer", by=qvct)
        await home.send(by=qvct)
        await home.coop.slack.deactivate(qvct)
        await home.coop.bot.settle()
        await pass_days(home, 14)
        assert [one.state for one in await home.rounds()] == ["closed"]


async def test_a_lead_who_hands_the_role_over_is_asked_no_more_and_whoever_takes_it_goes_on(tmp_path: Path) -> None:
    async with planned(tmp_path, people=9) as home:
        before, after = home.others[:2]
        describe, team = home.coop.bot.desk.describe, home.coop.slack.team_id
        assert await describe(team, home.lead.id, Card(person=before.id, roles=frozenset({"qvct_lead"}))) == {}
        await home.press("open_poll", "barometer", by=before)
        await home.send(by=before)
        await pass_days(home, 10)
        assert said_to(before, "Quel jour en parler")
        assert await describe(team, home.lead.id, Card(person=before.id, roles=frozenset())) == {}
        assert await describe(team, home.lead.id, Card(person=after.id, roles=frozenset({"qvct_lead"}))) == {}
        await pass_days(home, 3)
        asked = said_to(after, "Quel jour en parler")[-1]
        closed = [control for one in said_to(before, "Quel jour en parler") for control in one.controls()]
        assert "skip" not in [control.action_id for control in closed]
        await after.select(asked, "pick", in_days(home, 3))
        await pass_days(home, 5)
        assert said_to(after, "Qu'avez-vous décidé")
        assert not said_to(before, "Qu'avez-vous décidé")


async def test_when_the_management_changes_hands_so_do_the_polls_it_leads(tmp_path: Path) -> None:
    async with planned(tmp_path, people=9) as home:
        await home.open_round()
        choices = SetUp(management=(home.others[0].id,))
        assert await home.coop.bot.desk.set_up(home.coop.slack.team_id, home.lead.id, choices) == {}
        await pass_days(home, 14)
        assert said_to(home.others[0], "Quel jour en parler")
        assert not said_to(home.lead, "Quel jour en parler")


# ------------------------------------------------------------------------------------------------------- what will not do


async def test_a_finding_that_names_somebody_is_to_be_written_again(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        window = await home.write(lea, finding="prénom2 trouve que la charge déborde, lui écrire à x@exemple.coop")
        errors = errors_of(window)
        assert set(errors) == {"finding"}
        assert "prénom2" in errors["finding"]
        assert "x@exemple.coop" in errors["finding"]
        assert "Le constat porte sur le travail" in errors["finding"]
        assert await home.lines() == []
        await home.send(**given(lea, finding=FINDING))
        assert (await home.line()).finding == FINDING


async def test_an_action_may_say_with_whom(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        await home.write(home.others[0], action="Caler un point avec Prénom1 et le cabinet Martin")
        assert "Prénom1" in (await home.line()).action


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"due_on": "2026-03-30"}, "due_on", "déjà passé"),
        ({"due_on": "2031-01-01"}, "due_on", "bien lointain"),
        ({"action": "\x00"}, "action", "encore rien d'écrit"),
    ],
)
async def test_what_will_not_do_is_said_under_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str, said: str
) -> None:
    async with planned(tmp_path) as home:
        errors = errors_of(await home.write(home.others[0], **changes))
        assert set(errors) == {field}
        assert said in errors[field]
        assert await home.lines() == []


@pytest.mark.parametrize("field", ["finding", "action", "sign"])
async def test_three_thousand_characters_are_too_many(tmp_path: Path, field: str) -> None:
    async with planned(tmp_path) as home:
        await home.press("add_improvement")
        window = loose(home.lead.modal.given)
        errors = errors_of(await home.send_as(home.lead, window, **given(home.others[0], **{field: "é" * 3_000})))
        assert set(errors) == {field}
        assert "3000" in errors[field]
        assert "500" in errors[field]
        assert await home.lines() == []


async def test_an_empty_window_says_what_lacks(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        await home.press("add_improvement")
        blank = {**loose(home.lead.modal.given)}
        blank["blocks"] = [_without_initial(block) for block in blank["blocks"]]
        errors = errors_of(await home.send_as(home.lead, blank))
        assert set(errors) == {"source", "owner", "due_on"}
        assert await home.lines() == []


async def test_a_deactivated_owner_is_not_given_anything(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.press("add_improvement")
        window = home.lead.modal.given
        await home.coop.slack.deactivate(lea)
        await home.coop.bot.settle()
        from bot.improving import Line, add

        refused: list[Any] = []
        line = Line(finding=FINDING, action=ACTION, due_on=home.today, owner=lea.id)
        await home.coop.bot.desk.act(
            home.coop.slack.team_id, home.lead.id, lambda it, me: refused.append(add(it, me, line))
        )
        assert refused[0]["owner"].reason == "deactivated"
        assert window
        assert await home.lines() == []


async def test_emoji_and_markup_are_kept_as_they_were_written(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        finding = "Trop de bruit 🔊 <!> & *partout*"
        await home.write(home.others[0], finding=finding, action="Isoler l'atelier 🪚")
        assert (await home.line()).finding == finding
        seen = await home.home_of(home.others[2])
        assert "🔊 &lt;!&gt; &amp;" in str(seen.given)
        assert "Isoler l'atelier 🪚" in seen.words()


async def test_the_same_window_sent_twice_writes_one_line(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        await home.press("add_improvement")
        window = home.lead.modal.given
        await home.send(**given(home.others[0]))
        await home.send_as(home.lead, window, **given(home.others[0]))
        assert len(await home.lines()) == 1
        assert len(said_to(home.others[0], "porte ton nom")) == 1


@both_languages
async def test_two_people_who_settle_it_at_once_are_told_which_came_first(tmp_path: Path, locale: str) -> None:
    async with planned(tmp_path, locale=locale) as home:
        lea = home.others[0]
        await home.write(lea)
        line = await home.line()
        await home.press("settle_improvement", line.id, by=lea)
        await home.settle(home.lead, state="done", outcome="Fini.")
        window = await home.send(by=lea, state="dropped", outcome="Personne n'en veut.")
        assert TEAM_WORDS[locale]["settled"] in errors_of(window)["state"]
        assert ((await home.line()).state, (await home.line()).outcome) == ("done", "Fini.")
        await home.forge(lea, "settle_improvement", line.id)
        assert TEAM_WORDS[locale]["settled"] in lea.modal.words()
        assert lea.modal.controls() == []


@pytest.mark.parametrize(
    ("answers", "field", "said"),
    [
        ({"state": "done"}, "outcome", "ce qui en est sorti"),
        ({"state": "dropped", "outcome": "  "}, "outcome", "ce qui en est sorti"),
        ({"state": "under_way", "due_on": "2026-01-01"}, "due_on", "déjà passé"),
        ({"state": "under_way", "due_on": "2031-01-01"}, "due_on", "bien lointain"),
    ],
)
async def test_what_will_not_do_when_settling_is_said_too(
    tmp_path: Path, answers: dict[str, Any], field: str, said: str
) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea)
        before = await home.line()
        errors = errors_of(await home.settle(lea, **answers))
        assert said in errors[field]
        assert await home.line() == before


async def test_a_late_action_goes_on_without_another_day(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, due_on=in_days(home, 1))
        await pass_days(home, 5)
        await home.settle(lea, state="under_way")
        assert not lea.modals
        assert "c'était prévu pour le" in plain((await home.home_of(lea)).words())


# -------------------------------------------------------------------------------------------------------------- who may not


@both_languages
async def test_whoever_neither_leads_nor_owns_changes_nothing(tmp_path: Path, locale: str) -> None:
    async with planned(tmp_path, locale=locale) as home:
        lea, malik = home.others[:2]
        await home.write(lea)
        line = await home.line()
        for verb in ("settle_improvement", "add_improvement"):
            await home.forge(malik, verb, line.id)
            assert malik.modal.controls() == []
            assert "Awa Leroux" in malik.modal.words()
        windows = await _windows_of_the_lead(home, line)
        for window, answers in windows:
            refused = await home.send_as(malik, window, **answers)
            assert "Awa Leroux" in " ".join(refused.errors.values())
        assert await home.line() == line
        assert home.announced() == []


async def test_an_action_that_is_no_more_opens_no_window(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        await home.forge(home.lead, "settle_improvement", "i_nothing")
        assert home.lead.modal.controls() == []
        assert "déjà close" in plain(home.lead.modal.words())


# -------------------------------------------------------------------------------------------------------- where it comes from


async def test_an_action_of_a_round_keeps_the_round_it_came_from(tmp_path: Path) -> None:
    async with planned(tmp_path, people=9) as home:
        record = await home.open_round()
        await home.forge(home.lead, "add_improvement", record.id)
        assert home.lead.modal.control("field", block_id="f1|source").element["initial_option"]["value"] == "round"
        await home.send(**{name: value for name, value in given(home.others[0]).items() if name != "source"})
        line = await home.line()
        assert (line.source, line.round_id, line.poll) == ("round", record.id, "barometer")


async def test_an_action_said_to_come_from_elsewhere_forgets_the_round(tmp_path: Path) -> None:
    async with planned(tmp_path, people=9) as home:
        record = await home.open_round()
        await home.forge(home.lead, "add_improvement", record.id)
        await home.send(**given(home.others[0], source="debrief"))
        line = await home.line()
        assert (line.source, line.round_id, line.poll) == ("debrief", None, "")


async def test_the_morning_after_a_check_in_its_action_is_one_click_away(tmp_path: Path) -> None:
    async with planned(tmp_path, people=4) as home:
        await home.press("check_in")
        await home.send()
        asked = home.lead.received[-1]
        await home.lead.select(asked, "pick", in_days(home, 3))
        await pass_days(home, 8)
        await home.lead.click(said_to(home.lead, "Merci d'avoir réuni")[-1], action_id="offer.add_improvement")
        assert home.lead.modal.control("field", block_id="f1|source").element["initial_option"]["value"] == "check_in"


def test_what_is_offered_beside_a_message_is_about_what_its_conversation_is() -> None:
    def about(verb: str, **details: str) -> str:
        return offer_of(None, verb, "…", Conversation("c_1", "gathering", {}, details=details)).value

    assert about("add_improvement", kind="discussion", round="r_1", poll="radar") == "r_1"
    assert about("add_improvement", kind="check_in", poll="radar") == "check_in"
    assert about("poll_settings", poll="radar") == "radar"
    assert about("read_report", poll="radar") == ""
    assert about("add_improvement") == ""


async def test_who_wrote_a_line_down_is_kept_nowhere(tmp_path: Path) -> None:
    async with planned(tmp_path) as home:
        lea = home.others[0]
        await home.write(lea, source="report")
        lead = await home.reads(lambda tx: _member_id(tx, home.lead.id))

        def dumped(tx: Any) -> str:
            rows = tx.connection.execute(sa.text("select * from improvement")).mappings().all()
            ids = conversations.of_flow(tx, "action_follow_up")
            talks = sa.text("select * from conversation where flow = 'action_follow_up'")
            assert len(ids) == 1
            return str([dict(row) for row in [*rows, *tx.connection.execute(talks).mappings().all()]])

        dump = await home.reads(dumped)
        assert FINDING in dump
        assert lead not in dump
        assert home.lead.id not in dump


def _member_id(tx: Any, slack_id: str) -> str:
    from storage import members

    found = members.by_slack_id(tx, slack_id)
    assert found is not None
    return found.id


async def _windows_of_the_lead(home: Planned, line: Improvement) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    await home.press("settle_improvement", line.id)
    settling = home.lead.modal.given
    await home.press("add_improvement")
    adding = home.lead.modal.given
    return [(settling, {"state": "done", "outcome": "Fini."}), (adding, given(home.others[1], action="Autre chose"))]


def _without_initial(block: dict[str, Any]) -> dict[str, Any]:
    if "element" not in block:
        return block
    element = {key: value for key, value in block["element"].items() if not key.startswith("initial_")}
    return {**block, "element": element}
