"""Accounts made, closed and opened again from the page."""

from __future__ import annotations

from sandbox.page.desk import Desk, Wrong
from sandbox.person import Person
from sandbox.surface import Json

LOCALES = {"fr": "fr-FR", "en": "en-US"}


class Newcomers:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def add(self, asked: Json) -> Json:
        """Raises Wrong."""
        first, last, email = (str(asked.get(name) or "").strip() for name in ("first_name", "last_name", "email"))
        if not first:
            raise Wrong("incomplete", "a first name is needed", fields=["first_name"])
        slack = self.desk.slack
        if email and any(person.email.lower() == email.lower() for person in slack.people):
            raise Wrong("taken", f"somebody has the address {email} already", fields=["email"])
        locale, is_guest = LOCALES.get(self.desk.locale, "en-US"), bool(asked.get("is_guest"))
        person = slack.add_person(first, last, email=email, locale=locale, is_restricted=is_guest, joined=False)
        return await self._arrive(person)

    async def join(self, person_id: str) -> Json:
        """Make somebody's account, or open again one that was closed. Raises Wrong."""
        person = self.desk.person(person_id)
        if person.deactivated:
            await self.desk.slack.reactivate(person)
            return await self._told(person)
        if person.joined:
            raise Wrong("impossible", f"{person.real_name} has an account already")
        return await self._arrive(person)

    async def deactivate(self, person_id: str) -> Json:
        """Raises Wrong."""
        person = self.desk.person(person_id)
        if not person.joined or person.deactivated:
            raise Wrong("impossible", f"{person.real_name} has no account to close")
        await self.desk.slack.deactivate(person)
        return await self._told(person)

    async def _arrive(self, person: Person) -> Json:
        """With an account comes a place in every public channel, as most workspaces have it; a guest is invited in each."""
        for channel in self.desk.slack.workspace.channels.values():
            if channel.dm_of is None and not channel.is_private and not person.is_restricted:
                channel.members.add(person.id)
        await self.desk.slack.join(person)
        return await self._told(person)

    async def _told(self, person: Person) -> Json:
        await self.desk.follow(*self.desk.slack.people)
        return {"id": person.id}
