"""What human beings do, as they would in the app; the app's refusals are `Refused`."""

from __future__ import annotations

from sandbox.people.asking import Asking
from sandbox.people.changing import Changing
from sandbox.people.groups import InGroups
from sandbox.people.playing import Playing
from sandbox.people.private import InPrivate
from sandbox.people.reacting import Reacting
from sandbox.people.running import Running
from sandbox.people.topics import InTopics


class Person(InPrivate, Changing, Asking, Reacting, Playing, InGroups, InTopics, Running):
    """One person with an account; every act is done at once, in the world's time."""

    @property
    def anonymously(self) -> Person:
        """The same person, writing in groups as the group itself (anonymous admin)."""
        return Person(self.world, self.id, anonymous=True)

    def as_channel(self, title: str) -> Person:
        """The same person, writing in groups as a channel of their own («Send as…»)."""
        return Person(self.world, self.id, channel=title)
