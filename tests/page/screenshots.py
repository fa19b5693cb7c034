"""`make screenshots`: the pictures of docs/screenshots, taken of the practice page while the story of the tests is lived."""

import sys
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.page.departure_story import FIRST_LETTER, GOODBYE, JOEL, PUBLISHED, TOLD_ON, DepartureStory
from tests.page.poll_story import ACTION, CLOSED, TALKED_OVER, VOTERS, PollStory
from tests.page.story import AWA, CHLOE, HUGO, LILA, Story
from tests.page.surf import NARROW, Scheme, Surf, surfing
from tests.page.whole import whole

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
HEAVIEST, COLOURS = 150_000, 256
RADAR = "Radar de la coopération"


class Camera:
    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.rolls: dict[str, int] = {}

    def take(self, name: str) -> None:
        self.page.mouse.move(0, 0)
        expect(self.page.locator("#places [aria-current] .badge")).to_have_count(0)
        self.page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
        self.keep(name, self.page.screenshot(animations="disabled", caret="hide"))

    def keep(self, name: str, taken: bytes) -> None:
        """A light copy of a picture."""
        whole = Image.open(BytesIO(taken)).convert("RGB")
        picture = self.folder / f"{name}.png"
        whole.quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
        self.rolls[name] = picture.stat().st_size


def live(camera: Camera, prefix: str) -> None:
    """The story, a picture at each of its moments."""
    story, page = Story(camera.page), camera.page
    camera.take(f"{prefix}1-first-minute")
    story.set_up()
    story.open_an_account(LILA)
    story.be(AWA)
    story.prepare_the_welcome()
    camera.take(f"{prefix}2-welcome")
    story.send("Préparer l'arrivée")
    story.be(HUGO)
    camera.take(f"{prefix}3-buddy")
    story.accept(HUGO)
    story.accept(CHLOE)
    story.live_a_month()
    camera.take(f"{prefix}4-a-month-later")
    page.get_by_role("button", name="Fermer").click()
    story.begin_the_report()
    story.answer_in_the_window()
    camera.take(f"{prefix}5-report")
    story.send_the_answer()
    story.answer_the_rest()
    story.hand_the_report_over()
    story.read_the_report(CHLOE)
    camera.take(f"{prefix}6-reading")
    page.keyboard.press("Escape")
    expect(story.window).to_be_hidden()
    story.open_the_passport()
    camera.take(f"{prefix}7-passport")


def look_behind(camera: Camera) -> None:
    """What the phone is spared: everything said, the traffic, the faults."""
    story, page = Story(camera.page), camera.page
    story.go("Tout ce qui a été dit")
    expect(page.locator(".entry").first).to_be_visible()
    camera.take("8-everything-said")
    story.be(HUGO)
    page.get_by_role("button", name="Échanges").click()
    page.locator(".call summary").nth(1).click()
    camera.take("9-traffic")


def hold_a_poll(camera: Camera) -> None:
    """The radar of the cooperation, from the window it is answered in to what was decided, and its picture alone."""
    story, page = PollStory(camera.page), camera.page
    story.open(RADAR)
    story.ask_to_answer(VOTERS[0], RADAR)
    camera.take("10-poll")
    story.close_the_window()
    for number, name in enumerate(VOTERS):
        story.answer(name, RADAR, 1 + number % 4, 3, 2 + number % 3, 4)
    story.travel_to(CLOSED)
    page.get_by_role("button", name="Fermer").click()
    story.read_the_results(VOTERS[5], RADAR)
    picture = page.locator(".message img").last
    picture.evaluate("image => image.scrollIntoView({ block: 'end' })")
    camera.take("11-results")
    camera.keep("12-radar", page.request.get(str(picture.evaluate("image => image.src"))).body())
    story.choose_the_day(TALKED_OVER - timedelta(days=3))
    story.travel_to(TALKED_OVER)
    page.get_by_role("button", name="Fermer").click()
    story.act()
    story.be(VOTERS[5])
    story.go("Accueil")
    expect(page.locator("#home")).to_contain_text(ACTION)
    camera.take("13-plan")


def see_somebody_off(camera: Camera) -> None:
    """A departure: as the person sees it, as the team hears of it, and the page a letter leads to once they have left."""
    story, page = DepartureStory(camera.page), camera.page
    story.tell_of_it()
    story.live_until(TOLD_ON)
    story.read_messages(JOEL, "Qui sait que tu pars")
    story.press("Mon départ")
    story.plan_a_mission()
    story.close_window()
    story.take_the_mission()
    story.open_mine()
    camera.take("14-departure")
    story.write_the_announcement()
    story.approve()
    story.live_until(PUBLISHED)
    story.read_the_announcement()
    camera.take("15-announcement")
    story.live_until(GOODBYE)
    story.stay_in_touch()
    story.leave()
    story.live_until(FIRST_LETTER)
    with story.page_of(story.open_the_letter("quatre questions")) as tab:
        camera.keep("16-former-member", tab.screenshot(animations="disabled", caret="hide", full_page=True))
    page.keyboard.press("Escape")


def take_all(surf: Surf, folder: Path) -> dict[str, int]:
    """The weight of each picture."""
    looks: list[tuple[str, tuple[int, int], Scheme]] = [("", (1280, 800), "light"), ("phone-", NARROW, "dark")]
    weights: dict[str, int] = {}
    for prefix, size, scheme in looks:
        with (
            tempfile.TemporaryDirectory() as home,
            whole(Path(home) / "practice.db", empty=True) as practice,
            surf.at(practice.url, size=size, scheme=scheme) as page,
        ):
            camera = Camera(page, folder)
            live(camera, prefix)
            if not prefix:
                look_behind(camera)
            weights |= camera.rolls
    for tell in (hold_a_poll, see_somebody_off):
        with (
            tempfile.TemporaryDirectory() as home,
            whole(Path(home) / "practice.db") as practice,
            surf.at(practice.url) as page,
        ):
            camera = Camera(page, folder)
            tell(camera)
            weights |= camera.rolls
    return weights


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with surfing() as surf:
        weights = take_all(surf, FOLDER)
    heavy = {name: weight for name, weight in weights.items() if weight > HEAVIEST}
    for name, weight in heavy.items():
        print(f"{name}.png weighs {weight} bytes: {HEAVIEST} at most", file=sys.stderr)
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
