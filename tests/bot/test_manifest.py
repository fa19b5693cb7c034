"""Tests of the two manifests: least scopes, each explained, and every event and gesture we listen to."""

import re
from pathlib import Path

import pytest

from sandbox.webapi.table import METHODS

ROOT = Path(__file__).parents[2]
MANIFESTS = ("manifest.yaml", "manifest-http.yaml")
OF_CONVERSATIONS = {
    "conversations.history": {"im:history", "channels:history", "groups:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
}
"""Methods whose scope depends on the kind of conversation: people's own with us, and channels of both kinds."""


@pytest.fixture(params=MANIFESTS)
def manifest(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return (ROOT / name).read_text(encoding="utf-8")


def listed(manifest: str, key: str) -> dict[str, str]:
    """The items of a list, each with the comment beside it."""
    found = re.search(rf"^( +){key}:\n((?:\1  - .*\n)+)", manifest, re.MULTILINE)
    assert found is not None, f"there is no {key} in the manifest"
    items = re.findall(r"- (\S+)(?: # (.*))?", found[2])
    return dict(items)


def test_the_scopes_are_those_that_are_needed_and_no_other(manifest: str) -> None:
    called = set(re.findall(r'"([a-z]+\.[a-zA-Z]+)"', (ROOT / "bot" / "slack.py").read_text(encoding="utf-8")))
    assert called & set(METHODS) == called
    needed = {METHODS[name].scope for name in called} - {""}
    needed |= {scope for name in called for scope in OF_CONVERSATIONS.get(name, set())}
    needed |= {"commands", "im:history", "users:read.email"}
    assert set(listed(manifest, "bot")) == needed


def test_each_scope_is_explained(manifest: str) -> None:
    assert [scope for scope, why in listed(manifest, "bot").items() if not why] == []


def test_every_event_we_listen_to_is_subscribed_to(manifest: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "listeners").glob("*.py")]
    heard = {name for source in sources for name in re.findall(r'@app\.event\("(\w+)"\)', source)}
    heard |= {"team_join", "user_change"}  # one listener for both, by a pattern
    assert {event.partition(".")[0] for event in listed(manifest, "bot_events")} == heard


def test_the_command_and_the_shortcut_are_there(manifest: str) -> None:
    assert "command: /parcours" in manifest
    assert "callback_id: welcome" in manifest
    assert "should_escape: true" in manifest


def test_people_can_write_to_us_and_see_our_home(manifest: str) -> None:
    for line in ("home_tab_enabled: true", "messages_tab_enabled: true", "messages_tab_read_only_enabled: false"):
        assert line in manifest


def test_what_slack_limits_fits(manifest: str) -> None:
    # docs.slack.dev/reference/app-manifest: name 35, description 140, shortcut name 24, long description 174 to 4,000.
    assert len(re.search(r"\n  description: (.*)", manifest)[1]) <= 140  # type: ignore[index]
    assert len(re.search(r"shortcuts:\n    - name: (.*)", manifest)[1]) <= 24  # type: ignore[index]
    long = re.search(r"long_description: >-\n((?:    .*\n)+)", manifest)
    assert long is not None
    assert 174 <= len(" ".join(long[1].split())) <= 4_000


def test_the_two_differ_only_in_how_slack_reaches_us() -> None:
    def settings(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        told = text[text.index("_metadata") :].splitlines()
        return [line for line in told if not re.search("url: https://|redirect_urls|/slack/oauth_redirect", line)]

    socket, http = (settings(name) for name in MANIFESTS)
    assert [pair for pair in zip(socket, http, strict=True) if pair[0] != pair[1]] == [
        ("  socket_mode_enabled: true", "  socket_mode_enabled: false")
    ]
    assert (ROOT / MANIFESTS[1]).read_text(encoding="utf-8").count(
        "url: https://parcours.exemple.coop/slack/events"
    ) == 3
