"""The picture of a report, read back."""

from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bot.polls.radar_picture import radar_svg
from flows.core.poll import Poll
from flows.core.report import Report
from tests.bot.polls.reported import CLOSED, COOP, wording_of

SVG = "{http://www.w3.org/2000/svg}"


def drawn(
    poll: Poll, report: Report, before: Report | None = None, locale: Literal["fr", "en"] = "fr", coop: str = COOP
) -> Element:
    return ElementTree.fromstring(radar_svg(report, poll, wording_of(poll, locale, coop), coop, CLOSED, before))


def words(picture: Element) -> list[str]:
    return ["".join(one.itertext()) for one in picture.iter(f"{SVG}text")]
