"""Which token is good where, and how the app gets one."""

from __future__ import annotations

from itertools import count

from sandbox.installing import install
from sandbox.oauth import Asked, Place, answered
from sandbox.organisation import Organisation
from sandbox.person import Person
from sandbox.surface import Json


class Register:
    """Every bot token ever given. One that was revoked still says where it was good, and is refused there."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._numbers = count(1)

    def place_of(self, token: str) -> Place | None:
        return self._places.get(token)

    def token_for(self, place: Place) -> str:
        """The token that is good there, or a new one."""
        token = place.bot_token or f"xoxb-{next(self._numbers)}-sandbox"
        self._places[token] = place
        return token

    def let_in(self, place: Place, person: Person, asked: Asked) -> Json:
        """Install the app as the person agreed, and say it as oauth.v2.access does."""
        token = self.token_for(place) if asked.scopes else ""
        if token and isinstance(place, Organisation):
            place.install(token, asked.scopes)
        elif token and not isinstance(place, Organisation):
            install(place, token, asked.scopes)
        user_token = f"xoxp-{next(self._numbers)}-sandbox" if asked.user_scopes else ""
        if user_token:
            place.authorised[person.id] = user_token
        return answered(place, person, asked, token, user_token)
