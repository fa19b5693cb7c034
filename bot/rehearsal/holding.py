"""Lives a round of a poll in seconds: opened, answered, closed, told, discussed; or, when too few could answer, talked over."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.rehearsal.company import company
from bot.rehearsal.players import insist
from bot.rehearsal.rehearse import Play, Rehearsal
from bot.rehearsal.stage import ZONE, staged
from bot.rehearsal.transcript import told_together

OFFICE_HOUR = time(9, 40)
ARRIVING = timedelta(minutes=40)
LIVED = timedelta(days=45)
"""From the opening to what is decided once the results were discussed; the next round is another rehearsal."""


async def hold(poll: str, start: date, *, people: int = 12, locale: str = "fr", texts: Path | None = None) -> Rehearsal:
    """Live one round of `poll`, opened on `start` by whoever leads it in a cooperative of `people`."""
    opening = datetime.combine(start, OFFICE_HOUR, ZONE)
    async with staged(opening - ARRIVING, people=people, locale=locale, texts=texts) as stage:
        play = Play(stage, company(people)[-1])
        await play.arrive()
        await play.live_until(opening)
        play.result.lines.clear()
        await _open(play, poll)
        await play.live_until(opening + LIVED)
        lived = await play.close()
        return Rehearsal(told_together(lived.lines), lived.given_up)


async def _open(play: Play, poll: str) -> None:
    """Whoever leads the polls opens a round from their Home."""
    lead = next((person for figure, person in play.stage.people.items() if figure.is_qvct_lead), play.lead)
    await lead.open_home()
    await play.settle()
    home = lead.home
    assert home is not None, "it was opened just now"
    await insist(play.stage.slack, lambda: lead.click(home, action_id="home.open_poll", value=poll))
    play.tell("window", lead.real_name, lead.modal.title, lead.modal.words())
    await insist(play.stage.slack, lambda: lead.submit(lead.modal))
    if lead.modals:
        play.tell("window", lead.real_name, lead.modal.title, lead.modal.words())
        await lead.close(lead.modal)
    await play.settle()
