"""Polls and their votes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]

FIRST_ID = 5_300_000_000_000_000_000


@dataclass(slots=True)
class Poll:
    """`shown` is Bot API's Poll, kept up to date; it stands in the content of its messages."""

    shown: Json
    owner: int
    votes: dict[int, list[int]] = field(default_factory=dict)

    def vote(self, user: int, options: list[int]) -> None:
        """Set a user's choice; an empty list takes it back."""
        if options:
            self.votes[user] = options
        else:
            self.votes.pop(user, None)
        for number, option in enumerate(self.shown["options"]):
            option["voter_count"] = sum(number in chosen for chosen in self.votes.values())
        self.shown["total_voter_count"] = len(self.votes)


def new_poll(world: World, fields: Json, owner: int) -> Poll:
    """A poll without votes; `fields` are those of Bot API's Poll, options as plain texts."""
    number = FIRST_ID + world.number("poll")
    options = [
        {"persistent_id": str(place), "text": text, "voter_count": 0}
        for place, text in enumerate(fields["options"])
    ]
    shown: Json = {
        "id": str(number),
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
        **fields,
        "options": options,
    }
    poll = world.polls[shown["id"]] = Poll(shown, owner)
    return poll


def copy_poll(world: World, shown: Json, owner: int) -> Poll:
    """The same question asked anew."""
    kept = {k: v for k, v in shown.items() if k not in ("id", "total_voter_count", "is_closed")}
    kept["options"] = [option["text"] for option in shown["options"]]
    return new_poll(world, kept, owner)
