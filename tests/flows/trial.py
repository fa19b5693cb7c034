"""What a flow of one test is made of."""

from datetime import date

from flows.core.answers import Choice
from flows.core.calendar import Appointment, on
from flows.core.model import Ask, Flow, Step, addressed
from tests.flows.script import FIRST_DAY

D = "first_day"
POSTPONED = date(2026, 5, 18)


def day(count: int) -> Appointment:
    return on(D, days=count)


def flow(*steps: Step, **more: object) -> Flow:
    """Whoever a step speaks to beside the cast may lack, and is sought."""
    anchors = (D,) if any(step.at for step in steps) else ()
    fills = {part: "seek" for step in steps for part in addressed(step)}
    return Flow("trial", steps, **{"anchors": anchors, "fills": fills, **more})  # type: ignore[arg-type]


def question(name: str, to: str = "subject", **more: object) -> Ask[str]:
    return Ask(name, Choice("yes", "no"), to=to, **more)  # type: ignore[arg-type]


def after_day(count: int, hour: str = "09:00") -> str:
    return f"{date.fromordinal(FIRST_DAY.toordinal() + count)} {hour}"
